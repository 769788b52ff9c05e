"""Macros written out: nested, beside texts and comments, and wrong ones."""

from datetime import UTC, datetime

import pyarrow as pa
import pytest

from careworth.facts.dialects import DUCKDB, POSTGRES, SPARK, Dialect
from careworth.facts.engines import DuckDBEngine

PLAIN = Dialect("plain", {"f": lambda *parts: f"<{'|'.join(parts)}>", "g": lambda part: f"[{part}]"})


@pytest.mark.parametrize(
    ("sql", "written"),
    [
        ("select 1", "select 1"),
        ("@f(a)", "<a>"),
        ("@f( a , b )", "<a|b>"),
        ("@f(h(a, b), (c, d))", "<h(a, b)|(c, d)>"),
        ("@f(@g(a), @g(@g(b)))", "<[a]|[[b]]>"),
        ("@f(a) + @f(b)", "<a> + <b>"),
        ("@f('a, b', ')')", "<'a, b'|')'>"),
        ("@f('it''s, (', b)", "<'it''s, ('|b>"),
        ('@f("a, b)", c)', '<"a, b)"|c>'),
        ("'@f(a)' || @f(b)", "'@f(a)' || <b>"),
        ("'it''s @nope(' || @f(b)", "'it''s @nope(' || <b>"),
        ("-- the brand's @nope(\n@f(a)", "-- the brand's @nope(\n<a>"),
        ("@f(a, -- it's, (\n b)", "<a|-- it's, (\n b>"),
        ("mail@f.example, a@b", "mail@f.example, a@b"),
    ],
)
def test_macros_are_written_out(sql: str, written: str) -> None:
    assert PLAIN.render(sql) == written


@pytest.mark.parametrize(
    ("sql", "sentence"),
    [
        ("select @nope(a)", "There is no macro @nope; known are f, g"),
        ("select @f(@nope(a))", "There is no macro @nope"),
        ("@f(", r"A macro call is not closed: @f\($"),
        ("select @f((a)", r"A macro call is not closed: select @f\(\(a\)$"),
        ("select @f('a)", "A macro call is not closed"),
    ],
)
def test_wrong_macros_are_told(sql: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        PLAIN.render(sql)


def test_all_engines_know_the_same_macros() -> None:
    assert DUCKDB.macros.keys() == POSTGRES.macros.keys() == SPARK.macros.keys()


MOMENT = datetime(2023, 3, 26, 22, 30, tzinfo=UTC)
ROWS = pa.table(
    {
        "t": pa.array([MOMENT] * 4, pa.timestamp("us", "UTC")),
        "n": [4, 3, 2, 1],
        "x": ["late", "early", None, None],
        "v": [1.0, 2.0, 4.0, None],
    }
)


@pytest.mark.parametrize(
    ("sql", "value"),
    [
        ("min(@micros(t))", 1_679_869_800_000_000),
        ("cast(min(@day(t, 'UTC')) as varchar)", "2023-03-26"),
        ("cast(min(@day(t, 'Asia/Jakarta')) as varchar)", "2023-03-27"),
        ("cast(min(@truncate('week', @day(t, 'UTC'))) as varchar)", "2023-03-20"),
        ("cast(min(@truncate('month', @day(t, 'UTC'))) as varchar)", "2023-03-01"),
        ("@quantile(0.5, v)", 2.0),
        ("@quantile(0.9, v)", 3.6),
        ("@first(x, t, n)", "early"),
        ("@divide(sum(n), 4)", 2.5),
        ("min(@divide(1, 0))", None),
        ("@whole(min(n) + 6, 1 + 1)", 3),
        ("@double(min(n)) / 2", 0.5),
    ],
)
def test_what_the_macros_mean(sql: str, value: object) -> None:
    engine = DuckDBEngine({})
    engine.register("given", ROWS)
    assert engine.query(DUCKDB.render(f"select {sql} as answer from given"))["answer"].to_pylist() == [value]
    engine.close()


@pytest.mark.parametrize(
    ("one", "other", "same"), [("1", "1", True), ("1", "null", False), ("null", "null", True)]
)
def test_nothing_is_the_same_as_nothing(one: str, other: str, same: bool) -> None:
    engine = DuckDBEngine({})
    answer = engine.query(DUCKDB.render(f"select not @same({one}, {other}) as answer"))
    engine.close()
    assert answer["answer"].to_pylist() == [not same]
