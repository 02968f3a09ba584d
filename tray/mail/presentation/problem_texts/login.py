"""Problems of logging in: passwords, tokens, certificates, and accounts without access."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.i18n import tr
from tray.mail.model.account import SecretSource, Security
from tray.mail.model.status import Problem, ProblemKind

if TYPE_CHECKING:
    from tray.mail.model.account import Account


def password_refused(account: Account, server_text: str) -> Problem:
    """The server refused user name or password; `server_text` is its text, as in the functions below."""
    return _password_refused(account, _check_both(), server_text)


def password_refused_or_imap_off(account: Account, server_text: str) -> Problem:
    """As above, for a provider that refuses the right password, too, while IMAP is disabled."""
    return _password_refused(
        account,
        tr("Check user name and password, and that IMAP is switched on in your account there."),
        server_text,
    )


def microsoft_refused(account: Account, server_text: str) -> Problem:
    """As above, for a server of Microsoft."""
    return _password_refused(
        account,
        tr("Microsoft accepts no passwords from mail programs: sign in with OAuth2 instead."),
        server_text,
    )


def _refused(account: Account, sentence: str, advice: str, server_text: str) -> Problem:
    return Problem(ProblemKind.REFUSED, _filled(sentence, account), advice, server_text)


def _password_refused(account: Account, advice: str, server_text: str) -> Problem:
    return _refused(account, tr("{host} refused the user name or password of {user}."), advice, server_text)


def _check_both() -> str:
    return tr("Check user name and password, and enter them again.")


def wrong_password(account: Account, server_text: str) -> Problem:
    """SCRAM's invalid-proof (RFC 5802, 7)."""
    return _refused(
        account, tr("{host} says that the password of {user} is wrong."), _check_both(), server_text
    )


def unknown_user(account: Account, server_text: str) -> Problem:
    """SCRAM's unknown-user."""
    return _refused(account, tr("{host} does not know the user {user}."), _check_both(), server_text)


def unreadable_user(account: Account, server_text: str) -> Problem:
    """SCRAM's invalid-username-encoding."""
    return _refused(account, tr("{host} cannot read the user name {user}."), _check_both(), server_text)


def app_password_wanted(account: Account, provider: str, server_text: str) -> Problem:
    """`provider` (empty for an unknown one) accepts application passwords only."""
    return Problem(
        ProblemKind.APP_PASSWORD,
        tr("{provider} refused the password of {user}; mail programs need an app password.").format(
            provider=provider or account.host, user=account.user
        ),
        tr("Create an app password in the security settings of your account there, and enter it here."),
        server_text,
    )


def desktop_password_refused(account: Account, server_text: str) -> Problem:
    """The password of one of the desktop's online accounts was refused."""
    return _refused(
        account,
        tr("{host} refused the password that the desktop has for {user}."),
        tr("Open Online Accounts in the desktop's settings, and enter it there again."),
        server_text,
    )


def token_refused(account: Account, server_text: str) -> Problem:
    """An access token was refused for an unknown reason."""
    return _refused(
        account,
        tr("{host} refused the access token of {user}."),
        _another_token(account),
        server_text,
    )


def token_ended(account: Account, server_text: str) -> Problem:
    """An access token has expired or was revoked (RFC 7628, 3.2.2)."""
    return _refused(
        account,
        tr("{host} refused the access token of {user}: it has expired, or was revoked."),
        _another_token(account),
        server_text,
    )


def token_not_enough(account: Account, scope: str, server_text: str) -> Problem:
    """An access token lacks the right to read mail; `scope` is the one that the server requires, or empty."""
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
    return _refused(
        account,
        tr("{host} does not let this sign-in of {user} read mail."),
        advice.format(scope=scope),
        server_text,
    )


def sign_in_expired(account: Account, server_text: str) -> Problem:
    """EXPIRED (RFC 5530) for an access token."""
    return _refused(
        account,
        tr("The sign-in of {user} at {host} has expired."),
        _another_token(account),
        server_text,
    )


def password_expired(account: Account, server_text: str) -> Problem:
    """EXPIRED (RFC 5530) for a password."""
    return _refused(
        account,
        tr("The password of {user} at {host} has expired."),
        tr(
            "Choose a new one on the provider's website, or ask the server's administrator for one, and enter it here."
        ),
        server_text,
    )


