"""GNOME Online Accounts: the accounts with IMAP, from the properties of their D-Bus objects.

The properties are those of data/dbus-interfaces.xml of gnome-online-accounts. ``ImapAcceptSslErrors`` is ignored.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from tray.i18n import tr
from tray.mail.importers.candidates import LIMIT, ImportResult, Source, SourceProgram, clean
from tray.mail.model.account import Login, SecretSource, Security

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tray.mail.importers.candidates import ForeignAccount

Properties = Mapping[str, object]
Interfaces = Mapping[str, Properties]

PREFIX = "org.gnome.OnlineAccounts."
ACCOUNT, MAIL = f"{PREFIX}Account", f"{PREFIX}Mail"
TOKENS, PASSWORDS = f"{PREFIX}OAuth2Based", f"{PREFIX}PasswordBased"


def parse(objects: Iterable[Interfaces]) -> ImportResult:
    """The accounts among the objects of the service; never raises."""
    found = []
    for interfaces in list(objects)[:LIMIT]:
        account, mail = interfaces.get(ACCOUNT, {}), interfaces.get(MAIL, {})
        if clean(account.get("Id")) and mail.get("ImapSupported") is True and not account.get("MailDisabled"):
            found.append(_entry(account, mail, interfaces))
    return ImportResult.of(found)


def title_of(objects: Iterable[Interfaces], identity: str) -> str:
    """The desktop's name for the account with the Id `identity`, such as "Google: jane@gmail.com"; empty for none."""
    account = next((item[ACCOUNT] for item in objects if item.get(ACCOUNT, {}).get("Id") == identity), {})
    return ": ".join(
        filter(None, (clean(account.get(key)) for key in ("ProviderName", "PresentationIdentity")))
    )


def login_of(interfaces: Interfaces) -> Login | None:
    """The log-in of an account; None where it has neither tokens nor passwords."""
    if TOKENS in interfaces:
        return Login.TOKEN
    return Login.PASSWORD if PASSWORDS in interfaces else None


def _entry(account: Properties, mail: Properties, interfaces: Interfaces) -> ForeignAccount | str:
    email = clean(mail.get("EmailAddress"))
    name = email or clean(account.get("PresentationIdentity"))
    login = login_of(interfaces)
    source = Source(SourceProgram.ONLINE, "")
    if login is None:
        provider = clean(account.get("ProviderName")) or tr("its provider")
        sentence = tr("{provider} signs in there in a way that Mailbell does not know.")
        return source.complaint(sentence.format(provider=provider), name)
    host, port = _host(clean(mail.get("ImapHost")))
    if mail.get("ImapUseSsl") is True:
        security = Security.TLS
    else:
        security = Security.STARTTLS if mail.get("ImapUseTls") is True else Security.NONE
    notes = []
    if mail.get("ImapAcceptSslErrors") is True:
        notes.append(tr("Any certificate is trusted there; here it is checked."))
    # For passwords, the service also sets it while there is no network (seen with 3.46).
    if login is Login.TOKEN and account.get("AttentionNeeded") is True:
        notes.append(tr("Sign in again in Online Accounts."))
    return source.entry(
        name=name,
        host=host,
        user=clean(mail.get("ImapUserName")) or email,
        email=email,
        port=port,
        security=security,
        notes=notes,
        secret=SecretSource.ONLINE,
        online_account=clean(account.get("Id")),
        login=login,
    )


def _host(text: str) -> tuple[str, str]:
    """Host and port of ``host``, ``host:port``, an IPv6 address or ``[address]:port``."""
    if text.startswith("["):
        host, _, port = text[1:].partition("]")
        return host, port.removeprefix(":")
    if text.count(":") == 1:
        host, _, port = text.partition(":")
        return host, port
    return text, ""
