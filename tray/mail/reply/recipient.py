"""Whom a reply to a message goes to, and from which address; nobody where a reply would reach no person."""

from __future__ import annotations

import re
from email.utils import getaddresses
from typing import TYPE_CHECKING

from tray.imap.addresses import parse_address
from tray.imap.types import Address
from tray.mail.model.account import SecretSource
from tray.mail.model.host_names import host_key, is_host_name
from tray.mail.presentation.message_texts import shown_sender
from tray.mail.settings.oauth_clients import find_client

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tray.mail.model.account import Account
    from tray.mail.model.message import Message
    from tray.mail.settings.oauth_clients import OAuthClient

HEADERS = frozenset(
    {
        "auto-submitted",
        "cc",
        "delivered-to",
        "in-reply-to",
        "list-id",
        "list-post",
        "precedence",
        "references",
        "reply-to",
        "to",
    }
)
"""What has to be fetched of a message beside its envelope, in lower case."""

_LOCAL_LIMIT = 64  # octets (RFC 5321, 4.5.3.1.1)
# An atom with dots (RFC 5322, 3.2.3, and RFC 6532, 3.2): neither spaces nor anything that ends an address or a line.
_LOCAL = re.compile('[^\\s\x00-\x20\x7f-\xa0()<>\\[\\]:;@\\\\,"\u2028\u2029\ud800-\udfff]+')
_NOBODY = re.compile(
    "(?:do[-_.]?)?not?[-_.]?(?:reply|respond|answer)|nicht[-_.]?antworten|keine[-_.]?antwort|ne[-_.]?pas[-_.]?repondre"
    "|pas[-_.]?de[-_.]?reponse|no[-_.]?(?:responder|contestar|responda|contestes)|nao[-_.]?responda|^mailer-?daemon$"
    "|^bounces?(?:$|[-+_.=])",
    re.IGNORECASE,
)
_LIST_ADDRESS = re.compile(r"<\s*mailto:([^<>?\s]{1,320})", re.IGNORECASE)
_MASS = frozenset({"bulk", "junk"})
_SENDING_PROVIDERS = frozenset({"google"})
"""Those whose scopes for IMAP, as Mailbell ships them, allow sending, too."""
_SENDING_SCOPES = frozenset({"https://mail.google.com/", "mail-w"})
"""Beside all that have SMTP in their names, such as Microsoft's ``SMTP.Send``."""


def usable_address(text: str) -> str:
    """`text` with its domain in ASCII; empty where it is no address that a mail can be sent to."""
    local, at, domain = text.strip().rpartition("@")
    name = host_key(domain)
    if not at or not is_host_name(name) or not _LOCAL.fullmatch(local):
        return ""
    if len(local.encode()) > _LOCAL_LIMIT or local.startswith(".") or local.endswith(".") or ".." in local:
        return ""
    return f"{local}@{name}"


def reply_recipient(message: Message) -> Address | None:
    """Whom a reply to `message` goes to; None where it would reach nobody, or more people than its author.

    That is Reply-To, else From (RFC 5322, 3.6.2). A reply to a mailing list goes to the author, never to the list,
    which may have put its own address into either field. Mass mailings and what programs have sent (RFC 3834, 5) get
    none. `message` must have the `HEADERS`.
    """
    headers = message.headers
    submitted = _first(headers, "auto-submitted").partition(";")[0].strip().lower()
    if submitted not in {"", "no"} or _first(headers, "precedence").strip().lower() in _MASS:
        return None
    author, given = message.envelope.sender, parse_address(_first(headers, "reply-to"))
    posted = _first(headers, "list-post")
    lists = {_compared(found) for found in _LIST_ADDRESS.findall(posted)}
    if _first(headers, "list-id") and not lists:  # a newsletter
        return None
    for each in (author, given) if lists else (given, author):
        address = usable_address(each.address)
        if address and _compared(address) not in lists and not is_nobody(address):
            same = _compared(address) == _compared(author.address)
            return Address(each.name or (author.name if same else ""), address)
    return None


def recipient_text(recipient: Address, message: Message) -> str:
    """`recipient` as shown: by the address where it is not that of the author, whose name it may borrow."""
    same = _compared(recipient.address) == _compared(message.envelope.sender.address)
    return shown_sender(recipient) if same else recipient.address


def can_send(account: Account, clients: Iterable[OAuthClient]) -> bool:
    """Whether a reply can be sent from `account`: it has an address, and its sign-in covers sending."""
    if not any(map(usable_address, (account.email, account.user))):
        return False
    if account.secret is not SecretSource.OAUTH:
        return True
    client = find_client(clients, account.oauth)
    if client is None or not client.scopes:
        return account.oauth in _SENDING_PROVIDERS
    return any(scope in _SENDING_SCOPES or "smtp" in scope.lower() for scope in client.scopes)


def is_nobody(address: str) -> bool:
    """Whether mail to that address is read by nobody, as far as its name tells."""
    return _NOBODY.search(address.rpartition("@")[0]) is not None


def reply_sender(message: Message, account: Account) -> str:
    """The address of `account` that `message` came to, also with a detail (``anna+shop@``); else its own.

    Empty where the account has no address that mail can be sent from.
    """
    own = [address for text in (account.email, account.user) if (address := usable_address(text))]
    for found in _addresses(message, "delivered-to", "to", "cc"):
        for address in own:
            if _compared(_without_detail(found)) == _compared(address):
                return found
    return own[0] if own else ""


def _addresses(message: Message, *names: str) -> Iterator[str]:
    for name in names:
        for _, text in getaddresses([value for field, value in message.headers if field == name]):
            if address := usable_address(text):
                yield address


def _without_detail(address: str) -> str:
    local, _, domain = address.rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def _compared(address: str) -> str:
    return address.strip().casefold()


def _first(headers: tuple[tuple[str, str], ...], name: str) -> str:
    return next((text for field, text in headers if field == name), "")
