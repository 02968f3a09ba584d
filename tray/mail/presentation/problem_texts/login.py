"""Problems of logging in: passwords, tokens, certificates, and accounts that the server keeps out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.i18n import tr
from tray.mail.model.account import SecretSource, Security
from tray.mail.model.status import Problem, ProblemKind

if TYPE_CHECKING:
    from tray.mail.model.account import Account


def password_refused(account: Account, said: str) -> Problem:
    """The server refused user name or password; `said` is its own text, here as below."""
    return _refused(account, tr("Check user name and password, and enter them again."), said)


def password_refused_or_imap_off(account: Account, said: str) -> Problem:
    """The same, of a provider that refuses the right password too while IMAP is switched off."""
    return _refused(
        account,
        tr("Check user name and password, and that IMAP is switched on in your account there."),
        said,
    )


def microsoft_refused(account: Account, said: str) -> Problem:
    """The same, of a server of Microsoft."""
    return _refused(
        account,
        tr("Microsoft accepts no passwords from mail programs: sign in with OAuth2 instead."),
        said,
    )


def _refused(account: Account, advice: str, said: str) -> Problem:
    sentence = tr("{host} refused the user name or password of {user}.")
    return Problem(ProblemKind.REFUSED, _named(sentence, account), advice, said)


def wrong_password(account: Account, said: str) -> Problem:
    """SCRAM's invalid-proof (RFC 5802, 7)."""
    return _check_both(account, tr("{host} says that the password of {user} is wrong."), said)


def unknown_user(account: Account, said: str) -> Problem:
    """SCRAM's unknown-user."""
    return _check_both(account, tr("{host} does not know the user {user}."), said)


def unreadable_user(account: Account, said: str) -> Problem:
    """SCRAM's invalid-username-encoding."""
    return _check_both(account, tr("{host} cannot read the user name {user}."), said)


def _check_both(account: Account, sentence: str, said: str) -> Problem:
    return Problem(
        ProblemKind.REFUSED,
        _named(sentence, account),
        tr("Check user name and password, and enter them again."),
        said,
    )


def app_password_wanted(account: Account, provider: str, said: str) -> Problem:
    """`provider` (empty where it has no name that people know) takes application passwords only."""
    return Problem(
        ProblemKind.APP_PASSWORD,
        tr("{provider} refused the password of {user}; mail programs need an app password.").format(
            provider=provider or account.host, user=account.user
        ),
        tr("Create an app password in the security settings of your account there, and enter it here."),
        said,
    )


def desktop_password_refused(account: Account, said: str) -> Problem:
    """The password of one of the desktop's online accounts was refused."""
    return Problem(
        ProblemKind.REFUSED,
        _named(tr("{host} refused the password that the desktop has for {user}."), account),
        tr("Open Online Accounts in the desktop's settings, and enter it there again."),
        said,
    )


def token_refused(account: Account, said: str) -> Problem:
    """An access token was refused, for no reason that is known."""
    return Problem(
        ProblemKind.REFUSED,
        _named(tr("{host} refused the access token of {user}."), account),
        _another_token(account),
        said,
    )


def token_ended(account: Account, said: str) -> Problem:
    """An access token has expired or was revoked (RFC 7628, 3.2.2)."""
    return Problem(
        ProblemKind.REFUSED,
        _named(tr("{host} refused the access token of {user}: it has expired, or was revoked."), account),
        _another_token(account),
        said,
    )


def token_not_enough(account: Account, scope: str, said: str) -> Problem:
    """An access token lacks the right to read mail; `scope` is what the server wants, or empty."""
    if account.secret is SecretSource.OAUTH:
        advice = (
            tr(
                "Sign in again and allow it to read mail ({scope}); check, too, that IMAP is switched on there."
            )
            if scope
            else tr("Sign in again and allow it to read mail; check, too, that IMAP is switched on there.")
        )
    else:
        advice = (
            tr(
                "Make sure that the token has the right to read mail ({scope}), and that IMAP is switched on there."
            )
            if scope
            else tr(
                "Make sure that the token has the right to read mail, and that IMAP is switched on there."
            )
        )
    return Problem(
        ProblemKind.REFUSED,
        _named(tr("{host} does not let this sign-in of {user} read mail."), account),
        advice.format(scope=scope),
        said,
    )


def sign_in_expired(account: Account, said: str) -> Problem:
    """EXPIRED (RFC 5530) for an access token."""
    return Problem(
        ProblemKind.REFUSED,
        _named(tr("The sign-in of {user} at {host} has expired."), account),
        _another_token(account),
        said,
    )


def password_expired(account: Account, said: str) -> Problem:
    """EXPIRED (RFC 5530) for a password."""
    return Problem(
        ProblemKind.REFUSED,
        _named(tr("The password of {user} at {host} has expired."), account),
        tr(
            "Choose a new one on the provider's website, or ask whoever runs the server for one, and enter it here."
        ),
        said,
    )


