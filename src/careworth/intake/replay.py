"""Dead letters: what could not be read, kept whole, and read again after something was mended."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from careworth.errors import InputError
from careworth.facts.engines import DuckDBEngine
from careworth.facts.records import RECORDS_FORMAT
from careworth.facts.schema import BATCHES, DEAD_LETTERS
from careworth.facts.store import Store
from careworth.intake.formats import ReadOptions
from careworth.intake.ingest import Ingested, ingest
from careworth.intake.records import Recorded, bring_records

_PENDING = f"""not exists (
    select 1 from {BATCHES.name} again where again.replay_of = dead.batch and again.format = dead.format
)"""


def dead_letters(store: Store, *, batch: int | None = None, pending_only: bool = True) -> pa.Table:
    """Dead letters, oldest first; pending are those that no later batch has read again."""
    conditions = ["true" if batch is None else f"dead.batch = {int(batch)}"]
    if pending_only:
        conditions.append(_PENDING)
    engine = DuckDBEngine(store.snapshot().files)
    try:
        return engine.query(
            f"from {DEAD_LETTERS.name} dead where {' and '.join(conditions)} order by batch, source, line"
        ).cast(DEAD_LETTERS.schema)
    finally:
        engine.close()


@dataclass(frozen=True, slots=True)
class Refused:
    """Dead letters of one batch in one format that could not be read as a whole: they stay as they were."""

    batch: int
    format: str
    problem: InputError


@dataclass(frozen=True, slots=True)
class Replayed:
    """One new batch for each old batch and format; what failed again is a dead letter of the new one."""

    brought: tuple[Ingested | Recorded, ...]
    refused: tuple[Refused, ...]


def replay(store: Store, *, now: datetime, options: ReadOptions, batch: int | None = None) -> Replayed:
    """Read the pending dead letters again, those of each batch and format on their own.

    Raises InputError when there are none.
    """
    letters = dead_letters(store, batch=batch)
    if letters.num_rows == 0:
        which = "" if batch is None else f" of batch {batch}"
        raise InputError(
            f"There are no dead letters{which} to replay.",
            hint="careworth dead-letters lists what there is.",
        )
    brought: list[Ingested | Recorded] = []
    refused: list[Refused] = []
    for number, form in _kinds(letters):
        of_kind = letters.filter(
            pc.and_(pc.equal(letters["batch"], number), pc.equal(letters["format"], form))
        )
        try:
            brought.append(_replay(store, of_kind, now, options))
        except InputError as problem:
            refused.append(Refused(number, form, problem))
    return Replayed(tuple(brought), tuple(refused))


def _kinds(letters: pa.Table) -> list[tuple[int, str]]:
    """(batch, format) of the letters, each once, oldest first."""
    pairs = zip(letters["batch"].to_pylist(), letters["format"].to_pylist(), strict=True)
    return list(dict.fromkeys(pairs))


def _replay(store: Store, letters: pa.Table, now: datetime, options: ReadOptions) -> Ingested | Recorded:
    form, batch = letters["format"][0].as_py(), letters["batch"][0].as_py()
    with TemporaryDirectory(prefix="careworth-replay-") as folder:
        files = export(letters, Path(folder))
        try:
            if form.startswith(RECORDS_FORMAT):
                table, mapping = form.removeprefix(RECORDS_FORMAT), options.mapping
                return bring_records(store, files, now=now, table=table, mapping=mapping, replay_of=batch)
            return ingest(store, files, now=now, form=form, options=options, replay_of=batch)
        except InputError as problem:
            sentence = problem.sentence.replace(f"{folder}/", "")
            raise type(problem)(sentence, hint=problem.hint) from problem


def export(letters: pa.Table, folder: Path) -> list[Path]:
    """Write dead letters as files that can be mended by hand and ingested again.

    One file for each source; JSON of one format is brought together, one record a line. InputError when the
    folder cannot be written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        written = []
        for number, group in enumerate(_groups(letters), 1):
            path = folder / f"{number}-{group.name}"
            path.write_bytes(group.content)
            written.append(path)
    except OSError as problem:
        raise InputError(
            f"The folder {folder} cannot be written to: {problem.strerror}.", hint="Choose another one."
        ) from problem
    return written


@dataclass(frozen=True, slots=True)
class _Group:
    """Dead letters that stand in one file: of one batch and format, with the same header."""

    name: str
    content: bytes


def _groups(letters: pa.Table) -> Iterator[_Group]:
    together: dict[tuple[int, str, str, bytes], list[bytes]] = {}
    for letter in letters.select(["batch", "format", "source", "header", "raw"]).to_pylist():
        header, form = letter["header"], letter["format"]
        name = _file_name(letter["source"]) if header else f"{form.removeprefix(RECORDS_FORMAT)}.jsonl"
        source = letter["source"] if header else ""
        key = (letter["batch"], name, source, header)
        together.setdefault(key, []).append(letter["raw"])
    for (_, name, _, header), raws in together.items():
        yield _Group(name, _content(header, raws))


def _content(header: bytes, raws: Iterable[bytes]) -> bytes:
    if not header:
        return b"".join(_one_line(raw) + b"\n" for raw in raws)
    if header.lstrip().startswith(b"window."):  # a script of an X archive holds one list
        return header + b"[\n" + b",\n".join(raws) + b"\n]\n"
    return b"\n".join([header, *raws]) + b"\n"


def _one_line(raw: bytes) -> bytes:
    """JSON without line breaks; what is no JSON stays as it is."""
    if b"\n" not in raw:
        return raw
    try:
        return msgspec.json.format(raw, indent=0)
    except msgspec.DecodeError:
        return raw


def _file_name(source: str) -> str:
    """The name of the source without its compression."""
    return Path(source.split("!")[-1]).name.removesuffix(".gz")
