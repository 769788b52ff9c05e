"""What a company gives its labels: names, kinds of request and a model of its own, in one folder.

========================  ================================================================
``names.txt``             names of the company and its products, one a line, not handles
``topics.toml``           kinds of request, in the form of ``enrich/rules/topics.toml``
``request.npz``           a model of requests, written by ``careworth train request``
========================  ================================================================

Whatever is not there comes from the package.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from careworth.enrich._request import RequestModel
from careworth.enrich.labels import Labeller, Labels
from careworth.enrich.quality import SHIPPED, Measured
from careworth.errors import InputError

NAMES, TOPICS, REQUEST = "names.txt", "topics.toml", "request.npz"


@dataclass(frozen=True, slots=True)
class OwnLabeller:
    """A labeller with all that this company gave it."""

    labeller: Labeller
    names: tuple[str, ...]
    errors: Measured
    """How the model of requests compared with people, as far as the model itself knows."""

    @property
    def advice(self) -> str | None:
        """What to do where the company's own model was trained beside other shipped models than these."""
        model, shipped = self.labeller.own_request, self.labeller.models.version
        if model is None or model.beside == shipped:
            return None
        beside = f"version {model.beside}" if model.beside else "an older version"
        return (
            f"Your own model of requests ({REQUEST}) corrects {beside} of the shipped models and these are "
            f"version {shipped}: what was measured of it no longer holds. "
            f"Train it again: careworth train request."
        )

    @property
    def version(self) -> str:
        """Of everything that can move a label, the names too."""
        parts = [self.labeller.version]
        if self.names:
            parts.append("names:" + hashlib.sha256("\n".join(self.names).encode()).hexdigest()[:8])
        return "+".join(parts)

    def label(self, texts: pa.Array | pa.ChunkedArray | Sequence[str]) -> Labels:
        return self.labeller.label(texts, brands=self.names)


def own_labeller(folder: Path) -> OwnLabeller:
    """The labeller of a company. Raises InputError, MappingError or FormatError for a file that is wrong."""
    topics, request = folder / TOPICS, folder / REQUEST
    model = RequestModel.load(request) if request.exists() else None
    labeller = Labeller.load(topics=topics if topics.exists() else None, request=model)
    return OwnLabeller(labeller, _names(folder / NAMES), SHIPPED if model is None else model.errors)


def _names(path: Path) -> tuple[str, ...]:
    if not path.exists():
        return ()
    try:
        lines = path.read_text("utf-8").splitlines()
    except UnicodeDecodeError as problem:
        raise InputError(
            f"{path} is not a text in UTF-8.", hint="Save it as UTF-8, one name a line."
        ) from problem
    return tuple(sorted({line.strip() for line in lines if line.strip()}))