def certificate_wanted(account: Account, server_text: str) -> Problem:
    """The server requires a client certificate, and the account has none."""
    return _refused(
        account,
        tr("{host} asks for a client certificate."),
        tr(
            "If the server's administrator gave you a certificate, choose its file in the account's settings."
        ),
        server_text,
    )


def certificate_not_enough(account: Account, server_text: str) -> Problem:
    """The server refused the log-in because of the client certificate."""
    return _refused(
        account,
        tr("{host} does not let {user} in with the client certificate."),
        tr("Check that it has not expired, and that the user name is the one that the certificate names."),
        server_text,
    )


def no_certificate_login(host: str) -> Problem:
    """The server has no AUTH=EXTERNAL."""
    return Problem(
        ProblemKind.SERVER,
        tr("{host} accepts no log-in by certificate (EXTERNAL) on this connection.").format(host=host),
        tr("Log in by password, or ask the server's administrator whether this port accepts certificates."),
    )


def no_login_method(host: str) -> Problem:
    """The server offers no supported mechanism."""
    return Problem(
        ProblemKind.SERVER,
        tr("{host} offers no way to log in that can be used here.").format(host=host),
        tr("Check the encryption in the account's settings: many servers accept passwords over TLS only."),
    )


def encryption_wanted(account: Account, server_text: str) -> Problem:
    """PRIVACYREQUIRED (RFC 5530), or a text with that meaning."""
    if account.security is Security.NONE:
        sentence = tr("{host} accepts log-ins over an encrypted connection only.")
        advice = tr("Choose TLS or STARTTLS in the account's settings.")
    else:
        sentence = tr("{host} accepts no log-in over this connection: its encryption is too weak for it.")
        advice = tr(
            "Choose TLS, usually on port 993, in the account's settings, or ask the server's "
            "administrator what it needs."
        )
    return Problem(ProblemKind.UNTRUSTED, _filled(sentence, account), advice, server_text)


def imap_off(account: Account, server_text: str) -> Problem:
    """IMAP is disabled for this user."""
    return _not_allowed(
        account,
        tr(
            "{host} does not let mail programs read the mail of {user}: IMAP is switched off in the account there."
        ),
        tr(
            "Switch IMAP on in the settings of your account on the provider's website; "
            "Mailbell will try again."
        ),
        server_text,
    )


def imap_off_in_domain(account: Account, server_text: str) -> Problem:
    """IMAP is disabled for the whole organisation."""
    return _not_allowed(
        account,
        tr(
            "{host} does not let mail programs read the mail of {user}: IMAP is switched off for the whole domain."
        ),
        tr("Ask the administrator of the domain to switch IMAP on; Mailbell will try again."),
        server_text,
    )


def account_locked(account: Account, server_text: str) -> Problem:
    """The provider has closed or suspended the account."""
    return _not_allowed(
        account,
        tr("{host} does not let {user} in: the account is locked or closed there."),
        tr(
            "Log in on the provider's website to see why, or ask the server's administrator; "
            "Mailbell will try again."
        ),
        server_text,
    )


def not_authorised(account: Account, server_text: str) -> Problem:
    """AUTHORIZATIONFAILED or NOPERM (RFC 5530)."""
    return _not_allowed(
        account,
        tr("{host} accepted the password, but does not let {user} read this mail."),
        tr(
            "Check the user name in the account's settings, or ask the server's administrator; "
            "Mailbell will try again."
        ),
        server_text,
    )


def ask_administrator(account: Account, server_text: str) -> Problem:
    """CONTACTADMIN (RFC 5530)."""
    return _not_allowed(
        account,
        tr("{host} does not let {user} in, and says that its administrator knows why."),
        tr("Ask the server's administrator; Mailbell will try again."),
        server_text,
    )


def on_another_server(account: Account, server: str, server_text: str) -> Problem:
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
        server_text,
    )


def _not_allowed(account: Account, sentence: str, advice: str, server_text: str) -> Problem:
    return Problem(ProblemKind.NOT_ALLOWED, _filled(sentence, account), advice, server_text)


def _another_token(account: Account) -> str:
    if account.secret is SecretSource.OAUTH:
        return tr("Sign in again.")
    if account.secret is SecretSource.ONLINE:
        return tr("Sign in again in the desktop's online accounts.")
    return tr("Check the command that prints the token: it may have expired, or lack the right to read mail.")


def _filled(sentence: str, account: Account) -> str:
    return sentence.format(host=account.host, user=account.user)
