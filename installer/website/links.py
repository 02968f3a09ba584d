"""The links of built pages: those that lead nowhere, and those that lead to other sites."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from pathlib import Path


class _Page(HTMLParser):
    """What a page refers to, and the names in it that others refer to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.targets: set[str] = set()
        self.names: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if value and name in {"href", "src"}:
                self.targets.add(value)
            elif value and (name == "id" or (tag == "a" and name == "name")):
                self.names.add(value)


def check(site: Path) -> tuple[list[str], list[str]]:
    """The links of all pages below `site` that lead nowhere, each with its page, and the addresses of other sites."""
    pages = {path.resolve(): _Page(path.read_text("utf-8")) for path in sorted(site.rglob("*.html"))}
    broken: list[str] = []
    others: set[str] = set()
    for path, page in pages.items():
        for target in sorted(page.targets):
            parts = urlsplit(target)
            if parts.scheme or parts.netloc:
                others.add(target)
                continue
            aimed = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            found = aimed.exists()
            if found and parts.fragment and aimed in pages:
                found = unquote(parts.fragment) in pages[aimed].names
            if not found:
                broken.append(f"{path.relative_to(site.resolve())}: {target}")
    return broken, sorted(others)
