"""Finds the folder for a name that the user typed, or the sentence that there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.i18n import tr
from tray.mail.folders.special_use import folded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tray.mail.folders.folders import Folder

_SUGGESTIONS_LIMIT = 3


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
    offered = list(dict.fromkeys(_quoted(by_name[name]) for name in near))
    if not offered:
        return NoSuchFolder(tr("There is no folder “{typed}”.").format(typed=typed), offered=False)
    if len(offered) == 1:
        sentence = tr("There is no folder “{typed}”; did you mean {name}?")
        return NoSuchFolder(sentence.format(typed=typed, name=offered[0]))
    *others, last = offered
    sentence = tr("There is no folder “{typed}”; did you mean {names} or {last}?")
    return NoSuchFolder(sentence.format(typed=typed, names=", ".join(others), last=last))


def _quoted(folder: Folder) -> str:
    return f"“{folder.path}”"


def _names(folder: Folder) -> tuple[str, ...]:
    """All names of a folder that may be typed: path, name on the server, label and last part."""
    return folder.path, folder.name, folder.label, folder.parts[-1]
