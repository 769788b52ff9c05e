"""careworth effect: a number with its checks from a file, and files that cannot be used."""

from pathlib import Path

import pytest
from cli_runs import answer, refused

GOOD = "d,y,a\n" + "".join(f"{i % 2},{i * 7 % 13 + i % 2},{i * 5 % 11}\n" for i in range(400))
HOW = ("--treatment", "d", "--outcome", "y", "--design", "linear")


def test_the_effect_stands_beside_its_checks(tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_text(GOOD, "utf-8")
    found = answer("effect", table, *HOW)
    assert found["low"] <= 1.0 <= found["high"]
    assert (found["n_treated"], found["n_control"]) == (200, 200)
    assert {"balance", "overlap"} <= {check["name"] for check in found["checks"]}


BAD = {
    "nothing": (b"", "cannot be read as a table"),
    "only a header": (b"d,y,a\n", "has no rows"),
    "uneven rows": (b"d,y,a\n1,2,3\n0,1\n", "cannot be read as a table"),
    "another encoding": (GOOD.replace("a", "\xe4", 1).encode("latin-1"), "cannot be read as a table"),
    "two columns of one name": (GOOD.replace("d,y,a", "d,y,y", 1).encode(), "more than one column y"),
    "no such column": (GOOD.replace("d,y,a", "d,z,a", 1).encode(), "no column 'y'"),
    "an empty cell": (GOOD.replace("0,0,0\n", "0,0,\n", 1).encode(), "1 missing"),
}


@pytest.mark.parametrize("case", BAD)
def test_files_that_cannot_be_used_are_refused(case: str, tmp_path: Path) -> None:
    content, words = BAD[case]
    table = tmp_path / "table.csv"
    table.write_bytes(content)
    assert words in refused("effect", table, *HOW)
