"""What a test learns by the way, for its report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.mail.certificate_texts import facts
from tray.net.certificates import read

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tray.net.protocol import MailProtocol


def learnt(protocol: MailProtocol, host: str) -> list[tuple[str, str]]:
    """The server's greeting, and how the connection is encrypted, as far as it came."""
    found: list[tuple[str, str]] = []
    greeting = protocol.greeting.value
    if greeting is not None:
        found.append(("greeting", f"{greeting.status} {greeting.text}"))
    if protocol.capabilities is not None:
        found.append(("capabilities so far", listed(protocol.capabilities)))
    if not protocol.encrypted:
        return found
    connection = protocol.transport.getHandle()
    found.append(("TLS", f"{connection.get_protocol_version_name()}, {connection.get_cipher_name()}"))
    shown = connection.get_peer_certificate()
    if shown is not None:
        # It was found good: what speaks against it is not asked for.
        found += facts(read(shown, host, (), wrong_host=False))
    return found


def listed(capabilities: Iterable[str]) -> str:
    """In the order of the alphabet."""
    return " ".join(sorted(capabilities))
