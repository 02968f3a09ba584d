"""How the sender of a mail is named, such that no name can pass for somebody else's address."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from tray.i18n import tr

if TYPE_CHECKING:
    from tray.imap.types import Address

_ADDRESS_LIMIT = 60
_SHAPELESS = re.compile("[\u200b-\u200f\u2060\ufe00-\ufe0f]+")
_NOT_OF_AN_ADDRESS = r"\s@<>()\[\]{}\"'“”‘’„«»,;:"
# jane@example.org; with spaces around the @, or with (at), only where a domain with a dot follows.
_PART = rf"[^{_NOT_OF_AN_ADDRESS}]+"
_ADDRESS = re.compile(rf"({_PART})(?:@|\s?(?:@|[(\[{{]\s?at\s?[)\]}}])\s?(?={_PART}\.\w))({_PART})")


def shown_sender(sender: Address) -> str:
    """Who sent a mail, in one line: by name, else by address; empty where the mail says neither.

    A name that looks like an address is a lie where it is not the sender's own: then the true address is said, and
    first, so that no cut can leave the name alone. Of a long address its end is kept, which says whose it is.
    """
    address = sender.address
    if not sender.name or not looks_like_another_address(sender.name, address):
        return sender.name or address
    if len(address) > _ADDRESS_LIMIT:
        address = "…" + address[1 - _ADDRESS_LIMIT :]
    return tr("{address} (“{name}”)").format(address=address or tr("(no address)"), name=sender.name)


def looks_like_another_address(name: str, address: str) -> bool:
    """Whether an address stands in `name`, as a person sees it, that is not `address`."""
    own = _seen(address)
    return any(f"{local}@{domain.rstrip('.')}" != own for local, domain in _ADDRESS.findall(_seen(name)))


def _seen(text: str) -> str:
    """`text` such that what looks alike is alike: without case, widths, and characters that have no shape."""
    return unicodedata.normalize("NFKC", _SHAPELESS.sub("", text)).casefold().replace("。", ".")
