"""Makes text of HTML, by the parser of the standard library.

Not html2text, which is the same parser with 900 lines that write Markdown: its marks for links, pictures and tables
would have to be removed again, and it shows what a page hides, such as the filling of newsletters before their text.
"""

from __future__ import annotations

import re
from contextlib import suppress
from html.parser import HTMLParser

_HTML_LIMIT = 65_536
"""Characters that are read."""
_TEXT_LIMIT = 6000
"""Characters of text, after which the rest is not read."""
_TAGS_LIMIT = 5000
_UNSHOWN = frozenset(
    {"head", "style", "script", "title", "template", "noscript", "textarea", "select", "object", "svg"}
)
_EMPTY = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
)
_INLINE = re.compile(
    "a|abbr|acronym|b|bdi|bdo|big|center|cite|code|data|del|dfn|em|font|i|img|ins|kbd|label|mark|q|s|samp|small|span"
    "|strike|strong|sub|sup|time|tt|u|var|wbr"
)
_HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|max-height\s*:\s*0(?![.\d])"
    r"|font-size\s*:\s*[01](?:px|pt)?\s*(?:;|$)|opacity\s*:\s*0(?![.\d])",
    re.IGNORECASE,
)
_BLANKS = re.compile(r"[ \t\r\n\f]+")
_QUOTE = "> "


class _Enough(Exception):  # noqa: N818 -- ends the parser, and nothing is wrong
    """The text is long enough."""


class _Text(HTMLParser):
    """Collects what a reader would see; a count of hidden elements instead of recursion."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._size = 0
        self._tags = 0
        self._hidden = ""
        """The name of the hidden element that is open."""
        self._open = 0
        """How many elements of that name are open."""
        self._quotes = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element begins."""
        self._count()
        if self._hidden:
            self._open += tag == self._hidden
            if tag == "body" and self._hidden == "head":  # its end is missing
                self._hidden = ""
            return
        if tag in _UNSHOWN or (tag not in _EMPTY and _is_hidden(attrs)):
            self._hidden, self._open = tag, 1
            return
        self._quotes += tag == "blockquote"
        if not _INLINE.fullmatch(tag):
            self._break()

    def handle_endtag(self, tag: str) -> None:
        """An element ends."""
        self._count()
        if self._hidden:
            self._open -= tag == self._hidden
            if not self._open:
                self._hidden = ""
            return
        if not _INLINE.fullmatch(tag):
            self._quotes -= tag == "blockquote" and self._quotes > 0
            self._break()

    def handle_data(self, data: str) -> None:
        """Text."""
        if self._hidden:
            return
        text = _BLANKS.sub(" ", data)
        if text.strip():
            self.pieces.append(text)
            self._size += len(text) + 1
            if self._size > _TEXT_LIMIT:
                raise _Enough
        elif text and self.pieces and not self.pieces[-1].startswith("\n"):
            self.pieces.append(" ")

    def _break(self) -> None:
        mark = "\n" + (_QUOTE if self._quotes else "")
        if self.pieces and self.pieces[-1].startswith("\n"):
            self.pieces[-1] = mark
        else:
            self.pieces.append(mark)

    def _count(self) -> None:
        self._tags += 1
        if self._tags > _TAGS_LIMIT:
            raise _Enough


def _is_hidden(attrs: list[tuple[str, str | None]]) -> bool:
    return any(
        name == "hidden" or (name == "style" and value is not None and _HIDING.search(value[:500]))
        for name, value in attrs
    )


def html_text(html: str) -> str:
    """The visible text of a page of which the end may be missing, one line for each block; quotations begin with ``>``.

    Never raises. Styles, scripts and what a page hides are left out. Nothing is loaded.
    """
    parser = _Text()
    with suppress(_Enough, AssertionError, ValueError):  # of the parser, for a malformed declaration
        # It is never closed: that takes quadratic time, and shows a tag that was cut off.
        parser.feed(html[:_HTML_LIMIT])
    return "".join(parser.pieces)
