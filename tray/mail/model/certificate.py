"""A server's certificate as a person can judge it, and the fingerprint by which one of them is pinned."""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass

_SHA256 = re.compile(r"[0-9a-f]{64}")
_SEPARATORS = str.maketrans("", "", ": \t\u00a0")
_BYTES_IN_GROUP = 4


class CertificateErrorKind(enum.Enum):
    """Why a certificate is not trusted."""

    CHANGED = enum.auto()
    """It is not the one that was pinned."""
    SELF_SIGNED = enum.auto()
    UNKNOWN_ISSUER = enum.auto()
    ISSUER_EXPIRED = enum.auto()
    """An authority between it and the root has expired."""
    EXPIRED = enum.auto()
    NOT_YET_VALID = enum.auto()
    WRONG_HOST = enum.auto()
    REVOKED = enum.auto()
    WEAK = enum.auto()
    """Its key, or one above it, can be broken."""
    OTHER = enum.auto()


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a server showed, and what speaks against it; texts are safe to display, however it was made."""

    host: str
    """Whom we wanted to reach."""
    subject: str
    """Who it says it is."""
    names: tuple[str, ...]
    """The host names and addresses that it is for, at most a few."""
    issuer: str
    not_before: float
    """Unix seconds from which on it is valid."""
    not_after: float
    sha256: str
    """Fingerprint of the whole certificate, 64 lower-case hexadecimal digits."""
    self_signed: bool
    errors: tuple[CertificateErrorKind, ...]
    """Never empty; the first is the one to name where there is room for one."""
    pinned: str = ""
    """The fingerprint that was expected, where one was."""
    code: int = 0
    """OpenSSL's number of the reason (X509_V_ERR), for an error that has no sentence of its own."""

    @property
    def can_be_pinned(self) -> bool:
        """Whether a user's word could help: not for a key that others may have as well."""
        return not {CertificateErrorKind.WEAK, CertificateErrorKind.REVOKED} & {*self.errors}

    @property
    def suspicious(self) -> bool:
        """Whether it looks like somebody else's: then a fingerprint has to be compared before it is trusted."""
        return bool({CertificateErrorKind.CHANGED, CertificateErrorKind.WRONG_HOST} & {*self.errors})


def fingerprint(text: str) -> str:
    """`text` as a SHA-256 fingerprint of 64 lower-case hexadecimal digits; colons and spaces do not count.

    Raises ValueError for any other text.
    """
    digits = text.translate(_SEPARATORS).lower()
    if not _SHA256.fullmatch(digits):
        raise ValueError("a SHA-256 fingerprint has 64 hexadecimal digits")
    return digits


def grouped(sha256: str) -> str:
    """A fingerprint as other programs print it (``3F:9A:…``), in groups of four bytes so that it can be compared."""
    pairs = [sha256[at : at + 2] for at in range(0, len(sha256), 2)]
    groups = [pairs[at : at + _BYTES_IN_GROUP] for at in range(0, len(pairs), _BYTES_IN_GROUP)]
    return " ".join(":".join(group) for group in groups).upper()
