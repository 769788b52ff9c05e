"""Reading tables in tests."""

from pathlib import Path

from network_files import Read

from careworth.intake.formats._base import ReadOptions
from careworth.intake.formats._source import Source
from careworth.intake.formats.table import Table

MAPPING = """
[columns]
external_id = "id"
author = "who"
sent_at = "when"
text = "what"
parent_external_id = "to"
[constants]
inbound = true
"""
HEADER = "id,who,when,what,to"
DAY = "2023-05-06T07:08:09Z"


def table(path: Path, content: bytes, mapping: str = MAPPING) -> Read:
    path.write_bytes(content)
    described = path.with_name("mapping.toml")
    described.write_text(mapping, encoding="utf-8")
    return Read(list(Table().read(Source(path), ReadOptions(mapping=described))))
