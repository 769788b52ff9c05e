import html
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careworth.channels._html import text_of_html


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("", ""),
        ("no tags at all", "no tags at all"),
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("<p>one<br>two<br />three</p>", "one\ntwo\nthree"),
        ("<p>one<br><br><br>two</p>", "one\n\ntwo"),
        ("<p>5 &lt; 6 &amp;&amp; caf&eacute; &#39;x&#39; &#128666;</p>", "5 < 6 && café 'x' 🚚"),
        (
            '<p><span class="h-card"><a href="https://s.example/@shop">@<span>shop</span></a></span> hi</p>',
            "@shop hi",
        ),
        (
            '<a href="https://long.example/abc"><span class="invisible">https://</span>'
            '<span class="ellipsis">long.example/a</span><span class="invisible">bc</span></a>',
            "https://long.example/abc",
        ),
        ("<p>a\n   b</p>\n\n<p>c</p>", "a b\n\nc"),
        ("<p>list:</p><ul><li>one</li><li>two</li></ul><p>end</p>", "list:\n\none\ntwo\n\nend"),
        ("<pre><code>if x:\n    y</code></pre>", "if x:\n    y"),
        ("<blockquote><p>said</p></blockquote><p>answer</p>", "said\n\nanswer"),
        ('<p title="a > b">x</p>', "x"),
        ("<p>a<!-- hidden -->b</p>", "ab"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ('<p>x <a href="open>y</a></p>', "x y"),
        ("<p>میرا پارسل<br>نہیں آیا</p>", "میرا پارسل\nنہیں آیا"),
    ],
)
def test_text_of_html(content: str, text: str) -> None:
    assert text_of_html(content) == text


_TAGS = st.sampled_from(["p", "span", "b", "a", "ul", "li", "blockquote"])
_WORDS = st.text("ab<>&;\"' \néش", max_size=8).map(html.escape)
_NODES = st.recursive(
    _WORDS,
    lambda inner: st.tuples(_TAGS, st.lists(inner, max_size=4)).map(
        lambda node: f'<{node[0]} class="u-url">{"".join(node[1])}</{node[0]}>'
    ),
    max_leaves=12,
)


class _Oracle(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.heard: list[str] = []

    def handle_data(self, data: str) -> None:
        self.heard.append(data)


@given(st.lists(_NODES, max_size=5).map("".join))
def test_no_letter_is_lost_or_invented(content: str) -> None:
    oracle = _Oracle()
    oracle.feed(content)
    oracle.close()
    assert "".join(text_of_html(content).split()) == "".join("".join(oracle.heard).split())


@given(st.text(alphabet="<>/!-ap &;\"'=", max_size=60))
def test_broken_html_is_text_all_the_same(content: str) -> None:
    assert isinstance(text_of_html(content), str)


@pytest.mark.parametrize("unit", ["<", "<a ", "<!--", "</p ", '<a x="', "<a x='", "<pre>", "&", "&#", " <br"])
def test_hostile_html_takes_linear_time(unit: str) -> None:
    text_of_html(unit * 100_000)  # with time growing by the square this would take minutes
