"""Certificates to show."""

from __future__ import annotations

from tray.mail.model.certificate import Certificate, CertificateErrorKind
from tray.mail.model.status import Problem, ProblemKind, Waiting

SHOWN = "ab" * 32
PINNED = "cd" * 32


def certificate(*errors: CertificateErrorKind, subject: str = "Own Server, mail") -> Certificate:
    """One that is not trusted for these reasons."""
    return Certificate(
        host="mail.example.org",
        subject=subject,
        names=("mail.local", "192.0.2.1"),
        issuer=subject,
        not_before=1_790_000_000.0,
        not_after=1_800_000_000.0,
        sha256=SHOWN,
        self_signed=True,
        errors=errors or (CertificateErrorKind.SELF_SIGNED,),
        pinned=PINNED if CertificateErrorKind.CHANGED in errors else "",
    )


def untrusted(*errors: CertificateErrorKind) -> Problem:
    """The trouble that shows it."""
    return Problem(ProblemKind.UNTRUSTED, "It is not trusted.", "Look.", certificate=certificate(*errors))


def waiting(*errors: CertificateErrorKind) -> Waiting:
    """An account that waits because of it."""
    return Waiting(0.0, 60.0, untrusted(*errors))
