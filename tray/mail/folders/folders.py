"""The folders of an account as people see them: named, placed, told apart by what they are for."""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tray.i18n import tr
from tray.imap.text import display_safe
from tray.imap.types import INBOX, MailboxName
from tray.mail.folders.special_use import SpecialUse, folded, use_by_attributes, use_by_name

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from tray.imap.events import Listed, Namespace, Namespaces

MAX_FOLDERS = 5_000
"""So many are listed of one account: to show them takes a tenth of a second."""
_DEPTH_LIMIT = (
    32  # what lies deeper is shown as one name: who nests a thousand folders does not want to be read
)
_PARENTS_LIMIT = 2_500
"""Names that may stand above those listed; a folder with still more above it is shown by its whole name."""
_NAMESPACES_LIMIT = 20
_PART_LIMIT = 120
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f\ud800-\udfff]")
_CLOSED = frozenset({"\\noselect", "\\nonexistent"})


class Space(enum.Enum):
    """Whose folders they are (RFC 2342)."""

    PERSONAL = "personal"
    OTHERS = "others"
    """Of other users, who share them."""
    SHARED = "shared"
    """Of nobody in particular."""


@dataclass(frozen=True, slots=True)
class Folder:
    """A mailbox that can be opened; those that only hold others are seen in the paths of the others."""

    name: MailboxName
    """As the server calls it, decoded."""
    parts: tuple[str, ...]
    """Its path in words fit to be shown, outermost first, never empty; less what the server puts before all."""
    use: SpecialUse | None = None
    subscribed: bool = False
    """Whether the server has told so: without LIST-EXTENDED none does."""
    space: Space = Space.PERSONAL

    @property
    def path(self) -> str:
        """The path as a person reads and types it, whatever the server's delimiter is."""
        root = space_label(self.space)
        return "/".join((root, *self.parts) if root else self.parts)

    @property
    def label(self) -> str:
        """What it is called in its place: by its use where it has one, with its own name where that says more."""
        own = self.parts[-1]
        if self.use is None:
            return own
        label = use_label(self.use)
        if self.use is SpecialUse.INBOX or folded(label) == folded(own):
            return label
        return tr("{use} ({name})").format(use=label, name=own)


@dataclass(frozen=True, slots=True)
class FolderList:
    """What a server has listed."""

    folders: tuple[Folder, ...]
    complete: bool = True
    """False where there were more than `MAX_FOLDERS`."""


def folders_of(listed: Iterable[Listed], namespaces: Namespaces | None = None) -> tuple[Folder, ...]:
    """The folders that can be opened among those `listed`, in the server's order, each once."""
    places = _Places(namespaces)
    found: dict[MailboxName, Folder] = {}
    for each in listed:
        attributes = frozenset(word.lower() for word in each.attributes)
        name = INBOX if "\\inbox" in attributes else each.mailbox  # XLIST translates even this name
        if not name or attributes & _CLOSED or not _can_be_kept(name) or name in found:
            continue
        space, parts = places.of(name, each.delimiter)
        use = SpecialUse.INBOX if name == INBOX else use_by_attributes(attributes - {"\\inbox"})
        found[name] = Folder(name, parts, use, "\\subscribed" in attributes, space)
    told = {folder.use for folder in found.values()}
    return tuple(_with_use(folder, told) for folder in found.values())


def without_prefix(name: MailboxName) -> Folder:
    """A folder of which nothing is known but its name."""
    return Folder(name, (_shown(name),), SpecialUse.INBOX if name == INBOX else None)


def sorted_folders(chosen: Collection[MailboxName], known: Sequence[Folder]) -> tuple[MailboxName, ...]:
    """`chosen` as they should stand in the settings: INBOX, then as `known` are ordered, then those unknown."""
    order = {folder.name: number for number, folder in enumerate(known)}
    return tuple(sorted(dict.fromkeys(chosen), key=lambda name: (name != INBOX, order.get(name, len(order)))))


def use_label(use: SpecialUse) -> str:
    """What a folder of this use is called in the user's language."""
    return {
        SpecialUse.INBOX: tr("Inbox"),
        SpecialUse.DRAFTS: tr("Drafts"),
        SpecialUse.SENT: tr("Sent"),
        SpecialUse.ARCHIVE: tr("Archive"),
        SpecialUse.JUNK: tr("Junk"),
        SpecialUse.TRASH: tr("Trash"),
        SpecialUse.ALL: tr("All Mail"),
        SpecialUse.FLAGGED: tr("Flagged"),
        SpecialUse.IMPORTANT: tr("Important"),
    }[use]


def space_label(space: Space) -> str:
    """What stands above such folders; empty for the user's own."""
    return {
        Space.PERSONAL: "",
        Space.OTHERS: tr("Other users"),
        Space.SHARED: tr("Shared folders"),
    }[space]


