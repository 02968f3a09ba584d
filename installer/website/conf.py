"""Sphinx reads this: what the pages of the project are made with (`python3 installer/dev.py site`)."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx.application import Sphinx

_ROOT = Path(__file__).resolve().parents[2]
_MAN_PAGE = _ROOT / "resources" / "share" / "man" / "man1" / "mailbell.1"
sys.path.insert(0, str(_ROOT / "installer"))

from website.manual import markdown  # noqa: E402

project = "Mailbell"
author = "the Mailbell contributors"
project_copyright = "the Mailbell contributors, GPL-3.0-or-later"
version = release = re.findall(
    r'^__version__ = "(.+)"$', (_ROOT / "tray" / "__init__.py").read_text("utf-8"), re.MULTILINE
)[0]

extensions = ["myst_parser"]
root_doc = "docs/index"
include_patterns = ["*.md", "docs/*.md", "docs/**/*.md", "installer/README.md", "benchmarks/README.md"]
myst_heading_anchors = 4  # as GitHub makes them
suppress_warnings = ["myst.header"]  # a page may begin below the first level
nitpicky = True
smartquotes = False  # an option has two hyphens
pygments_style = "friendly"
pygments_dark_style = "monokai"

html_theme = "furo"
html_title = f"Mailbell {release}"
html_favicon = "../../resources/share/icons/hicolor/scalable/apps/io.github.mailbell.Mailbell.svg"
html_logo = html_favicon
html_static_path: list[str] = []
html_show_sourcelink = False
html_copy_source = False
html_last_updated_fmt = None  # the same source gives the same bytes
html_theme_options: dict[str, Any] = {"top_of_page_buttons": []}

_GROUPS = re.compile(r"^## (.+)$", re.MULTILINE)
_LINK = re.compile(r"^\* \[([^\]]+)\]\(([^)#]+)\.md\)", re.MULTILINE)


def _with_tables_of_contents(_: Sphinx, name: str, source: list[str]) -> None:
    """The lists of links on the first page, which any reader of Markdown can follow, are the side bar's, too."""
    if name == "docs/commands":
        source[0] += markdown(_MAN_PAGE.read_text("utf-8"))
    if name == "docs/decisions/README":
        pages = sorted(path.stem for path in (_ROOT / "docs" / "decisions").glob("0*.md"))
        source[0] += _toctree("", pages)
    if name != root_doc:
        return
    parts = _GROUPS.split(source[0])
    for title, text in zip(parts[1::2], parts[2::2], strict=True):
        source[0] += _toctree(title, [f"{label} <{page}>" for label, page in _LINK.findall(text)])


def _toctree(caption: str, pages: list[str]) -> str:
    head = [":hidden:", *([f":caption: {caption}"] if caption else [])]
    return "\n\n```{toctree}\n" + "\n".join([*head, "", *pages]) + "\n```\n"


def setup(app: Sphinx) -> None:
    """Called by Sphinx."""
    app.connect("source-read", _with_tables_of_contents)
