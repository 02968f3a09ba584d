"""Sign-in through the browser with a loopback redirect (RFC 8252), or by a code on any device (RFC 8628)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from twisted.internet.defer import Deferred
from twisted.internet.defer import TimeoutError as DeferredTimeout

from tray.mail.model.secret import SecretUnavailable
from tray.mail.oauth import flows
from tray.mail.oauth.flows import MalformedOAuthAnswer, OAuthError, OpenPage
from tray.mail.presentation.setup import sign_in_texts
from tray.net.oauth.loopback import TIMEOUT, LoopbackRedirect, PortTaken
from tray.net.oauth.token_endpoint import NoAnswer, ask, ask_for_tokens, explain_failures
from tray.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.mail.oauth.flows import Attempt, OAuthClientCredentials, Progress, TokenSet
    from tray.net.oauth.token_endpoint import TokenEndpoint

    Paste = Callable[[str], str | None]
    """Called with an address that the user has copied from a browser, perhaps on another computer; returns a sentence
    about what is wrong with it, or None.
    """

_BACKOFF_LIMIT = 60.0
_PENDING = {"authorization_pending", "server_error", "temporarily_unavailable"}


@dataclass(frozen=True, slots=True)
class SignInPorts:
    """What a sign-in needs from its caller."""

    reactor: Any
    server: TokenEndpoint
    now: Callable[[], float]
    """Unix seconds."""
    on_progress: Callable[[Progress], None]
    read_pasted: Callable[[Paste], Callable[[], None]] | None = None
    """Starts to read pasted addresses, and calls its argument with each; returns a callable that stops it."""


async def authorize(
    ports: SignInPorts, client: OAuthClientCredentials, email: str, *, device: bool
) -> TokenSet:
    """The tokens of a new sign-in; at most ten minutes, and can be cancelled.

    Raises SecretUnavailable.
    """
    provider = client.provider
    if not (provider.device if device else provider.authorize):
        raise SecretUnavailable(sign_in_texts.no_such_method(provider.name, device=device))
    request = _by_code(ports, client) if device else _by_browser(ports, client, email)
    return await explain_failures(provider.name, request)


class _BrowserAnswer:
    """The answer to a sign-in, from the browser or pasted by the user; only the first one counts."""

    def __init__(self, attempt: Attempt) -> None:
        self.code: Deferred[str] = Deferred()
        """Fires with the authorisation code after the browser got its page; fails as `Attempt.code`."""
        self._attempt = attempt
        self._taken = False

    def take(self, query: str) -> tuple[str, Callable[[], None]] | None:
        """See `tray.net.oauth.loopback.Take`."""
        if self._taken:
            return None
        try:
            code = self._attempt.code(query)
        except (OAuthError, MalformedOAuthAnswer) as error:
            self._taken, refusal = True, error
            page = sign_in_texts.page_refused(self._attempt.client.provider.name)
            return page, lambda: self.code.errback(refusal)
        if code is None:
            return None
        self._taken = True
        return sign_in_texts.page_done(), lambda: self.code.callback(code)

    def paste(self, address: str) -> str | None:
        """See `Paste`."""
        try:
            query = urlsplit(address).query
        except ValueError:  # not an address
            query = ""
        answer = self.take(query)
        if answer is None:
            return sign_in_texts.wrong_redirect()
        answer[1]()
        return None


async def _by_browser(ports: SignInPorts, client: OAuthClientCredentials, email: str) -> TokenSet:
    provider = client.provider
    try:
        listener = LoopbackRedirect(ports.reactor, provider.redirect)
    except PortTaken as error:
        raise SecretUnavailable(sign_in_texts.no_listener(provider.redirect)) from error
    try:
        attempt = flows.begin(client, listener.url)
        answer = _BrowserAnswer(attempt)
        listener.answer(answer.take)
        ports.on_progress(OpenPage(attempt.url(email)))
        stop_reading = None if ports.read_pasted is None else ports.read_pasted(answer.paste)
        try:
            code = await answer.code.addTimeout(TIMEOUT, ports.reactor)
        except DeferredTimeout as error:
            raise SecretUnavailable(sign_in_texts.timed_out(provider.name)) from error
        finally:
            if stop_reading is not None:
                stop_reading()
    finally:
        listener.close()
    return await ask_for_tokens(ports.server, client, attempt.exchange(code), ports.now)


async def _by_code(ports: SignInPorts, client: OAuthClientCredentials) -> TokenSet:
    provider, reactor = client.provider, ports.reactor
    code = await ask(ports.server, provider.device, flows.device_request(client), flows.device_code)
    ports.on_progress(code.shown)
    end = reactor.seconds() + code.shown.until
    poll = flows.device_poll(client, code)
    interval = code.interval
    while reactor.seconds() + interval <= end:
        await _pause(reactor, interval)
        try:
            return await ask_for_tokens(ports.server, client, poll, ports.now)
        except OAuthError as error:
            if error.code == "slow_down":
                interval += flows.DEVICE_INTERVAL
            elif error.code not in _PENDING:
                raise
        except NoAnswer as error:
            if error.untrusted:
                raise
            interval = min(2 * interval, _BACKOFF_LIMIT)  # RFC 8628, 3.5
    raise OAuthError("expired_token")


def _pause(reactor: Any, seconds: float) -> Deferred[None]:
    pause: Deferred[None] = Deferred(lambda _: timer.cancel())
    timer = reactor.callLater(seconds, pause.callback, None)
    return pause
