"""Words for connections that a proxy did not make."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.mail.model.status import Problem, ProblemKind
from tray.mail.settings.proxy import BadProxy, Proxy, ProxyKind, parse
from tray.net.errors import ProxyFailed, ProxyFault

if TYPE_CHECKING:
    from tray.mail.model.account import Account

_AGAIN = "It is tried again by itself."
_AGAIN_OR_CHECK = (
    "It is tried again by itself; if it stays, "
    "check the kind and the port of the proxy in the account's settings."
)
_RUNNING = {
    ProxyKind.TOR: (
        "Start Tor, or write its port in the account's settings: Tor itself has 9050, the Tor Browser 9150."
    ),
    ProxyKind.SOCKS5: "Look whether the proxy is running, and check its address in the account's settings.",
    ProxyKind.HTTP: "Look whether the proxy is running, and check its address in the account's settings.",
}
_LASTING = {
    ProxyFault.FOREIGN: ProblemKind.PROXY,
    ProxyFault.FORBIDDEN: ProblemKind.PROXY,
    ProxyFault.NO_METHOD: ProblemKind.PROXY,
    ProxyFault.WANTS_USER: ProblemKind.PROXY,
    ProxyFault.PASSWORD: ProblemKind.PROXY_REFUSED,
}


def proxy_name(proxy: Proxy) -> str:
    """How a proxy is called in sentences."""
    return f"Tor ({proxy.place})" if proxy.kind is ProxyKind.TOR else f"the proxy {proxy.place}"


def proxy_problem(error: BaseException, account: Account) -> Problem | None:
    """The trouble where `error` is a proxy's, else None."""
    if isinstance(error, BadProxy):
        return Problem(ProblemKind.PROXY, "The account's proxy cannot be used.", str(error))
    if not isinstance(error, ProxyFailed):
        return None
    proxy = parse(account.proxy)
    if proxy is None:  # pragma: no cover -- the account has lost it while the connection was made
        return None
    sentence, advice = _words(error, account, proxy)
    kind = _LASTING.get(error.fault, ProblemKind.UNREACHABLE)
    if sentence.startswith("the "):  # and not with the name of a server
        sentence = f"T{sentence[1:]}"
    return Problem(kind, sentence, advice, error.told)


def _words(error: ProxyFailed, account: Account, proxy: Proxy) -> tuple[str, str]:
    host = error.server or account.host
    name, server = proxy_name(proxy), error.server or f"{host} on port {account.port}"
    online = "Check that this computer is online; it is tried again by itself."
    check_server = "Check the server's name and port in the account's settings; it is tried again by itself."
    return {
        ProxyFault.NOT_FOUND: (
            f"{name} was not found.",
            "Check its name in the account's settings, and that this computer is online.",
        ),
        ProxyFault.REFUSED: (
            f"{name} does not answer: nobody takes connections there.",
            _RUNNING[proxy.kind],
        ),
        ProxyFault.NO_ANSWER: (f"{name} did not answer in time.", _AGAIN_OR_CHECK),
        ProxyFault.NO_WAY: (f"There is no way through the network to {name}.", online),
        ProxyFault.CLOSED: (
            f"{name} ended the connection before it led to {host}.",
            _AGAIN_OR_CHECK,
        ),
        ProxyFault.FOREIGN: (
            f"{name} does not answer as {_KIND[proxy.kind]} does.",
            "Check the kind and the port of the proxy in the account's settings.",
        ),
        ProxyFault.WANTS_USER: (
            f"{name} wants a user name and a password.",
            "Enter them in the account's settings, beside the proxy.",
        ),
        ProxyFault.NO_METHOD: (
            f"{name} takes no log-in by user name and password.",
            "Ask whoever runs the proxy for a way that needs no other log-in.",
        ),
        ProxyFault.PASSWORD: (
            f"{name} refused the user name or password of {proxy.user or 'this account'}.",
            "Enter the proxy's password again; your mail password was not sent.",
        ),
        ProxyFault.FORBIDDEN: (
            f"{name} does not allow a connection to {server}.",
            "Ask whoever runs the proxy to allow it: many allow the web's ports only.",
        ),
        ProxyFault.SERVER_NOT_FOUND: (f"{name} does not find {host}.", check_server),
        ProxyFault.SERVER_REFUSED: (f"{server} refused the connection of {name}.", check_server),
        ProxyFault.SERVER_NO_ANSWER: (f"{name} got no answer from {server}.", _AGAIN),
        ProxyFault.SERVER_NO_WAY: (f"{name} finds no way to {server}.", check_server),
        ProxyFault.ONION: (
            f"{name} does not reach the onion service {host}.",
            "Check its address in the account's settings; it is tried again by itself.",
        ),
        ProxyFault.FAILED: (f"{name} could not connect to {server}.", _AGAIN),
    }[error.fault]


_KIND = {ProxyKind.TOR: "Tor", ProxyKind.SOCKS5: "a SOCKS5 proxy", ProxyKind.HTTP: "an HTTP proxy"}
