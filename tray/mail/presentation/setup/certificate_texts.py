"""The texts about a certificate that is not trusted: its error, the advice, and its contents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.i18n import tr
from tray.mail.model.certificate import CertificateErrorKind, grouped
from tray.mail.model.host_names import parse_address, same_host
from tray.mail.presentation.times import day

if TYPE_CHECKING:
    from tray.mail.model.certificate import Certificate


def reason(certificate: Certificate, kind: CertificateErrorKind) -> str:
    """One sentence about the error `kind`."""
    sentence = {
        CertificateErrorKind.CHANGED: tr(
            "The certificate of {host} is not the one that you trusted: it has changed."
        ),
        CertificateErrorKind.SELF_SIGNED: tr("The certificate of {host} is self-signed ({issuer})."),
        CertificateErrorKind.UNKNOWN_ISSUER: tr(
            "The certificate of {host} comes from an unknown authority ({issuer})."
        ),
        CertificateErrorKind.ISSUER_EXPIRED: tr(
            "The certificate of {host} comes from an authority that has expired ({issuer})."
        ),
        CertificateErrorKind.EXPIRED: tr("The certificate of {host} has expired ({subject})."),
        CertificateErrorKind.NOT_YET_VALID: tr("The certificate of {host} is not valid yet ({subject})."),
        CertificateErrorKind.WRONG_HOST: tr(
            "The certificate of {host} is not valid for this name; it is for {names}."
        ),
        CertificateErrorKind.REVOKED: tr("The certificate of {host} was revoked."),
        CertificateErrorKind.WEAK: tr("The certificate of {host} is too weak to be trusted."),
        CertificateErrorKind.OTHER: tr("The certificate of {host} cannot be trusted (reason {code})."),
    }[kind]
    if kind is CertificateErrorKind.WRONG_HOST:
        sentence = _invalid_name_sentence(certificate) or sentence
    return sentence.format(
        host=certificate.host,
        subject=certificate.subject,
        issuer=certificate.issuer,
        names=names(certificate),
        code=certificate.code,
    )


def advice(certificate: Certificate) -> str:
    """What to do about the first error, in one or two sentences."""
    kind = certificate.errors[0]
    if kind is CertificateErrorKind.CHANGED:
        return tr(
            "A certificate changes when it is renewed, and when somebody intercepts the connection: ask the "
            "server's administrator before you trust the new one; no password was sent. It was {old}; now it is {new}."
        ).format(old=grouped(certificate.pinned), new=grouped(certificate.sha256))
    if (
        kind in {CertificateErrorKind.SELF_SIGNED, CertificateErrorKind.UNKNOWN_ISSUER}
        and certificate.can_be_pinned
    ):
        return tr(
            "If the server is your own, compare the fingerprint and trust this one certificate, or name the file of "
            "its certificate authority in the account's settings; no password was sent."
        )
    if kind is CertificateErrorKind.NOT_YET_VALID:
        return tr("Check the clock of this computer; no password was sent.")
    if kind is CertificateErrorKind.WRONG_HOST and _invalid_name_sentence(certificate):
        if parse_address(certificate.host):
            return tr(
                "Ask the server's administrator for a certificate that has it as an IP address, or enter a name "
                "that the certificate is for; no password was sent."
            )
        return tr("Ask the server's administrator for a certificate that is made anew; no password was sent.")
    if kind is CertificateErrorKind.WRONG_HOST:
        return tr("Check the server's name in the account's settings; no password was sent.")
    return tr("Ask the server's administrator; no password was sent.")


def _invalid_name_sentence(certificate: Certificate) -> str:
    """The sentence for a host name in a form that does not count; empty where it is not in the certificate."""
    if not certificate.not_after:  # an unreadable certificate, see `tray.net.tls.certificates`
        return tr("The certificate of {host} cannot be read, so nobody knows which host it is for.")
    if any(same_host(name, certificate.host) for name in certificate.names):
        if parse_address(certificate.host):
            return tr(
                "The certificate of {host} has this address among its host names, where an address does not count."
            )
        return tr("The certificate of {host} has this name in a form that does not count.")
    if not certificate.names and certificate.host.casefold() in certificate.subject.casefold().split(", "):
        return tr(
            "The certificate of {host} has this name only in its subject, which has not counted for years."
        )
    return ""


def names(certificate: Certificate) -> str:
    """The hosts that the certificate is for."""
    return ", ".join(certificate.names) or tr("no host at all")


def facts(certificate: Certificate) -> tuple[tuple[str, str], ...]:
    """Captions and contents of the certificate, the fingerprint last; dates are local."""
    issuer = certificate.issuer
    if certificate.self_signed:
        issuer = tr("{issuer} (itself: no authority confirms it)").format(issuer=issuer)
    first, last = day(certificate.not_before), day(certificate.not_after)
    return (
        (tr("Belongs to"), certificate.subject),
        (tr("For"), names(certificate)),
        (tr("Issued by"), issuer),
        (tr("Valid"), tr("{first} to {last}").format(first=first, last=last)),
        (tr("SHA-256"), grouped(certificate.sha256)),
    )
