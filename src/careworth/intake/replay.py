"""Dead letters: what could not be read, kept whole, and read again after something was mended."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.compute as pc

from careworth.errors import InputError
from careworth.facts.engines import DuckDBEngine
from careworth.facts.schema import BATCHES, DEAD_LETTERS
from careworth.facts.store import Store
from careworth.intake.formats import ReadOptions
from careworth.intake.ingest import Ingested, ingest


def dead_letters(store: Store, *, batch: int | None = None, pending_only: bool = True) -> pa.Table:
    """Dead letters, oldest first; pending are those that no later batch has read again."""
    files = store.snapshot().files
    if DEAD_LETTERS.name not in files:
        return DEAD_LETTERS.schema.empty_table()
    where = ["true" if batch is None else f"batch = {int(batch)}"]
    if pending_only:
        where.append(f"batch not in (select replay_of from {BATCHES.name} where replay_of is not null)")
    engine = DuckDBEngine(files)
    try:
        return engine.query(
            f"from {DEAD_LETTERS.name} where {' and '.join(where)} order by batch, source, line"
        ).cast(DEAD_LETTERS.schema)
    finally:
        engine.close()


@dataclass(frozen=True, slots=True)
class _Group:
    """Dead letters of one batch that one reading can bring back: same format, same header, same source."""

    batch: int
    format: str
    source: str
    content: bytes


def export(letters: pa.Table, folder: Path) -> list[Path]:
    """Write dead letters as files that can be mended by hand and ingested again; one a source."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for number, group in enumerate(_groups(letters), 1):
        path = folder / f"{number}-{_file_name(group)}"
        path.write_bytes(group.content)
        written.append(path)
    return written


def replay(store: Store, *, now: datetime, options: ReadOptions, batch: int | None = None) -> list[Ingested]:
    """Read the pending dead letters again, a batch at a time. What fails again stays a dead letter.

    Raises InputError when there are none.
    """
    letters = dead_letters(store, batch=batch)
    if letters.num_rows == 0:
        which = "" if batch is None else f" of batch {batch}"
        raise InputError(f"There are no dead letters{which} to replay.", hint="careworth doctor counts them.")
    brought: list[Ingested] = []
    for number in pc.unique(letters["batch"]).to_pylist():
        of_batch = letters.filter(pc.equal(letters["batch"], number))
        brought += [
            _replay(store, of_batch.filter(pc.equal(of_batch["format"], form)), now, options)
            for form in pc.unique(of_batch["format"]).to_pylist()
        ]
    return brought


def _replay(store: Store, letters: pa.Table, now: datetime, options: ReadOptions) -> Ingested:
    with TemporaryDirectory(prefix="careworth-replay-") as folder:
        paths = export(letters, Path(folder))
        return ingest(
            store,
            paths,
            now=now,
            form=letters["format"][0].as_py(),
            options=options,
            replay_of=letters["batch"][0].as_py(),
        )


def _groups(letters: pa.Table) -> Iterator[_Group]:
    keys = letters.select(["batch", "format", "source", "header"]).to_pylist()
    raws = letters["raw"].to_pylist()
    together: dict[tuple[int, str, str, bytes], list[bytes]] = {}
    for key, raw in zip(keys, raws, strict=True):
        place = (key["batch"], key["format"], key["source"], key["header"])
        together.setdefault(place, [key["header"]] if key["header"] else []).append(raw)
    for (batch, form, source, _), lines in together.items():
        yield _Group(batch, form, source, b"\n".join(lines) + b"\n")


def _file_name(group: _Group) -> str:
    """The name of the source without its compression; rows of Parquet come back as JSON lines."""
    name = Path(group.source.split("!")[-1]).name.removesuffix(".gz")
    return name.removesuffix(".parquet") + ".jsonl" if name.endswith(".parquet") else name
