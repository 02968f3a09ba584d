"""Stands in for GNOME Online Accounts on a bus: the objects, calls and errors that were seen of goa-daemon 3.46.

The real one brings a web engine with it (66 packages, 190 MB): too much for each run of the tests.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jeepney import HeaderFields, new_error, new_method_return

from tests.rig.service import Service

if TYPE_CHECKING:
    from jeepney.low_level import Message

NAME = "org.gnome.OnlineAccounts"
ROOT = "/org/gnome/OnlineAccounts"
NOT_AUTHORIZED = f"{NAME}.Error.NotAuthorized"
FAILED = "org.freedesktop.Goa.Error.Failed"


class OnlineAccounts(Service):
    """`refuse` is the error for each method by name."""

    def __init__(self, address: str) -> None:
        super().__init__(address, NAME)
        self._objects: dict[str, dict[str, dict[str, tuple[str, object]]]] = {}
        self._secrets: dict[str, str] = {}
        self.refuse: dict[str, str] = {}
        self.nonsense: tuple[str, tuple[object, ...]] | None = None
        """Signature and values of every answer, where it is not what is asked for."""

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
        """Signal that an account needs its user no longer, or now."""
        changed = _variants({"AttentionNeeded": wants_attention})
        properties = "org.freedesktop.DBus.Properties"
        path = f"{ROOT}/Accounts/{identity}"
        self.signal(path, properties, "PropertiesChanged", "sa{sv}as", f"{NAME}.Account", changed, [])

    def announce(self, identity: str) -> None:
        """Signal that an account has come."""
        path = f"{ROOT}/Accounts/{identity}"
        manager = "org.freedesktop.DBus.ObjectManager"
        self.signal(ROOT, manager, "InterfacesAdded", "oa{sa{sv}}", path, self._objects[path])

    def answer(self, message: Message) -> Message:
        """As goa-daemon."""
        path = message.header.fields[HeaderFields.path]
        method = message.header.fields[HeaderFields.member]
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
