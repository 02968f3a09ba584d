"""Folders as a tree in the order in which people look for them, and how one finds some by typing."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tray.mail.folders.folders import Space, space_label
from tray.mail.folders.special_use import SpecialUse, folded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tray.mail.folders.folders import Folder

_DIGITS = re.compile(r"(\d+)")
_ORDINARY, _VIEW, _OTHERS, _SHARED = 100, 200, 300, 301


@dataclass(frozen=True, slots=True)
class Branch:
    """A folder in its place, or what only holds others."""

    label: str
    folder: Folder | None
    """None where it cannot be opened, because the server does not list it or says so."""
    children: tuple[Branch, ...]
    text: str
    """What is searched: the whole path, and the name on the server, for `matches`."""

    def walk(self) -> Iterator[Branch]:
        """It and all beneath it, in order."""
        yield self
        for child in self.children:
            yield from child.walk()


def tree(folders: Iterable[Folder]) -> tuple[Branch, ...]:
    """INBOX first, then the special uses, then all others as people sort them; views, others' and shared ones last."""
    root = _Node("")
    for folder in folders:
        node = root
        space = space_label(folder.space)
        if space:
            node = node.child(f"\0{folder.space.value}", space)
            node.rank = _OTHERS if folder.space is Space.OTHERS else _SHARED
        for part in folder.parts[:-1]:
            node = node.child(part, part)
        node.place(folder)
    return root.branches("")


def flat(branches: Iterable[Branch]) -> tuple[Folder, ...]:
    """The folders of a tree in its order."""
    return tuple(each.folder for top in branches for each in top.walk() if each.folder is not None)


def matches(branch: Branch, typed: str) -> bool:
    """Whether what was typed stands in the path of `branch`, or in its name; case and accents do not count."""
    return folded(typed.strip()) in branch.text


@dataclass(slots=True)
class _Node:
    label: str
    folder: Folder | None = None
    rank: int = _ORDINARY
    children: dict[str, _Node] = field(default_factory=dict)

    def child(self, key: str, label: str) -> _Node:
        key = "INBOX" if key.upper() == "INBOX" else key  # what lies beneath it may be spelled in any case
        return self.children.setdefault(key, _Node(label))

    def place(self, folder: Folder) -> None:
        node = self.child(folder.parts[-1], folder.label)
        if node.folder is not None:  # two names that look the same when they are fit to be shown
            node = self.child(f"{folder.parts[-1]}\0{folder.name}", folder.label)
        node.label, node.folder, node.rank = folder.label, folder, _rank(folder.use)

    def branches(self, above: str) -> tuple[Branch, ...]:
        ordered = sorted(self.children.values(), key=lambda node: (node.rank, _natural(node.label)))
        return tuple(node.branch(above) for node in ordered)

    def branch(self, above: str) -> Branch:
        path = f"{above}/{self.label}" if above else self.label
        name = f"\n{self.folder.name}" if self.folder is not None else ""
        return Branch(self.label, self.folder, self.branches(path), folded(path) + folded(name))


def _rank(use: SpecialUse | None) -> int:
    if use is None:
        return _ORDINARY
    return (_VIEW if use.is_view else 0) + list(SpecialUse).index(use)


def _natural(label: str) -> list[tuple[int, str]]:
    """So that 9 comes before 10, whatever the case and the accents are; what is no letter does not lead."""
    words = _DIGITS.split(folded(label).lstrip("[(\"'#_. "))
    return [(int(word), "") if number % 2 else (0, word) for number, word in enumerate(words)]
