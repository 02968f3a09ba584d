"""A server's certificate as it is shown to the user, and the fingerprint that pins one."""

from __future__ import annotations

import enum
import re

from tray.values import dataclass

_SHA256 = re.compile(r"[0-9a-f]{64}")
_SEPARATORS = str.maketrans("", "", ": \t\u00a0")


class CertificateErrorKind(enum.Enum):
    """Why a certificate is not trusted."""

    CHANGED = enum.auto()
    """It is not the pinned one."""
    SELF_SIGNED = enum.auto()
    UNKNOWN_ISSUER = enum.auto()
    ISSUER_EXPIRED = enum.auto()
    """An intermediate or root certificate has expired."""
    EXPIRED = enum.auto()
    NOT_YET_VALID = enum.auto()
    WRONG_HOST = enum.auto()
    REVOKED = enum.auto()
    WEAK = enum.auto()
    """Its key, or one of its issuers', is too weak."""
    OTHER = enum.auto()


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a server showed, and what speaks against it; texts are safe to display, however it was made."""

    host: str
    """The host that was connected to."""
    subject: str
    """The name in its subject."""
    names: tuple[str, ...]
    """The first few host names and addresses that it is valid for."""
    issuer: str
    not_before: float
    """Unix seconds, like `not_after`."""
    not_after: float
    sha256: str
    """The fingerprint, 64 lower-case hexadecimal digits."""
    self_signed: bool
    errors: tuple[CertificateErrorKind, ...]
    """Never empty; the most important first."""
    pinned: str = ""
    """The expected fingerprint; empty where none was pinned."""
    code: int = 0
    """OpenSSL's error number (X509_V_ERR), for an error that has no sentence of its own."""

    @property
    def can_be_pinned(self) -> bool:
        """Whether the user may pin it: not where others may have its key."""
        return not {CertificateErrorKind.WEAK, CertificateErrorKind.REVOKED} & {*self.errors}

    @property
    def suspicious(self) -> bool:
        """Whether it may be an attacker's: the user has to compare the fingerprint before pinning it."""
        return bool({CertificateErrorKind.CHANGED, CertificateErrorKind.WRONG_HOST} & {*self.errors})


def fingerprint(text: str) -> str:
    """`text` as a SHA-256 fingerprint of 64 lower-case hexadecimal digits; colons and spaces are removed.

    Raises ValueError for any other text.
    """
    digits = text.translate(_SEPARATORS).lower()
    if not _SHA256.fullmatch(digits):
        raise ValueError("a SHA-256 fingerprint has 64 hexadecimal digits")
    return digits


def grouped(sha256: str) -> str:
    """A fingerprint as other programs print it (``3F:9A:…``), in groups of four bytes, which are easier to compare."""
    return " ".join(
        bytes.fromhex(sha256[start : start + 8]).hex(":") for start in range(0, len(sha256), 8)
    ).upper()
