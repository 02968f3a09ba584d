"""The folders of an account as the user sees them: with name, path and special use."""

from __future__ import annotations

import enum
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from tray.i18n import tr, tr_in
from tray.imap.text import display_safe
from tray.imap.types import INBOX, MailboxName
from tray.mail.folders.special_use import SpecialUse, folded, use_by_attributes, use_by_name
from tray.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from tray.imap.events import Listed, Namespaces

MAX_FOLDERS = 5_000
"""Folders of one account that are listed; showing so many takes a tenth of a second."""
_DEPTH_LIMIT = 32  # what lies deeper is shown as one name
_PARENTS_LIMIT = 2_500
"""Parents of all folders in the tree; beyond, a folder is shown by its whole name."""
_NAMESPACES_LIMIT = 20
_PART_LIMIT = 120
# Not valid in the settings, which have names in one line, with tabs and without surrogates.
_NOT_KEPT = re.compile(r"[\x00-\x08\x0a-\x1f\x7f\ud800-\udfff]")
_CLOSED = frozenset({"\\noselect", "\\nonexistent"})


class Space(enum.Enum):
    """The kind of namespace (RFC 2342)."""

    PERSONAL = "personal"
    OTHERS = "others"
    """Folders that other users share."""
    SHARED = "shared"
    """Folders that belong to no user."""


@dataclass(frozen=True, slots=True)
class Folder:
    """A mailbox that can be opened; one that only has children appears in their paths."""

    name: MailboxName
    """The name on the server, decoded."""
    parts: tuple[str, ...]
    """Its path, safe to display, outermost first, never empty; without the prefix of the namespace."""
    use: SpecialUse | None = None
    subscribed: bool = False
    """Whether the server says so; false without LIST-EXTENDED."""
    space: Space = Space.PERSONAL

    @property
    def path(self) -> str:
        """The path as the user reads and types it, with ``/`` whatever the server's delimiter is."""
        root = space_label(self.space)
        return "/".join((root, *self.parts) if root else self.parts)

    @property
    def label(self) -> str:
        """The label in the tree: the special use, if any, with the folder's own name where that differs."""
        own = self.parts[-1]
        if self.use is None:
            return own
        label = use_label(self.use)
        if self.use is SpecialUse.INBOX or folded(label) == folded(own):
            return label
        return tr("{use} ({name})").format(use=label, name=own)


@dataclass(frozen=True, slots=True)
class FolderList:
    """The folders that a server has listed."""

    folders: tuple[Folder, ...]
    complete: bool = True
    """False where there were more than `MAX_FOLDERS`."""


def folders_of(listed: Iterable[Listed], namespaces: Namespaces | None = None) -> tuple[Folder, ...]:
    """The folders that can be opened among those `listed`, in the server's order, each once."""
    places = _places(namespaces)
    parents: set[tuple[str, ...]] = set()
    found: dict[MailboxName, Folder] = {}
    for entry in listed:
        attributes = frozenset(attribute.lower() for attribute in entry.attributes)
        name = INBOX if "\\inbox" in attributes else entry.mailbox  # XLIST translates even this name
        if not name or attributes & _CLOSED or _NOT_KEPT.search(name) or name in found:
            continue
        space, parts = _place(name, entry.delimiter, places)
        above = {parts[:depth] for depth in range(1, len(parts))} - parents
        if len(parents) + len(above) > _PARENTS_LIMIT:
            parts = (_shown(name),)
        else:
            parents |= above
        use = SpecialUse.INBOX if name == INBOX else use_by_attributes(attributes - {"\\inbox"})
        found[name] = Folder(name, parts, use, "\\subscribed" in attributes, space)
    uses = {folder.use for folder in found.values()}
    return tuple(_with_use(folder, uses) for folder in found.values())


def without_prefix(name: MailboxName) -> Folder:
    """The folder for a name that was not listed."""
    return Folder(name, (_shown(name),), SpecialUse.INBOX if name == INBOX else None)


def sorted_folders(chosen: Collection[MailboxName], known: Sequence[Folder]) -> tuple[MailboxName, ...]:
    """`chosen` in the order for the settings: INBOX, then in the order of `known`, then the unknown ones."""
    order = {folder.name: number for number, folder in enumerate(known)}
    return tuple(sorted(dict.fromkeys(chosen), key=lambda name: (name != INBOX, order.get(name, len(order)))))


