import pytest

from careworth.enrich._brands import names_brand
from careworth.enrich._clean import as_column


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("my Blue Cell bill is wrong", True),
        ("BLUE CELL's network is down", True),
        ("bluecell is down again", True),
        ("#bluecell is the worst", True),
        ("so tired of blue-cell", True),
        ("@bluecellcares my Blue Cell bill is wrong", False),
        ("@bluecell help", False),
        ("see https://bluecell.example/help", False),
        ("superbluecells", False),
        ("blue skies, cell walls", False),
        ("میرا اسکائی نیٹ بند ہے", True),
        ("", False),
    ],
)
def test_names_without_the_handle(text: str, named: bool) -> None:
    assert names_brand(as_column([text]), ["Blue Cell", "اسکائی نیٹ"]).tolist() == [named]


def test_no_brands_no_names() -> None:
    assert names_brand(as_column(["Blue Cell", "x"]), []).tolist() == [False, False]


def test_a_name_is_no_pattern() -> None:
    assert names_brand(as_column(["C+ shop", "CCC shop"]), ["C+"]).tolist() == [True, False]
