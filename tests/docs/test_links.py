"""Every relative link of the documents leads to a file of the project, and its anchor to a heading."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from urllib.parse import unquote

import pytest

_ROOT = Path(__file__).resolve().parents[2]
_PAGES = sorted(
    [
        *_ROOT.glob("*.md"),
        *(_ROOT / "docs").rglob("*.md"),
        *_ROOT.glob("installer/*.md"),
        *_ROOT.glob("benchmarks/*.md"),
    ]
)
_CODE = re.compile(r"^```.*?^```|`[^`\n]*`", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^()\s]+)\)")
_HEADING = re.compile(r"^#+ +(.+?) *$", re.MULTILINE)
_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def anchors(page):
    """The anchors of a page as GitHub makes them of its headings."""
    found = set()
    for heading in _HEADING.findall(_FENCE.sub("", page.read_text("utf-8"))):
        text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower().strip()
        slug = re.sub(r"[^\w\- ]", "", text).replace(" ", "-")
        number = 0
        while (name := f"{slug}-{number}" if number else slug) in found:
            number += 1
        found.add(name)
    return found


def broken(page):
    """The links of a page that lead nowhere within the project."""
    for target in _LINK.findall(_CODE.sub("", page.read_text("utf-8"))):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = unquote(target).partition("#")
        aimed = (page.parent / path).resolve() if path else page
        if (
            not aimed.exists()
            or not aimed.is_relative_to(_ROOT)
            or (anchor and aimed.suffix == ".md" and anchor not in anchors(aimed))
        ):
            yield target


@pytest.mark.parametrize("page", _PAGES, ids=lambda page: str(page.relative_to(_ROOT)))
def test_every_link_within_the_project_leads_somewhere(page):
    assert list(broken(page)) == []


def test_a_link_that_leads_nowhere_is_noticed(tmp_path, monkeypatch):
    monkeypatch.setattr(sys.modules[__name__], "_ROOT", tmp_path)
    (tmp_path / "other.md").write_text("# It's *here*, too\n```\n# not here\n```\n# It's here, too\n")
    page = tmp_path / "page.md"
    page.write_text(
        "# Top\n[a](other.md#its-here-too) [b](other.md#its-here-too-1) [c](#top) `[code](x)` [web](https://x.example)\n"
        "[1](missing.md) [2](other.md#not-here) [3](#bottom) [4](../outside.md)\n"
    )
    assert list(broken(page)) == ["missing.md", "other.md#not-here", "#bottom", "../outside.md"]


def test_every_page_of_docs_is_on_the_first_page():
    listed = (_ROOT / "docs" / "index.md").read_text("utf-8")
    missing = [page.name for page in (_ROOT / "docs").glob("*.md") if f"({page.name})" not in listed]
    assert missing == ["index.md"]
