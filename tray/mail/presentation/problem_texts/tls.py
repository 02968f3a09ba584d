"""Problems of connections that are not secure enough to send a password."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.i18n import tr
from tray.mail.model.status import Problem, ProblemKind
from tray.mail.presentation.certificate_texts import advice, reason

if TYPE_CHECKING:
    from tray.mail.model.account import Account
    from tray.mail.model.certificate import Certificate


def certificate_refused(certificate: Certificate) -> Problem:
    """The server's certificate is not trusted."""
    return Problem(
        ProblemKind.UNTRUSTED,
        reason(certificate, certificate.errors[0]),
        advice(certificate),
        certificate=certificate if certificate.can_be_pinned else None,
    )


def no_certificate_shown(host: str) -> Problem:
    """The server sent no certificate in the handshake."""
    return _untrusted(tr("{host} showed no certificate.").format(host=host), _ask())


def login_before_encryption(host: str) -> Problem:
    """PREAUTH before TLS (RFC 9051, 11.1)."""
    return _untrusted(
        tr("{host} says that the log-in is already done, before the connection is encrypted.").format(
            host=host
        ),
        _ask(),
    )


def old_encryption(host: str) -> Problem:
    """The server offers nothing newer than TLS 1.1."""
    return _untrusted(
        tr("{host} offers only encryption that is too old to be safe.").format(host=host), _ask()
    )


def no_agreement(host: str) -> Problem:
    """The handshake failed for another reason."""
    return _untrusted(tr("No safe connection to {host} could be negotiated.").format(host=host), _ask())


def no_tls(account: Account) -> Problem:
    """The server speaks another protocol than TLS on the port."""
    return _untrusted(
        tr("{host} does not speak TLS on port {port}.").format(host=account.host, port=account.port),
        tr(
            "Choose STARTTLS or the port for TLS, usually 993, in the account's settings; no password was sent."
        ),
    )


def no_starttls(account: Account) -> Problem:
    """STARTTLS is not offered, and the account requires it."""
    return _untrusted(
        tr("{host} does not offer encryption (STARTTLS) on port {port}.").format(
            host=account.host, port=account.port
        ),
        tr("Choose TLS, usually on port 993, in the account's settings; no password was sent."),
    )


def no_encryption(host: str) -> Problem:
    """The account has no encryption, and the host is not this machine."""
    return _untrusted(
        tr("Without encryption anybody on the way to {host} could read the password.").format(host=host),
        tr("Choose TLS or STARTTLS in the account's settings."),
    )


def roots_unusable(path: str, why: str) -> Problem:
    """The account's file of trusted certificates cannot be used; `why` is one of the reasons below."""
    return _untrusted(
        tr("The file of trusted certificates cannot be used: {path}: {why}.").format(path=path, why=why),
        tr("Choose another file in the account's settings, or none to trust what the system trusts."),
    )


def identity_unusable(path: str, why: str, what_to_do: str) -> Problem:
    """The account's client certificate cannot be used; `why` is one of the reasons below."""
    return _untrusted(
        tr("The client certificate cannot be used: {path}: {why}.").format(path=path, why=why),
        what_to_do or tr("Choose the files of certificate and key in the account's settings."),
    )


def certificate_wanted(account: Account) -> Problem:
    """An alert: certificate_required (RFC 8446, 6.2)."""
    return _client_certificate(account, tr("{host} asks for a client certificate."))


def certificate_expired(account: Account) -> Problem:
    """An alert: certificate_expired."""
    return _client_certificate(account, tr("{host} refused the client certificate: it has expired."))


def certificate_revoked(account: Account) -> Problem:
    """An alert: certificate_revoked."""
    return _client_certificate(account, tr("{host} refused the client certificate: it was revoked."))


def certificate_issuer_unknown(account: Account) -> Problem:
    """An alert: unknown_ca."""
    return _client_certificate(
        account, tr("{host} refused the client certificate: it does not know who issued it.")
    )


def certificate_of_wrong_kind(account: Account) -> Problem:
    """An alert: unsupported_certificate."""
    return _client_certificate(
        account, tr("{host} refused the client certificate: it is of a kind that is not accepted there.")
    )


def certificate_bad(account: Account) -> Problem:
    """An alert: bad_certificate or certificate_unknown."""
    return _client_certificate(account, tr("{host} refused the client certificate."))


def certificate_denied(account: Account) -> Problem:
    """An alert: access_denied."""
    return _client_certificate(account, tr("{host} does not accept this client certificate."))


def _client_certificate(account: Account, sentence: str) -> Problem:
    what_to_do = (
        tr(
            "Ask the server's administrator for a certificate that it accepts, and choose it in the account's settings."
        )
        if account.client_certificate
        else tr(
            "If the server's administrator gave you a certificate, choose its file in the account's settings."
        )
    )
    return _untrusted(sentence.format(host=account.host), what_to_do)


def _untrusted(sentence: str, what_to_do: str) -> Problem:
    return Problem(ProblemKind.UNTRUSTED, sentence, what_to_do)


def _ask() -> str:
    return tr("Ask the server's administrator; no password was sent.")


# Why a file cannot be used, to follow its path. Where the system gives a reason, its text is used instead.


def unreadable() -> str:
    """The reason for a file that cannot be read."""
    return tr("it cannot be read")


def no_certificate() -> str:
    """The reason for a file of trusted certificates without any."""
    return tr("it holds no certificate in PEM form")


def broken_certificate() -> str:
    """The reason for a file of trusted certificates with an invalid one."""
    return tr("it holds a certificate that cannot be read")


def no_client_certificate() -> str:
    """The reason for the file of a client certificate."""
    return tr("it holds no certificate in PEM form that can be read")


def weak_client_certificate() -> str:
    """The reason for a client certificate that OpenSSL refuses."""
    return tr("it is too weak, or of a kind that TLS does not use")


def other_key() -> str:
    """The reason for a key file."""
    return tr("its key belongs to another certificate")


def no_key() -> tuple[str, str]:
    """The reason for a key file, and the advice."""
    return tr("it holds no private key in PEM form"), tr("Name the file of the key, too.")


def encrypted_key() -> tuple[str, str]:
    """The reason for a key file, and the advice."""
    return tr("its key is encrypted"), tr(
        "Save the key without a passphrase, readable by you alone (openssl pkey -in OLD -out NEW)."
    )
