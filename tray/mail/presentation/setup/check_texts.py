"""One sentence for each outcome of a step in an account's test."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.i18n import tr, trn

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tray.imap.types import MailboxName


def looked_up_by_proxy(host: str, proxy: str) -> str:
    """The proxy resolves the name: a look-up here would reveal the server to the network."""
    return tr("{host} is looked up by the proxy {proxy}, not by this computer.").format(
        host=host, proxy=proxy
    )


def nothing_to_look_up(host: str) -> str:
    """`host` is an address."""
    return tr("{host} is an address: there is nothing to look up.").format(host=host)


def name_found(host: str, addresses: Sequence[str]) -> str:
    """DNS gave `addresses`, of which the first is shown."""
    more = len(addresses) - 1
    if not more:
        return tr("{host} was found: {address}.").format(host=host, address=addresses[0])
    return trn(
        "{host} was found: {address} and {n} more.", "{host} was found: {address} and {n} more.", more
    ).format(host=host, address=addresses[0], n=more)


def connected(host: str, port: int, proxy: str) -> str:
    """The server answers; `proxy` may be empty."""
    sentence = (
        tr("{host} answers on port {port}, through the proxy {proxy}.")
        if proxy
        else tr("{host} answers on port {port}.")
    )
    return sentence.format(host=host, port=port, proxy=proxy)


def not_encrypted() -> str:
    """The account has no encryption."""
    return tr("The connection is not encrypted: the password is sent in the clear.")


def encrypted_as_pinned(version: str) -> str:
    """The certificate is the pinned one; `version` is that of TLS."""
    return tr("Encrypted with {version}; the server's certificate is the one that you trusted.").format(
        version=version
    )


def encrypted(version: str, issuer: str) -> str:
    """The certificate was verified; `version` is that of TLS."""
    return tr("Encrypted with {version}; the server's certificate was issued by {issuer}.").format(
        version=version, issuer=issuer
    )


def no_login_needed() -> str:
    """The server greeted with PREAUTH."""
    return tr("The server knows this connection already: no log-in was needed.")


def logged_in(user: str) -> str:
    """The server accepted the credentials."""
    return tr("{user} is logged in.").format(user=user)


def mailboxes_opened(counts: Iterable[tuple[MailboxName, int]]) -> str:
    """Each mailbox with the number of its messages."""
    return " ".join(
        trn("{mailbox} holds {n} message.", "{mailbox} holds {n} messages.", count).format(
            mailbox=mailbox, n=count
        )
        for mailbox, count in counts
    )


def no_idle() -> str:
    """The server has no IDLE."""
    return tr("The server does not announce new mail (no IDLE): it is asked every minute.")


def idle() -> str:
    """The server has IDLE, and it works."""
    return tr("The server announces new mail at once (IDLE).")