def folder_warning(use: SpecialUse | None) -> str:
    """What whoever watches such a folder should know; empty where it is as sensible as any."""
    return (
        {
            SpecialUse.DRAFTS: tr("You would be notified of your own drafts."),
            SpecialUse.SENT: tr("You would be notified of the mails that you send yourself."),
            SpecialUse.JUNK: tr("You would be notified of spam."),
            SpecialUse.TRASH: tr("You would be notified of mails that you delete."),
            SpecialUse.ALL: tr(
                "It shows the mails of all folders once more, those that you send among them."
            ),
            SpecialUse.FLAGGED: tr("It shows mails of other folders once more."),
            SpecialUse.IMPORTANT: tr("It shows mails of other folders once more."),
        }.get(use, "")
        if use is not None
        else ""
    )


_Place = tuple[str, Space, bool]
"""A prefix, whose folders begin with it, and whether it is left out of their paths."""


def _places(namespaces: Namespaces | None) -> list[_Place]:
    """The longest prefix first; among equal ones the user's own (Cyrus has "" for shared folders)."""
    if namespaces is None:
        return []
    kinds = (
        (namespaces.personal, Space.PERSONAL),
        (namespaces.others, Space.OTHERS),
        (namespaces.shared, Space.SHARED),
    )
    places = [
        (_as_inbox(each.prefix), space, _left_out(number, spaces, space))
        for spaces, space in kinds
        for number, each in enumerate(spaces[:_NAMESPACES_LIMIT])
    ]
    return sorted(places, key=lambda place: -len(place[0]))


def _left_out(number: int, spaces: Sequence[Namespace], space: Space) -> bool:
    """The first of the user's own is where all of his lies; of the others, one alone needs no name of its own."""
    return number == 0 if space is Space.PERSONAL else len(spaces) == 1


class _Places:
    """Puts names in their places; what stands above many of them is made once."""

    def __init__(self, namespaces: Namespaces | None) -> None:
        self._places = _places(namespaces)
        self._above: dict[tuple[str, str], tuple[str, ...]] = {}
        self._count = 0

    def of(self, name: MailboxName, delimiter: str | None) -> tuple[Space, tuple[str, ...]]:
        """Whose it is, and its path in words."""
        if name != INBOX:
            usual = _as_inbox(name)
            as_prefix = usual + delimiter if delimiter else ""
            for prefix, space, left_out in self._places:
                if usual.startswith(prefix):
                    rest = name[len(prefix) :]
                    whole = not left_out or not rest or rest.upper() == INBOX  # Courier may have INBOX.INBOX
                    return space, self._parts(name if whole else rest, delimiter)
                if delimiter and as_prefix == prefix:
                    return space, self._parts(name, delimiter)
        return Space.PERSONAL, self._parts(name, delimiter)

    def _parts(self, name: str, delimiter: str | None) -> tuple[str, ...]:
        if not delimiter:
            return (_shown(name),)
        above, _, own = name.rpartition(delimiter)
        if not own:  # it ends with a delimiter, and its own word stands before that
            above, _, own = name.rstrip(delimiter).rpartition(delimiter)
        if not above:
            return (_shown(own or name),)
        known = self._above.get((above, delimiter))
        if known is None:
            if self._count >= _PARENTS_LIMIT:
                return (_shown(name),)
            known = self._above[above, delimiter] = _words(above, delimiter)
            self._count += len(known)
        return (*known, _shown(own))


def _words(above: str, delimiter: str) -> tuple[str, ...]:
    words = [word for word in above.split(delimiter) if word]
    if len(words) >= _DEPTH_LIMIT:
        words[_DEPTH_LIMIT - 2 :] = ["/".join(words[_DEPTH_LIMIT - 2 :])]
    return tuple(map(_shown, words))


def _as_inbox(name: str) -> str:
    """`name` with INBOX at its beginning spelled so, which may be spelled in any case (RFC 3501, 5.1)."""
    return INBOX + name[len(INBOX) :] if name[: len(INBOX)].lower() == INBOX.lower() else name


def _shown(word: str) -> str:
    return display_safe(word, _PART_LIMIT) or "?"


def _can_be_kept(name: str) -> bool:
    """Whether the settings can hold it: one line, in which tabs may stand, and no half characters."""
    return _CONTROL.search(name) is None


def _with_use(folder: Folder, told: Collection[SpecialUse | None]) -> Folder:
    """By its name, where the server says of no folder that it has this use, and only where mail programs put it."""
    near = len(folder.parts) == 1 or (len(folder.parts) == 2 and folder.parts[0].upper() == INBOX)  # noqa: PLR2004
    if folder.use is not None or folder.space is not Space.PERSONAL or not near:
        return folder
    use = use_by_name(folder.parts[-1])
    if use is None or use in told:
        return folder
    return Folder(folder.name, folder.parts, use, folder.subscribed, folder.space)
