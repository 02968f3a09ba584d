"""Requests to an authorisation server: a POST over verified TLS, with limits; redirects are not followed."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlencode, urlsplit

from OpenSSL.SSL import Error as TlsError
from twisted.internet import error as failures
from twisted.internet.defer import Deferred
from twisted.internet.defer import TimeoutError as DeferredTimeout
from twisted.internet.task import Cooperator
from twisted.web.client import FileBodyProducer, RequestTransmissionFailed, ResponseFailed
from twisted.web.http_headers import Headers

from tray.mail.model.secret import SecretUnavailable
from tray.mail.model.secret_filter import SecretFilter
from tray.mail.oauth import flows
from tray.mail.oauth.flows import ANSWER_LIMIT, MalformedOAuthAnswer, OAuthError
from tray.mail.presentation.setup import sign_in_texts
from tray.mail.settings.oauth_clients import is_endpoint
from tray.net.errors import CertificateRefused, NetError, ProxyFailed
from tray.net.proxy.route import DIRECT
from tray.net.tls.http_client import bounded_agent, read_body

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Mapping

    from tray.mail.oauth.flows import OAuthClientCredentials, TokenSet
    from tray.net.proxy.route import Route

_Read = TypeVar("_Read")

DEADLINE = 30.0
"""Seconds for one request, from the look-up of the name to the last byte of the answer."""
_WIRE_LIMIT = 2 * ANSWER_LIMIT
_HEADERS = {
    b"User-Agent": [b"Mailbell"],
    b"Accept": [b"application/json"],
    b"Content-Type": [b"application/x-www-form-urlencoded"],
}
_SECRET = ("client_secret", "refresh_token", "code", "code_verifier", "device_code")
_UNREACHABLE = (
    failures.ConnectError,
    failures.DNSLookupError,
    failures.ConnectionClosed,
    failures.ConnectingCancelledError,
    DeferredTimeout,
    OSError,
)
_UNTRUSTED = (CertificateRefused, TlsError)


class NoAnswer(NetError):  # noqa: N818
    """The authorisation server cannot be reached, or its certificate is not trusted."""

    def __init__(self, host: str, *, untrusted: bool) -> None:
        super().__init__(f"no answer from {host}")
        self.host = host
        self.untrusted = untrusted


class TokenEndpoint:
    """Sends requests to authorisation servers."""

    def __init__(self, reactor: Any, route: Route = DIRECT, *, ca_file: str = "") -> None:
        """Connect by `route`; `ca_file` is only for tests."""
        self._reactor = reactor
        self._agent = bounded_agent(
            reactor,
            _WIRE_LIMIT,
            lambda host, port: route.endpoint(reactor, host, port, DEADLINE),
            ca_file=ca_file,
        )

    async def post(self, url: str, form: Mapping[str, str]) -> tuple[int, bytes]:
        """Status and body of the answer to `form`.

        Raises NoAnswer, MalformedOAuthAnswer for an answer that is too large, or ProxyFailed.
        """
        assert is_endpoint(url)  # checked when settings and shipped files are read

        host = urlsplit(url).hostname or ""
        try:
            return await Deferred.fromCoroutine(self._post(url, form)).addTimeout(DEADLINE, self._reactor)
        except ProxyFailed as error:
            error.server = host
            raise
        except _UNTRUSTED as error:
            raise NoAnswer(host, untrusted=True) from error
        except (ResponseFailed, RequestTransmissionFailed) as error:
            untrusted = any(reason.check(*_UNTRUSTED) for reason in error.reasons)
            raise NoAnswer(host, untrusted=untrusted) from error
        except _UNREACHABLE as error:
            raise NoAnswer(host, untrusted=False) from error

    async def _post(self, url: str, form: Mapping[str, str]) -> tuple[int, bytes]:
        # The producer would write by the global reactor.
        writer = Cooperator(scheduler=lambda write: self._reactor.callLater(0, write))
        body = FileBodyProducer(BytesIO(urlencode(form).encode("ascii")), cooperator=writer)
        response: Any = await self._agent.request(b"POST", url.encode("ascii"), Headers(_HEADERS), body)
        return response.code, await read_body(
            response, ANSWER_LIMIT, MalformedOAuthAnswer(sign_in_texts.answer_too_large())
        )


async def ask(
    server: TokenEndpoint,
    url: str,
    form: Mapping[str, str],
    read: Callable[[int, bytes], _Read],
    secrets: Iterable[str] = (),
) -> _Read:
    """Send `form`, and return the result of `read` for status and body of the answer.

    Raises what `post` and `read` raise; an OAuthError contains no secret of `form`, and none of `secrets`.
    """
    status, body = await server.post(url, form)
    try:
        return read(status, body)
    except OAuthError as error:
        clean = SecretFilter([*secrets, *(form[name] for name in _SECRET if name in form)])
        raise OAuthError(clean(error.code) or "refused", clean(error.description)) from None


async def ask_for_tokens(
    server: TokenEndpoint,
    client: OAuthClientCredentials,
    form: Mapping[str, str],
    now: Callable[[], float],
    before: TokenSet | None = None,
) -> TokenSet:
    """Request tokens from the provider of `client`, in place of `before`; raises as `ask`.

    `now` gives Unix seconds.
    """
    provider = client.provider
    return await ask(
        server,
        provider.token,
        form,
        lambda status, body: flows.tokens(provider.id, status, body, now(), before),
        () if before is None else (before.access,),
    )


async def explain_failures(provider: str, request: Awaitable[TokenSet]) -> TokenSet:
    """Await `request`; errors of the authorisation server are raised as SecretUnavailable.

    `provider` is its name for display.
    """
    try:
        return await request
    except OAuthError as error:
        raise SecretUnavailable(sign_in_texts.refused(error, provider)) from error
    except MalformedOAuthAnswer as error:
        raise SecretUnavailable(sign_in_texts.malformed_answer(error, provider)) from error
    except NoAnswer as error:
        raise SecretUnavailable(
            sign_in_texts.unreachable(provider, error.host, untrusted=error.untrusted)
        ) from error
