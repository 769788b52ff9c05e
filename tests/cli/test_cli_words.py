"""What people read: help, versions, errors, tables, progress."""

import errno
import io
from pathlib import Path

import click
import pytest
from cli_runs import refused, run

from careworth import __version__
from careworth.cli import COMMANDS, _print, careworth
from careworth.errors import CareworthError


def _commands() -> list[list[str]]:
    return [[], *([name] for name in COMMANDS), ["simulate", "year"]]


@pytest.mark.parametrize("command", _commands(), ids=" ".join)
def test_every_command_and_every_option_explains_itself(command: list[str]) -> None:
    told = run(*command, "-h").stdout
    assert told.startswith(f"Usage: careworth {' '.join(command)}".rstrip() + " ")
    assert told == run(*command, "--help").stdout
    assert max(len(line) for line in told.splitlines()) <= 80 and "..." not in told.partition("Commands:")[2]
    found = _command(command)
    assert found.help
    for parameter in found.params:
        if isinstance(parameter, click.Option):
            assert parameter.help and not parameter.help[0].islower(), parameter.name
            assert parameter.help.partition(" [default")[0].endswith((".", "...")), parameter.help


def _command(names: list[str]) -> click.Command:
    found: click.Command = careworth
    for name in names:
        assert isinstance(found, click.Group)
        inner = found.get_command(click.Context(found), name)
        assert inner is not None
        found = inner
    return found


def test_the_version() -> None:
    assert run("--version").stdout == f"careworth, version {__version__}\n"


def test_a_command_that_is_not_there() -> None:
    result = run("mesures", code=2)
    assert "No such command 'mesures'" in result.stderr and result.stdout == ""


def _failing(monkeypatch: pytest.MonkeyPatch, problem: Exception) -> None:
    def audit(store: object) -> None:
        raise problem

    monkeypatch.setattr("careworth.cli._doctor.audit", audit)
    monkeypatch.setattr("careworth.facts.store.Store.exists", lambda store: True)


def test_an_error_without_a_hint_names_the_help(monkeypatch: pytest.MonkeyPatch) -> None:
    _failing(monkeypatch, CareworthError("It broke."))
    assert refused("doctor") == "Error: It broke.\ncareworth doctor --help tells what can be said.\n"


def test_a_file_that_fails_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    _failing(monkeypatch, PermissionError(errno.EACCES, "Permission denied", "some/file"))
    assert refused("doctor").startswith("Error: some/file cannot be read or written: Permission denied.\n")


def test_an_error_of_the_program_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    _failing(monkeypatch, ZeroDivisionError("a defect"))
    with pytest.raises(ZeroDivisionError):
        run("doctor")


def test_a_simulated_year_says_how_to_go_on(year: Path, tmp_path: Path) -> None:
    told = run("simulate", "year", "--out", tmp_path / "year", "--conversations", 200).stdout
    assert f"careworth ingest {tmp_path / 'year' / 'messages.csv.gz'} --mapping" in told
    for name in ("messages.csv.gz", "truth.json"):
        assert (tmp_path / "year" / name).read_bytes() == (year / name).read_bytes()
    assert "too small" in refused("simulate", "year", "--out", tmp_path, "--conversations", 20)
    (tmp_path / "file").touch()
    assert "Not a directory" in refused("simulate", "year", "--out", tmp_path / "file" / "year")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "–"),
        (True, "yes"),
        (1234567, "1,234,567"),
        (0.0, "0.00"),
        (0.0034, "0.0034"),
        (0.04, "0.04"),
        (7.5, "7.50"),
        (500.0, "500"),
        (1234.5, "1,234.50"),
        (float("inf"), "inf"),
    ],
)
def test_figures_are_written_for_people(value: object, text: str) -> None:
    assert _print.cell(value) == text


def test_a_table_takes_no_marks_out_of_names(capsys: pytest.CaptureFixture[str]) -> None:
    long = "a" * 300 + " :smile: [/x]"
    _print.print_table("Two", ("source", "batch"), [("export[1].csv", 1000), (long, None)])
    told = capsys.readouterr().out
    assert "export[1].csv" in told and "1000" in told and long in told


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def _progress(monkeypatch: pytest.MonkeyPatch, stream: io.StringIO, seconds: float) -> str:
    """What is written while two chunks are read, so long one after the other."""
    monkeypatch.setattr("sys.stderr", stream)
    monkeypatch.setenv("TERM", "xterm")
    clock = iter([0.0, 0.1, seconds])
    monkeypatch.setattr(_print, "monotonic", lambda: next(clock))
    with _print.progress() as show:
        show("[1].csv", 10)
        show("[1].csv", 20_000)
    return stream.getvalue()


def test_progress_is_told_on_a_terminal_after_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    told = _progress(monkeypatch, _Terminal(), 1.5)
    assert "[1].csv: 20,000 records" in told and "10 records" not in told


@pytest.mark.parametrize(("stream", "seconds"), [(_Terminal, 0.5), (io.StringIO, 60.0)])
def test_no_progress_when_it_is_quick_or_nobody_looks(
    stream: type[io.StringIO], seconds: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _progress(monkeypatch, stream(), seconds) == ""
