"""Folders as a sorted tree, the search in it, and the folder for a name that the user typed."""

from __future__ import annotations

import re
from dataclasses import field
from typing import TYPE_CHECKING

from tray.i18n import tr
from tray.mail.folders.folders import space_label
from tray.mail.folders.special_use import SpecialUse, folded
from tray.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tray.mail.folders.folders import Folder

_SUGGESTIONS_LIMIT = 3
_DIGITS = re.compile(r"(\d+)")
_ORDINARY, _VIEW, _OF_OTHERS = 100, 200, 300


@dataclass(frozen=True, slots=True)
class Branch:
    """A folder in the tree, or a name that only has children."""

    label: str
    folder: Folder | None
    """None where it cannot be opened."""
    children: tuple[Branch, ...]
    text: str
    """The text for `matches`: the whole path, and the name on the server."""

    def walk(self) -> Iterator[Branch]:
        """The branch and all its descendants, in order."""
        yield self
        for child in self.children:
            yield from child.walk()


def tree(folders: Iterable[Folder]) -> tuple[Branch, ...]:
    """INBOX first, then special uses, then all others by name; views, folders of other users and shared ones last."""
    root = _Node("")
    for folder in folders:
        node = root
        space = space_label(folder.space)
        if space:
            node = node.child(f"\0{folder.space.value}", space)
            node.rank = _OF_OTHERS
        for part in folder.parts[:-1]:
            node = node.child(part, part)
        node.place(folder)
    return root.branches("")


def flat(branches: Iterable[Branch]) -> tuple[Folder, ...]:
    """The folders of a tree in its order."""
    return tuple(branch.folder for top in branches for branch in top.walk() if branch.folder is not None)


def matches(branch: Branch, typed: str) -> bool:
    """Whether path or name of `branch` contains `typed`; case and accents are ignored."""
    return folded(typed.strip()) in branch.text


@dataclass(slots=True)
class _Node:
    label: str
    folder: Folder | None = None
    rank: int = _ORDINARY
    children: dict[str, _Node] = field(default_factory=dict)

    def child(self, key: str, label: str) -> _Node:
        key = "INBOX" if key.upper() == "INBOX" else key  # in paths of its children it may be in any case
        return self.children.setdefault(key, _Node(label))

    def place(self, folder: Folder) -> None:
        node = self.child(folder.parts[-1], folder.label)
        if node.folder is not None:  # two names that are displayed alike
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
    """A sort key with 9 before 10 that ignores case, accents and leading punctuation."""
    parts = _DIGITS.split(folded(label).lstrip("[(\"'#_. "))
    return [(int(part), "") if index % 2 else (0, part) for index, part in enumerate(parts)]


class NoSuchFolder(Exception):  # noqa: N818
    """The typed name fits no folder, or more than one; the text is a sentence with the closest ones."""

    def __init__(self, sentence: str, *, offered: bool = True) -> None:
        super().__init__(sentence)
        self.offered = offered
        """Whether the text names a folder."""


def find_folder(folders: Sequence[Folder], typed: str) -> Folder:
    """The folder with the name, path or label `typed`; raises NoSuchFolder.

    Case and accents are ignored where that leaves only one.
    """
    for exact in (
        [folder for folder in folders if folder.name == typed],
        [folder for folder in folders if typed in _names(folder)],
    ):
        if len(exact) == 1:
            return exact[0]
    wanted = folded(typed.strip())
    found = [folder for folder in folders if wanted in map(folded, _names(folder))]
    if len(found) == 1:
        return found[0]
    if found:
        offered = ", ".join(_quoted(folder) for folder in found[:_SUGGESTIONS_LIMIT])
        raise NoSuchFolder(
            tr("More than one folder is called “{typed}”: {names}. Type it as it stands there.").format(
                typed=typed, names=offered
            )
        )
    raise _unknown(folders, typed, wanted)


def _unknown(folders: Sequence[Folder], typed: str, wanted: str) -> NoSuchFolder:
    from difflib import get_close_matches  # noqa: PLC0415 -- for typing errors only

    by_name = {folded(name): folder for folder in reversed(folders) for name in _names(folder)}
    near = get_close_matches(wanted, by_name, n=_SUGGESTIONS_LIMIT)
    *others, last = list(dict.fromkeys(_quoted(by_name[name]) for name in near)) or [""]
    if others:
        sentence = tr("There is no folder “{typed}”; did you mean {names} or {last}?")
    elif last:
        sentence = tr("There is no folder “{typed}”; did you mean {last}?")
    else:
        sentence = tr("There is no folder “{typed}”.")
    return NoSuchFolder(sentence.format(typed=typed, names=", ".join(others), last=last), offered=bool(last))


def _quoted(folder: Folder) -> str:
    return f"“{folder.path}”"


def _names(folder: Folder) -> tuple[str, ...]:
    """All names of a folder that may be typed: path, name on the server, label and last part."""
    return folder.path, folder.name, folder.label, folder.parts[-1]
