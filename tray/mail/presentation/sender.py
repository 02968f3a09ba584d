"""The sender to display, so that no display name can pass for another address."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from tray.i18n import tr

if TYPE_CHECKING:
    from tray.imap.types import Address

_ADDRESS_LIMIT = 60
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufe00-\ufe0f]+")
_NOT_OF_AN_ADDRESS = r"\s@<>()\[\]{}\"'“”‘’„«»,;:"
# jane@example.org; with spaces around the @, or with (at), only where a domain with a dot follows.
_PART = rf"[^{_NOT_OF_AN_ADDRESS}]+"
_ADDRESS = re.compile(rf"({_PART})(?:@|\s?(?:@|[(\[{{]\s?at\s?[)\]}}])\s?(?={_PART}\.\w))({_PART})")


def shown_sender(sender: Address) -> str:
    """The name of the sender, else the address; empty where there is neither.

    Before a name that looks like another address the true one is shown, so that truncating cannot remove it. A long
    address is truncated at its beginning, because its domain is at the end.
    """
    address = sender.address
    if not sender.name or not looks_like_another_address(sender.name, address):
        return sender.name or address
    if len(address) > _ADDRESS_LIMIT:
        address = "…" + address[1 - _ADDRESS_LIMIT :]
    return tr("{address} (“{name}”)").format(address=address or tr("(no address)"), name=sender.name)


def looks_like_another_address(name: str, address: str) -> bool:
    """Whether `name` contains what looks like an address other than `address`."""
    own = _look(address)
    return any(f"{local}@{domain.rstrip('.')}" != own for local, domain in _ADDRESS.findall(_look(name)))


def _look(text: str) -> str:
    """`text` for comparing its look: without case, widths and invisible characters."""
    return unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).casefold().replace("。", ".")
