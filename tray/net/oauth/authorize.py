"""Signs a person in: through the browser with a loopback redirect (RFC 8252), or by a code on any device (RFC 8628)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from twisted.internet.defer import Deferred
from twisted.internet.defer import TimeoutError as DeferredTimeout

from tray.mail.model.secret import SecretUnavailable
from tray.mail.oauth import flows
from tray.mail.oauth.flows import MalformedOAuthAnswer, OAuthError, OpenPage
from tray.mail.presentation import sign_in_texts
from tray.mail.settings.oauth_clients import missing_fields, with_client
from tray.net.oauth.loopback import TIMEOUT, LoopbackRedirect, PortTaken
from tray.net.oauth.token_endpoint import NoAnswer, ask

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Mapping

    from tray.mail.model.secret import Secret
    from tray.mail.oauth.flows import Progress
    from tray.mail.oauth.token_set import TokenSet
    from tray.mail.settings.oauth_clients import OAuthClient, OAuthProvider
    from tray.net.oauth.token_endpoint import TokenEndpoint

_BACKOFF_MOST = 60.0


@dataclass(frozen=True, slots=True)
class OAuthClientCredentials:
    """As whom we ask: the provider, and what it gave the user for this program."""

    provider: OAuthProvider
    client_id: str
    secret: Secret | None = None
    """The client secret; None where it gave none."""

    def signed(self, form: dict[str, str]) -> dict[str, str]:
        """`form` with the client secret (RFC 6749, 2.3.1)."""
        return form if self.secret is None else {**form, "client_secret": self.secret.reveal()}


async def program_for(
    provider: str,
    clients: Iterable[OAuthClient],
    shipped: Mapping[str, OAuthProvider],
    client_secret: Callable[[OAuthClient], Awaitable[Secret | None]],
) -> OAuthClientCredentials:
    """As whom to ask `provider` (its id), by the settings; raises SecretUnavailable where those do not say."""
    name = shipped[provider].name if provider in shipped else provider
    client = next((each for each in clients if each.id == provider), None)
    if client is None:
        raise SecretUnavailable(sign_in_texts.no_client(name))
    lacks = missing_fields(client, shipped)
    if lacks is not None:
        raise SecretUnavailable(sign_in_texts.unusable(lacks))
    known = with_client(shipped, client)
    secret = await client_secret(client) if client.has_secret else None
    if client.has_secret and not secret:
        raise SecretUnavailable(sign_in_texts.no_client_secret(known.name))
    return OAuthClientCredentials(known, client.client_id, secret)


@dataclass(frozen=True, slots=True)
class SignInPorts:
    """What a sign-in needs of the world."""

    reactor: Any
    server: TokenEndpoint
    now: Callable[[], float]
    """Unix seconds."""
    on_progress: Callable[[Progress], None]
    pasted: Callable[[Callable[[str], str | None]], Callable[[], None]] | None = None
    """Begins to hear the addresses that the user brings from a browser which cannot reach us, as one on another
    computer; gives what ends that. Each is handed to what it is called with, which says what is wrong with it.
    """


async def authorize(
    ports: SignInPorts, program: OAuthClientCredentials, email: str, *, device: bool
) -> TokenSet:
    """The tokens of a person who has said yes; ends with a cancel of its Deferred, and after ten minutes.

    Raises SecretUnavailable with what went wrong in words.
    """
    provider = program.provider
    if not (provider.device if device else provider.authorize):
        raise SecretUnavailable(sign_in_texts.no_such_way(provider.name, device=device))
    way = _by_code(ports, program) if device else _by_browser(ports, program, email)
    return await sign_in_problem(provider.name, way)


async def sign_in_problem(provider: str, asking: Awaitable[TokenSet]) -> TokenSet:
    """What `asking` gives; whatever the authorisation server did instead, as SecretUnavailable."""
    try:
        return await asking
    except OAuthError as error:
        raise SecretUnavailable(sign_in_texts.refused(error, provider)) from error
    except MalformedOAuthAnswer as error:
        raise SecretUnavailable(sign_in_texts.malformed_answer(error, provider)) from error
    except NoAnswer as error:
        raise SecretUnavailable(
            sign_in_texts.unreachable(provider, error.host, untrusted=error.untrusted)
        ) from error


async def _by_browser(ports: SignInPorts, program: OAuthClientCredentials, email: str) -> TokenSet:
    provider = program.provider
    back: Deferred[str | Exception] = Deferred()
    # The listener has to be there before the attempt, which holds its port.
    attempts: list[flows.Attempt] = []

    taken: list[str | Exception] = []

    def take(query: str) -> tuple[str, Callable[[], None]] | None:
        if taken or not attempts:
            return None
        try:
            code = attempts[0].code(query)
        except (OAuthError, MalformedOAuthAnswer) as error:
            taken.append(error)
            return sign_in_texts.page_refused(provider.name), shown
        if code is None:
            return None
        taken.append(code)
        return sign_in_texts.page_done(), shown

    def shown() -> None:
        if not back.called:  # nobody waits any more
            back.callback(taken[0])

    def paste(address: str) -> str | None:
        answer = take(_query(address))
        if answer is None:
            return sign_in_texts.no_answer_to_this()
        answer[1]()
        return None

    try:
        listener = LoopbackRedirect(ports.reactor, provider.redirect, take)
    except PortTaken as error:
        raise SecretUnavailable(sign_in_texts.no_listener(provider.redirect)) from error
    try:
        attempt = flows.begin(provider, program.client_id, listener.url)
        attempts.append(attempt)
        ports.on_progress(OpenPage(attempt.url(email)))
        hear_no_more = ports.pasted(paste) if ports.pasted is not None else _nothing
        try:
            answer = await back.addTimeout(TIMEOUT, ports.reactor)
        except DeferredTimeout as error:
            raise SecretUnavailable(sign_in_texts.timed_out(provider.name)) from error
        finally:
            hear_no_more()
    finally:
        listener.close()
    if isinstance(answer, Exception):
        raise answer
    form = program.signed(attempt.exchange(answer))
    return await ask(
        ports.server,
        provider.token,
        form,
        lambda status, body: flows.tokens(provider.id, status, body, ports.now()),
    )


def _query(address: str) -> str:
    """The query of an address; of one that nobody can make sense of, none."""
    try:
        return urlsplit(address).query
    except ValueError:
        return ""


def _nothing() -> None:
    """Nobody hears anything."""


async def _by_code(ports: SignInPorts, program: OAuthClientCredentials) -> TokenSet:
    provider, reactor = program.provider, ports.reactor
    asked = program.signed(flows.device_request(provider, program.client_id))
    code = await ask(ports.server, provider.device, asked, flows.device_code)
    ports.on_progress(code.shown)
    end = reactor.seconds() + code.shown.until
    question = program.signed(flows.device_question(provider, program.client_id, code))
    interval = code.interval
    while reactor.seconds() + interval <= end:
        await _pause(reactor, interval)
        try:
            return await ask(
                ports.server,
                provider.token,
                question,
                lambda status, body: flows.tokens(provider.id, status, body, ports.now()),
            )
        except OAuthError as error:
            if error.code == "slow_down":
                interval += flows.DEVICE_INTERVAL
            elif error.code not in _PENDING:
                raise
        except NoAnswer as error:
            if error.untrusted:
                raise
            interval = min(2 * interval, _BACKOFF_MOST)  # RFC 8628, 3.5
    raise OAuthError("expired_token")


_PENDING = {"authorization_pending", "server_error", "temporarily_unavailable"}


def _pause(reactor: Any, seconds: float) -> Deferred[None]:
    pause: Deferred[None] = Deferred(lambda _: timer.cancel())
    timer = reactor.callLater(seconds, pause.callback, None)
    return pause
