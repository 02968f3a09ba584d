"""Host names in ASCII, as DNS, certificates and the provider list use them; encoded in this module only."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address, ip_address

from tray.i18n import tr

_LABEL = re.compile("[a-z0-9-]+", re.ASCII)
_FULL_NAME = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))+")
_NAME_LIMIT, _LABEL_LIMIT = 253, 63
_INPUT_LIMIT = 1000


class BadHost(ValueError):  # noqa: N818
    """A text that is not a host name; the exception's text is one sentence for the user."""


def ascii_host(text: str) -> str:
    """`text` in lower case and ASCII (UTS 46 without transitional mappings, RFC 5891), without a dot at its end.

    All spellings of one host give the same text: ``BÜCHER.example``, ``bücher。example.`` and
    ``xn--bcher-kva.example``. An address gets its usual form (RFC 5952), without brackets. An underscore is allowed in
    DNS, but not in host names (RFC 1123, 2.1). Raises BadHost.
    """
    name = text.strip()
    if name.startswith("[") and name.endswith("]"):
        name = name[1:-1]
        if ":" not in name:
            raise BadHost(not_a_host_name())
    if len(name) > _INPUT_LIMIT:
        raise BadHost(_too_long())
    address = _address(name)
    if address is not None:
        return str(address)
    mapped = _mapped(name)
    address = _address(mapped)  # it had full-width digits
    if address is not None:
        return str(address)
    encoded = ".".join(_encoded(label) for label in mapped.removesuffix(".").split("."))
    if len(encoded) + mapped.endswith(".") > _NAME_LIMIT:
        raise BadHost(_too_long())
    return encoded


def host_key(text: str) -> str:
    """The key for comparing hosts: `ascii_host`, or the text itself where it is no host name."""
    try:
        return ascii_host(text)
    except BadHost:
        return text.strip().rstrip(".").casefold()


def same_host(one: str, other: str) -> bool:
    """Whether both are spellings of the same host; nothing is looked up."""
    return host_key(one) == host_key(other)


def parse_address(text: str) -> IPv4Address | IPv6Address | None:
    """The IP address that `text` spells, None for a name."""
    return _address(host_key(text))


def is_loopback(host: str) -> bool:
    """Whether `host` is ``localhost`` or an address of 127.0.0.0/8 or ::1. Nothing is looked up.

    ``mail.localhost`` is not: by RFC 6761, 6.3 it is on this machine, but many resolvers ask DNS, whose answer may be
    any host, and passwords may be sent to loopback in clear.
    """
    address = parse_address(host)
    return host_key(host) == "localhost" if address is None else address.is_loopback


def is_host_name(text: str) -> bool:
    """Whether `text` is a full DNS name in lower case (RFC 1123, 2.1), and no address."""
    return (
        len(text) <= _NAME_LIMIT
        and bool(_FULL_NAME.fullmatch(text))
        and not text.rpartition(".")[2].isdigit()
    )


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(text)
    except ValueError:
        return None


def _mapped(name: str) -> str:
    if name.isascii():
        return name.lower()
    import idna  # noqa: PLC0415 -- large, and most names are ASCII

    try:
        return idna.uts46_remap(name, std3_rules=False, transitional=False)
    except idna.IDNAError as error:
        raise BadHost(not_a_host_name()) from error


def _encoded(label: str) -> str:
    if not label.isascii():
        import idna  # noqa: PLC0415 -- as above

        try:
            label = idna.alabel(label).decode("ascii")
        except idna.IDNAError as error:
            raise BadHost(_too_long() if "too long" in str(error) else not_a_host_name()) from error
    if len(label) > _LABEL_LIMIT:
        raise BadHost(_too_long())
    if "_" in label:
        raise BadHost(tr("This is no server name: the name of a host has no underscore (_)."))
    if not _LABEL.fullmatch(label):
        raise BadHost(not_a_host_name())
    return label


def not_a_host_name() -> str:
    """The sentence for a text that is not a host name."""
    return tr("This is no server name; write it like imap.example.org.")


def _too_long() -> str:
    return tr(
        "This is no server name: it is too long. Between two dots there may be {label} characters, {name} in all."
    ).format(label=_LABEL_LIMIT, name=_NAME_LIMIT)
