"""careworth webhooks"""

import tomllib
from pathlib import Path
from time import time
from typing import Any

import click
import uvicorn

from careworth.cli._options import data_option, settings
from careworth.cli._slow_clients import impatient
from careworth.errors import InputError
from careworth.intake.stream._bodies import SLOWEST_BODY
from careworth.intake.stream.inbox import INBOX, Inbox
from careworth.intake.stream.signatures import CHECKS
from careworth.intake.stream.webhook import Hook, Receiver


@click.command()
@click.option(
    "--hooks",
    metavar="FILE.toml",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="Who may call: a table for each source with scheme, secret and, for meta, verify_token.",
)
@click.option("--port", type=int, default=8080, show_default=True, help="Where to listen.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Leave it so behind a proxy with TLS.")
@click.option(
    "--slowest-body",
    type=click.FloatRange(min=0.1),
    default=SLOWEST_BODY,
    show_default=True,
    help="Seconds that a client may take for the headers of a request, and for its body.",
)
@data_option
def webhooks(hooks: Path, port: int, host: str, slowest_body: float, data: Path | None) -> None:
    """Receive webhooks: POST /hooks/SOURCE. What is answered with 200 is on the disk.

    Read them with careworth listen webhooks.
    """
    known = _hooks(hooks)
    inbox = Inbox(settings(data).data / INBOX)
    try:
        inbox.know({source: hook.scheme for source, hook in known.items()})
        uvicorn.run(
            Receiver(known, inbox, now=time, slowest=slowest_body),
            host=host,
            port=port,
            log_level="warning",
            access_log=False,
            http=impatient(slowest_body),
            loop="uvloop",
            ws="none",
            lifespan="off",
            proxy_headers=False,  # nobody asks where a request came from: the signature tells
            timeout_keep_alive=30,
            server_header=False,
            date_header=False,
        )
    finally:
        inbox.close()


def _hooks(path: Path) -> dict[str, Hook]:
    try:
        said: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise InputError(f"{path} is not TOML: {problem}.", hint="docs/streams.md shows one.") from problem
    return {source: _hook(source, table) for source, table in said.items()}


def _hook(source: str, table: Any) -> Hook:
    scheme, secret = (table.get(key) if isinstance(table, dict) else None for key in ("scheme", "secret"))
    if scheme not in CHECKS or not isinstance(secret, str) or not secret:
        raise InputError(
            f"The hook {source!r} needs a secret and a scheme: {', '.join(CHECKS)}.",
            hint="docs/streams.md shows a file of hooks.",
        )
    return Hook(source, scheme, secret.encode(), str(table.get("verify_token", "")).encode())
