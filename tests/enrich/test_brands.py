import pytest

from careworth.enrich._brands import mentions_of
from careworth.enrich._clean import as_column
from careworth.enrich.labels import Labeller


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
    assert mentions_of(as_column([text]), ["Blue Cell", "اسکائی نیٹ"]).names_only.tolist() == [named]


def test_no_brands_no_names() -> None:
    assert mentions_of(as_column(["Blue Cell", "x"]), []).any.tolist() == [False, False]


def test_a_name_is_no_pattern() -> None:
    assert mentions_of(as_column(["C+ shop", "CCC shop"]), ["C+"]).any.tolist() == [True, False]


def test_the_handle_is_a_mention_too() -> None:
    mentions = mentions_of(as_column(["@bluecell help", "blue cell", "blue skies"]), ["Blue Cell"])
    assert mentions.any.tolist() == [True, True, False]


def test_talk_of_the_brand_is_no_noise() -> None:
    """The model has never seen the name; whoever runs it has given it."""
    text = "good morning everyone, zzyzx looks so pretty in the rain"
    assert Labeller.load().label([text]).kind[0].as_py() == "noise"
    assert Labeller.load().label([text], brands=["Zzyzx"]).kind[0].as_py() == "marketing"
