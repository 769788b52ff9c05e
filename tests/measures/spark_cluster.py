"""A standalone Spark cluster on loopback, from the Spark that came with pyspark: a master and two workers."""

import os
import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

LOOPBACK = "127.0.0.1"
WORKERS = 2
STARTS_WITHIN_SECONDS = 180

MASTER_READY = re.compile(rf"Starting Spark master at (spark://{re.escape(LOOPBACK)}:\d+)")
WORKER_READY = re.compile("Successfully registered with master")

# These programs live for minutes: what a second compiler and a parallel collector cost, they never earn back.
SHORT_LIVED = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"

SETTINGS = {
    "spark.cores.max": WORKERS,
    "spark.driver.bindAddress": LOOPBACK,
    "spark.driver.extraJavaOptions": SHORT_LIVED,
    "spark.driver.host": LOOPBACK,
    "spark.driver.memory": "700m",
    "spark.executor.cores": 1,
    "spark.executor.extraJavaOptions": SHORT_LIVED,
    "spark.executor.memory": "600m",
    "spark.sql.shuffle.partitions": 2,
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}
"""What an administrator would write into spark-defaults.conf; the engine knows nothing of it."""

LOGGING = """\
rootLogger.level = error
rootLogger.appenderRef.console.ref = console
appender.console.type = Console
appender.console.name = console
appender.console.target = SYSTEM_ERR
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %p %c: %m%n
"""


@dataclass(frozen=True)
class Daemon:
    process: "subprocess.Popen[bytes]"
    log: Path

    def wait_for(self, ready: re.Pattern[str]) -> re.Match[str]:
        """Where its log says that it is ready."""
        deadline = time.monotonic() + STARTS_WITHIN_SECONDS
        while self.process.poll() is None and time.monotonic() < deadline:
            if found := ready.search(self._said()):
                return found
            time.sleep(0.1)
        return pytest.fail(f"a Spark daemon did not start:\n{self._said()[-3000:]}")

    def _said(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")

    def end(self) -> None:
        """By its process id; its executors end with it."""
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@contextmanager
def spark_cluster(folder: Path) -> Iterator[str]:
    """The address of the master. All of the cluster has ended when the block has."""
    folder.mkdir(parents=True, exist_ok=True)
    with _surroundings(folder), ExitStack() as running:

        def start(name: str, program: str, *arguments: str) -> Daemon:
            daemon = _start(folder / f"{name}.log", program, *arguments)
            running.callback(daemon.end)
            return daemon

        address = start("master", "master.Master").wait_for(MASTER_READY).group(1)
        share = ("--cores", "1", "--memory", "1g")
        workers = [
            start(name, "worker.Worker", *share, "--work-dir", str(folder / name), address)
            for name in (f"worker-{number}" for number in range(WORKERS))
        ]
        for worker in workers:
            worker.wait_for(WORKER_READY)
        with pytest.MonkeyPatch.context() as patch:
            # Only the driver: the daemons must not be as silent as it.
            patch.setenv("SPARK_CONF_DIR", str(_configuration(folder / "conf")))
            yield address


def _start(log: Path, program: str, *arguments: str) -> Daemon:
    command = [Path(os.environ["SPARK_HOME"], "bin", "spark-class"), f"org.apache.spark.deploy.{program}"]
    everywhere = ("--host", LOOPBACK, "--port", "0", "--webui-port", "0")
    with log.open("wb") as out:
        process = subprocess.Popen([*command, *everywhere, *arguments], stdout=out, stderr=out)
    return Daemon(process, log)


@contextmanager
def _surroundings(folder: Path) -> Iterator[None]:
    from pyspark.find_spark_home import _find_spark_home

    variables = {
        "SPARK_HOME": _find_spark_home(),
        "SPARK_LOCAL_IP": LOOPBACK,
        "SPARK_LOCAL_DIRS": str(folder / "scratch"),
        "SPARK_DAEMON_MEMORY": "256m",
        "SPARK_DAEMON_JAVA_OPTS": SHORT_LIVED,
        "SPARK_LAUNCHER_OPTS": SHORT_LIVED,
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, value in variables.items():
            patch.setenv(name, value)
        yield


def _configuration(folder: Path) -> Path:
    folder.mkdir()
    settings = "".join(f"{name} {value}\n" for name, value in SETTINGS.items())
    (folder / "spark-defaults.conf").write_text(settings, encoding="utf-8")
    (folder / "log4j2.properties").write_text(LOGGING, encoding="utf-8")
    return folder
