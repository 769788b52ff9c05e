"""Runs commands in this process, with standard output and standard error apart."""

import json
from collections.abc import Mapping
from typing import Any

from click.testing import CliRunner, Result

from careworth.cli import careworth


def run(*arguments: object, code: int = 0, env: Mapping[str, str] | None = None) -> Result:
    """The finished command; fails when it ends with another code or with a traceback."""
    words = [str(argument) for argument in arguments]
    result = CliRunner().invoke(careworth, words, prog_name="careworth", env=env)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == code, f"{words}: {result.exit_code}\n{result.stdout}\n{result.stderr}"
    return result


def answer(*arguments: object, code: int = 0) -> Any:
    """What a command prints with --json, which must be all that it prints."""
    result = run(*arguments, "--json", code=code)
    if code == 0:
        assert result.stderr == ""
    return json.loads(result.stdout)


def refused(*arguments: object) -> str:
    """The two lines of an error: one sentence, one hint, nothing on standard output, exit code 2."""
    result = run(*arguments, code=2)
    assert result.stdout == ""
    sentence, hint = result.stderr.splitlines()
    assert sentence.startswith("Error: ") and sentence.endswith("."), result.stderr
    assert hint and "Traceback" not in result.stderr
    return result.stderr