def use_label(use: SpecialUse) -> str:
    """The label of a special use in the user's language."""
    return {
        SpecialUse.INBOX: tr("Inbox"),
        SpecialUse.DRAFTS: tr("Drafts"),
        SpecialUse.SENT: tr("Sent"),
        SpecialUse.ARCHIVE: tr_in("folder", "Archive"),
        SpecialUse.JUNK: tr_in("folder", "Junk"),
        SpecialUse.TRASH: tr("Trash"),
        SpecialUse.ALL: tr("All Mail"),
        SpecialUse.FLAGGED: tr("Flagged"),
        SpecialUse.IMPORTANT: tr("Important"),
    }[use]


def space_label(space: Space) -> str:
    """The label above such folders; empty for the user's own."""
    return {
        Space.PERSONAL: "",
        Space.OTHERS: tr("Other users"),
        Space.SHARED: tr("Shared folders"),
    }[space]


def folder_warning(use: SpecialUse | None) -> str:
    """The sentence about an unusual choice of folder to watch; empty for a usual one."""
    if use is None:
        return ""
    return {
        SpecialUse.DRAFTS: tr("You would be notified of your own drafts."),
        SpecialUse.SENT: tr("You would be notified of the mails that you send yourself."),
        SpecialUse.JUNK: tr("You would be notified of spam."),
        SpecialUse.TRASH: tr("You would be notified of mails that you delete."),
        SpecialUse.ALL: tr("It shows the mails of all folders once more, those that you send among them."),
        SpecialUse.FLAGGED: tr("It shows mails of other folders once more."),
        SpecialUse.IMPORTANT: tr("It shows mails of other folders once more."),
    }.get(use, "")


_Place = tuple[str, Space, bool]
"""A prefix, the kind of its folders, and whether the prefix is left out of their paths."""


def _places(namespaces: Namespaces | None) -> list[_Place]:
    """The namespaces, the longest prefix first; of equal ones the user's own (Cyrus has "" for shared folders)."""
    if namespaces is None:
        return []
    kinds = (
        (namespaces.personal, Space.PERSONAL),
        (namespaces.others, Space.OTHERS),
        (namespaces.shared, Space.SHARED),
    )
    places = [
        # The user's first namespace has all usual folders; of the others, a single one needs no name.
        (_as_inbox(namespace.prefix), space, number == 0 if space is Space.PERSONAL else len(spaces) == 1)
        for spaces, space in kinds
        for number, namespace in enumerate(spaces[:_NAMESPACES_LIMIT])
    ]
    return sorted(places, key=lambda place: -len(place[0]))


def _place(
    name: MailboxName, delimiter: str | None, places: Iterable[_Place]
) -> tuple[Space, tuple[str, ...]]:
    """The kind of a folder, and its path, safe to display."""
    usual = _as_inbox(name)
    for prefix, space, left_out in places if name != INBOX else ():
        if usual.startswith(prefix):
            rest = name[len(prefix) :]
            whole = not left_out or not rest or rest.upper() == INBOX  # Courier may have INBOX.INBOX
            return space, _parts(name if whole else rest, delimiter)
        if delimiter and usual + delimiter == prefix:
            return space, _parts(name, delimiter)
    return Space.PERSONAL, _parts(name, delimiter)


def _parts(name: str, delimiter: str | None) -> tuple[str, ...]:
    parts = [part for part in name.split(delimiter) if part] if delimiter else []
    if len(parts) > _DEPTH_LIMIT:
        parts[_DEPTH_LIMIT - 2 : -1] = ["/".join(parts[_DEPTH_LIMIT - 2 : -1])]
    return tuple(map(_shown, parts or [name]))


def _as_inbox(name: str) -> str:
    """`name` with INBOX at its beginning in upper case (RFC 3501, 5.1: it may be in any case)."""
    return INBOX + name[len(INBOX) :] if name[: len(INBOX)].lower() == INBOX.lower() else name


def _shown(part: str) -> str:
    return display_safe(part, _PART_LIMIT) or "?"


def _with_use(folder: Folder, uses: Collection[SpecialUse | None]) -> Folder:
    """With the special use of its name, where no folder has that use by `uses`, and only at the top or below INBOX."""
    top = len(folder.parts) == 1 or (len(folder.parts) == 2 and folder.parts[0].upper() == INBOX)  # noqa: PLR2004
    if folder.use is not None or folder.space is not Space.PERSONAL or not top:
        return folder
    use = use_by_name(folder.parts[-1])
    return folder if use is None or use in uses else replace(folder, use=use)
