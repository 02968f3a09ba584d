"""GNOME Online Accounts over the session bus: the accounts of the desktop, their passwords and tokens.

It uses jeepney, as the keyring does: calls may block in any thread, and commands load no Qt (QtDBus would need the
thread of the GUI for replies).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tray.desktop.bus_calls import BusRefusal, call, connected
from tray.i18n import tr
from tray.mail.importers import gnome_online
from tray.mail.model.account import Login
from tray.mail.model.secret import Secret, SecretUnavailable
from tray.mail.model.status import Problem, ProblemKind

if TYPE_CHECKING:
    from tray.mail.model.account import Account

_SERVICE = "org.gnome.OnlineAccounts"
_ROOT = "/org/gnome/OnlineAccounts"
_REFUSED = {"org.gnome.OnlineAccounts.Error.NotAuthorized"}
_ABSENT = {
    "org.freedesktop.DBus.Error.ServiceUnknown",
    "org.freedesktop.DBus.Error.NameHasNoOwner",
    "org.freedesktop.DBus.Error.Spawn.ServiceNotFound",
}
_SHORT_TIMEOUT = 10.0
"""Seconds for calls without I/O; the service may have to be started."""
_LONG_TIMEOUT = 60.0
"""Seconds for calls for which the service asks the provider or the keyring."""


def accounts() -> tuple[gnome_online.Interfaces, ...]:
    """The accounts of the desktop, as properties by interface; none where the service is missing or fails."""
    try:
        with connected() as bus:
            return tuple(_objects(bus).values())
    except (BusRefusal, OSError, ValueError, RuntimeError, ImportError):
        return ()


def read(account: Account) -> Secret:
    """The present password or token of `account`, as its `login` requires; raises SecretUnavailable."""
    try:
        with connected() as bus:
            return _get(bus, account)
    except ImportError:
        raise SecretUnavailable.because(
            tr("Online accounts of the desktop cannot be used on this system.")
        ) from None
    except BusRefusal as refusal:
        # "from None", because the error's text may hold secrets.
        raise _explained(account, str(refusal.args[0])) from None
    except (OSError, ValueError, RuntimeError) as error:
        raise SecretUnavailable(
            Problem(
                ProblemKind.UNREACHABLE,
                tr("The desktop's Online Accounts do not answer."),
                tr("It is tried again by itself."),
            )
        ) from error


def _get(bus: Any, account: Account) -> Secret:
    found = (
        (path, interfaces)
        for path, interfaces in _objects(bus).items()
        if interfaces.get(gnome_online.ACCOUNT, {}).get("Id") == account.online_account
    )
    path, interfaces = next(found, ("", None))
    if interfaces is None:
        raise SecretUnavailable.because(
            tr("The desktop no longer has this online account."),
            tr("Add it in Online Accounts and take it over again, or remove it here."),
        )
    if gnome_online.MAIL not in interfaces:
        raise SecretUnavailable.because(
            tr("Mail is switched off for this account in Online Accounts."),
            tr("Open Online Accounts in the desktop's settings and switch it on."),
        )
    if gnome_online.login_of(interfaces) is not account.login:
        raise SecretUnavailable.because(
            tr("This online account signs in differently now."), tr("Remove it here and take it over again.")
        )
    if account.login is Login.TOKEN:
        _call(bus, path, gnome_online.ACCOUNT, "EnsureCredentials")
        token, _ = _call(bus, path, gnome_online.TOKENS, "GetAccessToken")
        return _secret(token)
    # Without EnsureCredentials: for a password it logs in to the IMAP and SMTP servers, and without a network it
    # reports "not authorized" and makes the user sign in again (3.46).
    (password,) = _call(bus, path, gnome_online.PASSWORDS, "GetPassword", "s", "imap-password")
    return _secret(password)


def _secret(text: object) -> Secret:
    if not isinstance(text, str) or not text:
        raise _no_sign_in()
    return Secret(text)


def _objects(bus: Any) -> dict[str, gnome_online.Interfaces]:
    """The objects of the service by their paths."""
    manager = "org.freedesktop.DBus.ObjectManager"
    (found,) = _call(bus, _ROOT, manager, "GetManagedObjects", answer="a{oa{sa{sv}}}", seconds=_SHORT_TIMEOUT)
    return {
        path: {
            name: {key: variant[1] for key, variant in properties.items()}
            for name, properties in interfaces.items()
        }
        for path, interfaces in found.items()
    }


def _call(
    bus: Any,
    path: str,
    interface: str,
    method: str,
    signature: str = "",
    *body: str,
    answer: str = "",
    seconds: float = _LONG_TIMEOUT,
) -> tuple[Any, ...]:
    """Call the service; see `call`."""
    return call(bus, _SERVICE, path, interface, method, signature, *body, answer=answer, seconds=seconds)


def _explained(account: Account, name: str) -> SecretUnavailable:
    if name in _REFUSED:
        return _no_sign_in()
    if name in _ABSENT:
        return SecretUnavailable.because(
            tr("The desktop's Online Accounts are not running."),
            tr("Log in to the desktop that has this account, or remove it here."),
        )
    sentence = tr("Online Accounts could not tell the password of {account}.")
    if account.login is Login.TOKEN:
        sentence = tr("Online Accounts could not get a token for {account}.")
    return SecretUnavailable(
        # The usual reason is a missing network, for which the service has no error of its own.
        Problem(
            ProblemKind.UNREACHABLE,
            sentence.format(account=account.name),
            tr("It is tried again by itself; if it stays, open Online Accounts in the desktop's settings."),
        )
    )


def _no_sign_in() -> SecretUnavailable:
    return SecretUnavailable.because(
        tr("Online Accounts has no valid sign-in for this account."),
        tr("Open Online Accounts in the desktop's settings and sign in again."),
    )
