"""The description on PyPI: README.md, with links that lead to the repository, since PyPI has no files beside it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

_LINK = re.compile(r"(!?)\[([^]]*)\]\((?!https?:|#)([^)]+)\)")


class ReadmeHook(MetadataHookInterface):
    """Called by hatchling whenever it makes the metadata."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Set ``readme``."""
        text = Path(self.root, "README.md").read_text(encoding="utf-8")
        source = metadata["urls"]["Source"]
        metadata["readme"] = {"content-type": "text/markdown", "text": absolute(text, source)}


def absolute(text: str, source: str) -> str:
    """`text` with each relative link as one into the repository `source`; pictures as files of it."""

    def link(match: re.Match[str]) -> str:
        mark, shown, target = match.groups()
        return f"{mark}[{shown}]({source}/{'raw' if mark else 'blob'}/main/{target})"

    return _LINK.sub(link, text)
