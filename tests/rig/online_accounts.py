"""Stands in for GNOME Online Accounts on a bus: the objects, calls and errors that were seen of goa-daemon 3.46.

The real one brings a web engine with it (66 packages, 190 MB): too much for each run of the tests.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from jeepney import DBusAddress, HeaderFields, MessageType, new_error, new_method_return, new_signal
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import open_dbus_connection

if TYPE_CHECKING:
    from jeepney.low_level import Message
    from typing_extensions import Self

NAME = "org.gnome.OnlineAccounts"
ROOT = "/org/gnome/OnlineAccounts"
NOT_AUTHORIZED = f"{NAME}.Error.NotAuthorized"
FAILED = "org.freedesktop.Goa.Error.Failed"
_PROPERTIES = "org.freedesktop.DBus.Properties"


class OnlineAccounts:
    """A thread that owns the name; `calls` are the methods that were called, `refuse` the error for each by name."""

    def __init__(self, address: str) -> None:
        self._bus = open_dbus_connection(address)
        self._objects: dict[str, dict[str, dict[str, tuple[str, object]]]] = {}
        self._secrets: dict[str, str] = {}
        self.calls: list[str] = []
        self.refuse: dict[str, str] = {}
        self.nonsense: tuple[str, tuple[object, ...]] | None = None
        """Signature and values of every answer, where it is not what is asked for."""
        self._thread = threading.Thread(target=self._serve, name="online accounts", daemon=True)
        self._stopped = False

    def __enter__(self) -> Self:
        assert self._bus.send_and_get_reply(message_bus.RequestName(NAME, 4)).body[0] == 1
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped = True
        self._thread.join(5)
        self._bus.close()

    def add(
        self,
        identity: str,
        *,
        email: str,
        secret: str,
        host: str = "imap.example.org",
        user: str = "",
        tokens: bool = False,
        **mail: object,
    ) -> None:
        """An account with IMAP, its secret a password or a token."""
        account = {"Id": identity, "ProviderName": "IMAP and SMTP", "PresentationIdentity": email}
        flags = {"AttentionNeeded": False, "MailDisabled": False}
        post = {"EmailAddress": email, "ImapHost": host, "ImapUserName": user or email}
        ways = {"ImapSupported": True, "ImapUseSsl": True, "ImapUseTls": False, "ImapAcceptSslErrors": False}
        self._secrets[identity] = secret
        self._objects[f"{ROOT}/Accounts/{identity}"] = {
            f"{NAME}.Account": _variants({**account, **flags}),
            f"{NAME}.Mail": _variants({**post, **ways, **mail}),
            f"{NAME}.{'OAuth2Based' if tokens else 'PasswordBased'}": {},
        }

    def switch_mail_off(self, identity: str) -> None:
        """As the desktop's settings do."""
        del self._objects[f"{ROOT}/Accounts/{identity}"][f"{NAME}.Mail"]

    def remove(self, identity: str) -> None:
        """As the desktop's settings do."""
        del self._objects[f"{ROOT}/Accounts/{identity}"]

    def signed_in(self, identity: str, *, wants_attention: bool = False) -> None:
        """Tell that an account needs its user no longer, or now."""
        path = f"{ROOT}/Accounts/{identity}"
        body = (f"{NAME}.Account", _variants({"AttentionNeeded": wants_attention}), [])
        self._bus.send(
            new_signal(DBusAddress(path, interface=_PROPERTIES), "PropertiesChanged", "sa{sv}as", body)
        )

    def tell_of(self, identity: str) -> None:
        """Tell that an account has come."""
        manager = DBusAddress(ROOT, interface="org.freedesktop.DBus.ObjectManager")
        path = f"{ROOT}/Accounts/{identity}"
        self._bus.send(new_signal(manager, "InterfacesAdded", "oa{sa{sv}}", (path, self._objects[path])))

    def _serve(self) -> None:
        while not self._stopped:
            try:
                message = self._bus.receive(timeout=0.05)
            except TimeoutError:
                continue
            if message.header.message_type is MessageType.method_call:
                self._bus.send(self._answer(message))

    def _answer(self, message: Message) -> Message:
        path = message.header.fields[HeaderFields.path]
        method = message.header.fields[HeaderFields.member]
        self.calls.append(method)
        if method in self.refuse:
            return new_error(message, self.refuse[method], "s", ("Something secret went wrong",))
        if self.nonsense is not None:
            return new_method_return(message, *self.nonsense)
        if method == "GetManagedObjects":
            return new_method_return(message, "a{oa{sa{sv}}}", (self._objects,))
        secret = self._secrets[path.rpartition("/")[2]]
        if method == "EnsureCredentials":
            return new_method_return(message, "i", (3600,))
        if method == "GetAccessToken":
            return new_method_return(message, "si", (secret, 3600))
        assert (method, message.body) == ("GetPassword", ("imap-password",))
        return new_method_return(message, "s", (secret,))


def _variants(values: dict[str, Any]) -> dict[str, tuple[str, object]]:
    return {key: ("b" if isinstance(value, bool) else "s", value) for key, value in values.items()}
