"""A standalone Spark cluster on loopback, from the Spark that came with pyspark: a master and two workers."""

import os
import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

LOOPBACK = "127.0.0.1"
WORKERS = 2
STARTS_WITHIN_SECONDS = 120

MASTER_READY = re.compile(rf"Starting Spark master at (spark://{re.escape(LOOPBACK)}:\d+)")
WORKER_READY = re.compile(r"Successfully registered with master")

SETTINGS = {
    "spark.cores.max": WORKERS,
    "spark.driver.bindAddress": LOOPBACK,
    "spark.driver.host": LOOPBACK,
    "spark.driver.memory": "700m",
    "spark.executor.cores": 1,
    "spark.executor.memory": "700m",
    "spark.sql.shuffle.partitions": 2,
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}
"""What an administrator would write into spark-defaults.conf; the engine knows nothing of it."""


@contextmanager
def spark_cluster(folder: Path) -> Iterator[str]:
    """The address of the master; all processes have ended when the block has."""
    from pyspark.find_spark_home import _find_spark_home

    with pytest.MonkeyPatch.context() as patch, ExitStack() as running:
        for name, value in _surroundings(folder, _find_spark_home()).items():
            patch.setenv(name, value)
        common = ("--host", LOOPBACK, "--port", "0", "--webui-port", "0")
        [address] = running.enter_context(
            _daemon(folder / "master.log", MASTER_READY, "master.Master", *common)
        )
        for number in range(WORKERS):
            resources = ("--cores", "1", "--memory", "1g", "--work-dir", str(folder / f"worker-{number}"))
            running.enter_context(
                _daemon(
                    folder / f"worker-{number}.log",
                    WORKER_READY,
                    "worker.Worker",
                    *common,
                    *resources,
                    address,
                )
            )
        yield address


def _surroundings(folder: Path, spark_home: str) -> dict[str, str]:
    settings = "".join(f"{name} {value}\n" for name, value in SETTINGS.items())
    (folder / "conf").mkdir(parents=True)
    (folder / "conf" / "spark-defaults.conf").write_text(settings)
    return {
        "SPARK_HOME": spark_home,
        "SPARK_CONF_DIR": str(folder / "conf"),
        "SPARK_LOCAL_IP": LOOPBACK,
        "SPARK_LOCAL_DIRS": str(folder / "scratch"),
        "SPARK_DAEMON_MEMORY": "256m",
    }


@contextmanager
def _daemon(log: Path, ready: re.Pattern[str], name: str, *arguments: str) -> Iterator[tuple[str, ...]]:
    """What ``ready`` found in the log of a daemon; it ends with the block, and so do its children."""
    command = [os.environ["SPARK_HOME"] + "/bin/spark-class", f"org.apache.spark.deploy.{name}", *arguments]
    with log.open("w") as out, subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT) as process:
        try:
            yield _when_ready(process, log, ready).groups()
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


def _when_ready(process: subprocess.Popen[bytes], log: Path, ready: re.Pattern[str]) -> re.Match[str]:
    deadline = time.monotonic() + STARTS_WITHIN_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        if found := ready.search(log.read_text(errors="replace")):
            return found
        time.sleep(0.1)
    pytest.fail(f"Spark did not start:\n{log.read_text(errors='replace')[-2000:]}")
