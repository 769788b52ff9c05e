"""Files as they lie there: plain, gzipped, or members of a zip archive."""

import gzip
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from careworth.errors import FormatError, InputError

HEAD_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Source:
    """One stream of bytes: a file, or a member of a zip archive. Decompressed while it is read."""

    path: Path
    member: str | None = None

    @property
    def name(self) -> str:
        """The name without what compression adds: ``tweets.csv`` for ``tweets.csv.gz``."""
        last = Path(self.member).name if self.member else self.path.name
        return last.removesuffix(".gz")

    def __str__(self) -> str:
        return f"{self.path}!{self.member}" if self.member else str(self.path)

    @contextmanager
    def open(self) -> Iterator[IO[bytes]]:
        """The bytes, decompressed. Raises FormatError when the compression itself is broken."""
        try:
            with self._open() as stream:
                yield stream
        except (gzip.BadGzipFile, zipfile.BadZipFile, zlib.error, EOFError) as problem:
            raise FormatError(
                f"{self} is not a whole compressed file: {problem}.",
                hint="Copy or download it again; nothing of it was stored.",
            ) from problem
        except OSError as problem:
            raise InputError(
                f"{self} cannot be read: {problem}.", hint="Check the file and who may read it."
            ) from problem

    @contextmanager
    def _open(self) -> Iterator[IO[bytes]]:
        if self.member is not None:
            with zipfile.ZipFile(self.path) as archive, self._opened(archive, self.member) as raw:
                yield _gunzipped(raw) if self.member.endswith(".gz") else raw
        else:
            with self.path.open("rb") as file:
                yield _gunzipped(file) if self.path.suffix == ".gz" else file

    def _opened(self, archive: zipfile.ZipFile, member: str) -> IO[bytes]:
        try:
            return archive.open(member)
        except RuntimeError as problem:  # it is encrypted, or compressed in a way Python does not know
            raise FormatError(
                f"{self} cannot be unpacked: {problem}.", hint="Unpack the archive and name the folder."
            ) from problem

    def head(self) -> bytes:
        """The first bytes, at most ``HEAD_BYTES``."""
        with self.open() as stream:
            return stream.read(HEAD_BYTES)


def _gunzipped(raw: IO[bytes]) -> IO[bytes]:
    return cast(IO[bytes], gzip.GzipFile(fileobj=raw))


def find_sources(paths: list[Path]) -> list[Source]:
    """Every source under the paths, in a fixed order: files, files of folders, members of archives."""
    found: list[Source] = []
    for path in paths:
        if not path.exists():
            raise InputError(f"There is no file or folder {path}.", hint="Check the spelling of the path.")
        if not path.is_dir() and not path.is_file():
            raise InputError(
                f"{path} is neither a file nor a folder.", hint="Files are read twice: save it first."
            )
        files = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
        for file in files:
            found.extend(_sources_of(file))
    return found


def _sources_of(file: Path) -> list[Source]:
    if file.suffix != ".zip":
        return [Source(file)]
    try:
        with zipfile.ZipFile(file) as archive:
            return [Source(file, info.filename) for info in archive.infolist() if not info.is_dir()]
    except zipfile.BadZipFile as problem:
        raise FormatError(
            f"{file} is not a zip archive: {problem}.",
            hint="Copy or download it again; nothing of it was stored.",
        ) from problem
