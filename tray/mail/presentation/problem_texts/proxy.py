"""Problems of connections through a proxy."""

from __future__ import annotations

from tray.i18n import tr
from tray.mail.model.status import Problem, ProblemKind, ProxyFault
from tray.mail.settings.proxy import BadProxy, Proxy, ProxyKind

_KINDS = {
    ProxyFault.FOREIGN: ProblemKind.PROXY,
    ProxyFault.IS_HTTP: ProblemKind.PROXY,
    ProxyFault.IS_SOCKS: ProblemKind.PROXY,
    ProxyFault.IS_TOR: ProblemKind.PROXY,
    ProxyFault.FORBIDDEN: ProblemKind.PROXY,
    ProxyFault.NO_METHOD: ProblemKind.PROXY,
    ProxyFault.WANTS_USER: ProblemKind.PROXY,
    ProxyFault.PASSWORD: ProblemKind.PROXY_REFUSED,
    ProxyFault.TOO_LONG: ProblemKind.PROXY_REFUSED,
}
"""All others are `UNREACHABLE`: they may be temporary."""


def proxy_name(proxy: Proxy) -> str:
    """The proxy in sentences: host and port, for Tor with its name."""
    return f"Tor ({proxy.place})" if proxy.kind is ProxyKind.TOR else proxy.place


def unusable(error: BadProxy) -> Problem:
    """The proxy in the settings is invalid."""
    return Problem(ProblemKind.PROXY, tr("The account's proxy cannot be used."), str(error))


def no_password(account_name: str) -> Problem:
    """The proxy requires a password, and none is stored."""
    return Problem(
        ProblemKind.PROXY_REFUSED,
        tr("There is no password for the proxy of {account} yet.").format(account=account_name),
        tr("Enter it in the account's settings."),
        brief=tr("There is no password for its proxy yet."),
    )


def failed(fault: ProxyFault, proxy: Proxy, host: str, port: int | None, server_text: str) -> Problem:
    """The connection through `proxy` to `host` failed; `port` is None where it is not shown.

    `server_text` is the text of the proxy; it may be empty.
    """
    sentence, advice = _sentence_and_advice(fault, proxy)
    server = host if port is None else tr("{host} on port {port}").format(host=host, port=port)
    sentence = sentence.format(
        proxy=proxy_name(proxy), host=host, server=server, kind=_KIND_NAMES[proxy.kind], user=proxy.user
    )
    return Problem(_KINDS.get(fault, ProblemKind.UNREACHABLE), sentence, advice, server_text)


_KIND_NAMES = {ProxyKind.TOR: "Tor", ProxyKind.SOCKS5: "SOCKS5", ProxyKind.HTTP: "HTTP"}


def _sentence_and_advice(fault: ProxyFault, proxy: Proxy) -> tuple[str, str]:
    tries_again = tr("Mailbell will try again.")
    check_server = tr("Check the server's name and port in the account's settings; Mailbell will try again.")
    check_kind = tr("Check the kind and the port of the proxy in the account's settings.")
    check_kind_if_it_stays = tr(
        "Mailbell will try again; if it keeps failing, "
        "check the kind and the port of the proxy in the account's settings."
    )
    is_running = (
        tr(
            "Start Tor, or enter its port in the account's settings: Tor itself uses 9050, the Tor Browser 9150."
        )
        if proxy.kind is ProxyKind.TOR
        else tr("Check that the proxy is running, and that its address in the account's settings is right.")
    )
    return {
        ProxyFault.NOT_FOUND: (
            tr("The proxy {proxy} was not found."),
            tr("Check its name in the account's settings, and that this computer is online."),
        ),
        ProxyFault.REFUSED: (
            tr("The proxy {proxy} refused the connection."),
            is_running,
        ),
        ProxyFault.NO_ANSWER: (tr("The proxy {proxy} did not answer in time."), check_kind_if_it_stays),
        ProxyFault.NO_ROUTE: (
            tr("There is no route to the proxy {proxy} in the network."),
            tr("Check that this computer is online; Mailbell will try again."),
        ),
        ProxyFault.CLOSED: (
            tr("The proxy {proxy} closed the connection before it reached {host}."),
            check_kind_if_it_stays,
        ),
        ProxyFault.FOREIGN: (tr("The proxy {proxy} does not speak {kind}."), check_kind),
        ProxyFault.IS_HTTP: (tr("The proxy {proxy} seems to be an HTTP proxy."), check_kind),
        ProxyFault.IS_SOCKS: (tr("The proxy {proxy} seems to be a SOCKS proxy."), check_kind),
        ProxyFault.IS_TOR: (tr("The proxy {proxy} seems to be Tor."), check_kind),
        ProxyFault.WANTS_USER: (
            tr("The proxy {proxy} asks for a user name and a password."),
            tr("Enter them in the account's settings, beside the proxy."),
        ),
        ProxyFault.NO_METHOD: (
            tr("The proxy {proxy} accepts no log-in by user name and password."),
            tr("Ask the proxy's administrator for a way that needs no other log-in."),
        ),
        ProxyFault.PASSWORD: (
            tr("The proxy {proxy} refused the user name or password of {user}.")
            if proxy.user
            else tr("The proxy {proxy} refused the user name or password of this account."),
            tr("Enter the proxy's password again; your mail password was not sent."),
        ),
        ProxyFault.TOO_LONG: (
            tr("The user name or password for the proxy {proxy} is too long to be sent there."),
            tr("Enter the proxy's password again; your mail password was not sent."),
        ),
        ProxyFault.FORBIDDEN: (
            tr("The proxy {proxy} does not allow a connection to {server}."),
            tr("Ask the proxy's administrator to allow it: many allow the web's ports only."),
        ),
        ProxyFault.SERVER_NOT_FOUND: (tr("The proxy {proxy} could not find {host}."), check_server),
        ProxyFault.SERVER_REFUSED: (
            tr("{server} refused the connection of the proxy {proxy}."),
            check_server,
        ),
        ProxyFault.SERVER_NO_ANSWER: (tr("The proxy {proxy} got no answer from {server}."), tries_again),
        ProxyFault.SERVER_NO_ROUTE: (tr("The proxy {proxy} has no route to {server}."), check_server),
        ProxyFault.ONION: (
            tr("The proxy {proxy} could not reach the onion service {host}."),
            tr("Check its address in the account's settings; Mailbell will try again."),
        ),
        ProxyFault.FAILED: (tr("The proxy {proxy} could not connect to {server}."), tries_again),
    }[fault]
