"""How a proxy can fail us."""

from __future__ import annotations

import enum

from tray.net.errors import NetError


class Fault(enum.Enum):
    """Why there is no connection through a proxy, as far as it asks for different words."""

    NOT_FOUND = "its name was not found"
    REFUSED = "it refused the connection"
    NO_ANSWER = "it did not answer"
    NO_WAY = "there is no way to it"
    CLOSED = "it closed the connection"
    FOREIGN = "it does not speak as such a proxy"
    WANTS_USER = "it wants a user name and a password"
    NO_METHOD = "it wants a way to log in that we have not"
    PASSWORD = "it refused user name or password"  # noqa: S105 -- a sentence
    FORBIDDEN = "it does not allow this connection"
    SERVER_NOT_FOUND = "it does not find the server"
    SERVER_REFUSED = "the server refused it"
    SERVER_NO_ANSWER = "the server did not answer it"
    SERVER_NO_WAY = "it has no way to the server"
    ONION = "the onion service cannot be reached"
    FAILED = "it failed"


class ProxyFailed(NetError):  # noqa: N818 -- names what happened
    """No connection through the account's proxy; `told` is what the proxy said, safe to display."""

    def __init__(self, fault: Fault, told: str = "") -> None:
        super().__init__(f"proxy: {fault.value}" + (f" ({told})" if told else ""))
        self.fault = fault
        self.told = told
        self.server = ""
        """Where it was to lead; empty for the account's mail server."""
