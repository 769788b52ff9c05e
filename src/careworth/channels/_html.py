"""HTML as it stands in posts of the Fediverse, to plain text.

Not by ``html.parser``: its time grows with the square of what is left open, so that a hostile post of
30 kB takes several seconds. Here a tag never reaches beyond the next ``<``, which keeps it linear.
"""

import html
import re

_TAG = re.compile(
    r"""<(/?)([A-Za-z][A-Za-z0-9]*)(?:[^<>"']|"[^"<]*+"|'[^'<]*+')*+>"""  # quoted values may hold a >
    r"""|<(/?)([A-Za-z][A-Za-z0-9]*)[^<>]*>"""  # a quotation mark that is never closed
    r"""|<[!?][^<>]*>"""  # comments and declarations
)
_SPACES = re.compile(r"[ \t\r\n\f]+")
_PARAGRAPHS = frozenset(
    {"p", "div", "blockquote", "pre", "ul", "ol", "table", *(f"h{n}" for n in range(1, 7))}
)
_LINES = frozenset({"li", "tr"})


def text_of_html(content: str) -> str:
    """The text with a line for every ``<br>`` and an empty line between paragraphs.

    Links keep their whole address, also where the page shows a shortened one.
    """
    parts = _Lines()
    position = 0
    for tag in _TAG.finditer(content):
        parts.text(content[position : tag.start()])
        parts.tag(tag[1] or tag[3] or "", (tag[2] or tag[4] or "").lower())
        position = tag.end()
    parts.text(content[position:])
    return parts.joined()


class _Lines:
    def __init__(self) -> None:
        self._out: list[str] = []
        self._breaks = 0
        self._preformatted = 0

    def text(self, source: str) -> None:
        text = html.unescape(source if self._preformatted else _SPACES.sub(" ", source))
        if not self._preformatted and (self._breaks or not self._out or self._out[-1].endswith((" ", "\n"))):
            text = text.lstrip(" ")
        if text:
            self._out.append("\n" * self._breaks if self._out else "")
            self._out.append(text)
            self._breaks = 0

    def tag(self, closing: str, name: str) -> None:
        if name == "br":
            self._breaks = min(self._breaks + 1, 2)
        elif name in _PARAGRAPHS:
            self._breaks = 2
        elif name in _LINES:
            self._breaks = max(self._breaks, 1)
        if name == "pre":
            self._preformatted = max(0, self._preformatted + (-1 if closing else 1))

    def joined(self) -> str:
        return re.sub(r"[ \t]++(?=\n)", "", "".join(self._out)).strip()
