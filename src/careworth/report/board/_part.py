"""A section that a report may have beside those it always has."""

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa

from careworth.report.blocks import Definition, Section


@dataclass(frozen=True, slots=True)
class Part:
    """A section with its own definitions and the tables with the rows behind its numbers."""

    section: Section
    definitions: tuple[Definition, ...]
    tables: Mapping[str, pa.Table]