def certificate_wanted(account: Account, said: str) -> Problem:
    """The server asks for a client certificate, and the account has none."""
    return Problem(
        ProblemKind.REFUSED,
        _named(tr("{host} asks for a client certificate."), account),
        tr("If whoever runs the server gave you a certificate, choose its file in the account's settings."),
        said,
    )


def certificate_not_enough(account: Account, said: str) -> Problem:
    """The server refused the log-in because of the client certificate."""
    return Problem(
        ProblemKind.REFUSED,
        _named(tr("{host} does not let {user} in with the client certificate."), account),
        tr("Check that it has not expired, and that the user name is the one that the certificate names."),
        said,
    )


def no_certificate_login(host: str) -> Problem:
    """The server has no AUTH=EXTERNAL."""
    return Problem(
        ProblemKind.SERVER,
        tr("{host} accepts no log-in by certificate (EXTERNAL) on this connection.").format(host=host),
        tr("Log in by password, or ask whoever runs the server whether this port accepts certificates."),
    )


def no_login_method(host: str) -> Problem:
    """The server offers none of the mechanisms that we have."""
    return Problem(
        ProblemKind.SERVER,
        tr("{host} offers no way to log in that can be used here.").format(host=host),
        tr("Check the encryption in the account's settings: many servers accept passwords over TLS only."),
    )


def encryption_wanted(account: Account, said: str) -> Problem:
    """PRIVACYREQUIRED (RFC 5530), or words to that effect."""
    if account.security is Security.NONE:
        sentence = tr("{host} accepts log-ins over an encrypted connection only.")
        advice = tr("Choose TLS or STARTTLS in the account's settings.")
    else:
        sentence = tr("{host} accepts no log-in over this connection: its encryption is too weak for it.")
        advice = tr(
            "Choose TLS, usually on port 993, in the account's settings, or ask whoever runs the server what it needs."
        )
    return Problem(ProblemKind.UNTRUSTED, _named(sentence, account), advice, said)


def imap_off(account: Account, said: str) -> Problem:
    """IMAP is switched off for this user."""
    return _kept_out(
        account,
        tr(
            "{host} does not let mail programs read the mail of {user}: IMAP is switched off in the account there."
        ),
        tr(
            "Switch IMAP on in the settings of your account on the provider's website; "
            "Mailbell will try again."
        ),
        said,
    )


def imap_off_in_domain(account: Account, said: str) -> Problem:
    """IMAP is switched off for the whole organisation."""
    return _kept_out(
        account,
        tr(
            "{host} does not let mail programs read the mail of {user}: IMAP is switched off for the whole domain."
        ),
        tr("Ask the administrator of the domain to switch IMAP on; Mailbell will try again."),
        said,
    )


def account_locked(account: Account, said: str) -> Problem:
    """The provider has closed or suspended the account."""
    return _kept_out(
        account,
        tr("{host} does not let {user} in: the account is locked or closed there."),
        tr(
            "Log in on the provider's website to see why, or ask whoever runs the server; "
            "Mailbell will try again."
        ),
        said,
    )


def not_authorised(account: Account, said: str) -> Problem:
    """AUTHORIZATIONFAILED or NOPERM (RFC 5530)."""
    return _kept_out(
        account,
        tr("{host} accepted the password, but does not let {user} read this mail."),
        tr(
            "Check the user name in the account's settings, or ask whoever runs the server; "
            "Mailbell will try again."
        ),
        said,
    )


def ask_administrator(account: Account, said: str) -> Problem:
    """CONTACTADMIN (RFC 5530)."""
    return _kept_out(
        account,
        tr("{host} does not let {user} in, and says that its administrator knows why."),
        tr("Ask whoever runs the server; Mailbell will try again."),
        said,
    )


def on_another_server(account: Account, server: str, said: str) -> Problem:
    """REFERRAL (RFC 2221); `server` may be empty."""
    sentence = (
        tr("{host} says that the mail of {user} is on another server now: {server}.")
        if server
        else tr("{host} says that the mail of {user} is on another server now.")
    )
    return Problem(
        ProblemKind.NOT_ALLOWED,
        sentence.format(host=account.host, user=account.user, server=server),
        tr(
            "Ask your provider, and enter the right server in the account's settings: nothing was sent to another one."
        ),
        said,
    )


def _kept_out(account: Account, sentence: str, advice: str, said: str) -> Problem:
    return Problem(ProblemKind.NOT_ALLOWED, _named(sentence, account), advice, said)


def _another_token(account: Account) -> str:
    if account.secret is SecretSource.OAUTH:
        return tr("Sign in again.")
    if account.secret is SecretSource.ONLINE:
        return tr("Sign in again in the desktop's online accounts.")
    return tr("Check the command that prints the token: it may have expired, or lack the right to read mail.")


def _named(sentence: str, account: Account) -> str:
    return sentence.format(host=account.host, user=account.user)
