"""OAuth2 in the running program: signs in through the browser, and gives the watchers their access tokens."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import CancelledError, Deferred

from tray.mail.model.account import Login, SecretSource
from tray.mail.model.secret import SecretUnavailable
from tray.mail.settings.open_message import OpenUrl

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from twisted.python.failure import Failure

    from tray.app.credentials.secret_store import SecretStore
    from tray.app.settings.settings_service import SettingsService
    from tray.desktop.integration.opener import Opener
    from tray.mail.model.account import Account
    from tray.mail.model.secret import Secret
    from tray.mail.model.status import Problem
    from tray.mail.oauth.flows import Progress
    from tray.mail.oauth.token_set import TokenSet
    from tray.mail.settings.oauth_clients import OAuthClient, OAuthProvider
    from tray.mail.settings.settings import Settings
    from tray.net.oauth.access_tokens import AccessTokens
    from tray.net.oauth.authorize import OAuthClientCredentials
    from tray.net.oauth.token_endpoint import TokenEndpoint
    from tray.net.proxy.route import ProxySecret
    from tray.ui.ports import SignInService

log = logging.getLogger(__name__)


class SignIn:
    """Between accounts that sign in, their providers, the keyring and the settings."""

    def __init__(
        self,
        reactor: Any,
        secret_store: SecretStore,
        settings: SettingsService,
        opener: Opener,
        now: Callable[[], float],
    ) -> None:
        """Nothing is loaded before the first account signs in: most people have passwords."""
        self._reactor = reactor
        self._secret_store = secret_store
        self._settings = settings
        self._opener = opener
        self._now = now
        self._tokens: AccessTokens | None = None
        self._being_set: dict[
            str, object
        ] = {}  # the newest client of a provider, while the keyring has its secret
        secret_store.set_provider(SecretSource.OAUTH, self._access, self._changed)

    def service(self) -> SignInService:
        """What the dialogs need of it."""
        from tray.mail.settings.oauth_clients import available_providers
        from tray.ui.ports import SignInService

        return SignInService(
            known=lambda: available_providers(_shipped(), self._settings.current.oauth),
            ready=lambda provider: any(each.id == provider for each in self._settings.current.oauth),
            for_host=_for_host,
            set_client=self.set_client,
            start=self.start,
            open_page=lambda url, failed: self._opener.open(OpenUrl(url), failed=lambda _: failed()),
        )

    def start(
        self,
        account: Account,
        provider: str,
        device: bool,
        on_progress: Callable[[Progress], None],
        on_done: Callable[[Secret | Problem], None],
    ) -> Callable[[], None]:
        """See `SignInService.start`."""
        cancelled = False

        def progress(step: Progress) -> None:
            if not cancelled:
                on_progress(step)

        async def signed_in() -> TokenSet:
            from tray.net.oauth.authorize import SignInPorts, authorize

            program = await self._program(provider)
            server = await self._server(account, self._secret_store.read_draft)
            # Nobody signs in first and reads then that the sign-in cannot be kept.
            await self._secret_store.check_writable(
                replace(account, secret=SecretSource.OAUTH, login=Login.TOKEN)
            )
            ports = SignInPorts(self._reactor, server, self._now, progress)
            return await authorize(ports, program, account.email or account.user, device=device)

        def done(tokens: TokenSet) -> None:
            if not cancelled:
                on_done(tokens.to_secret())

        def failed(failure: Failure) -> None:
            if failure.check(CancelledError) and cancelled:
                return
            from tray.mail.model.status import ProblemKind
            from tray.net.problems.classify import problem_of

            assert failure.value is not None
            problem = problem_of(failure.value, account)
            if problem.kind is ProblemKind.INTERNAL:
                log.error("A sign-in failed: %s", type(failure.value).__name__)
            else:  # a proxy that is down, for one: nothing of ours to mend
                log.info("A sign-in did not succeed: %s", problem.kind.name)
            if not cancelled:
                on_done(problem)

        def cancel() -> None:
            nonlocal cancelled
            cancelled = True
            running.cancel()

        running = Deferred.fromCoroutine(signed_in())
        running.addCallbacks(done, failed)
        return cancel

    def set_client(
        self, provider: str, client_id: str, secret: Secret | None, done: Callable[[str | None], None]
    ) -> None:
        """See `SignInService.set_client`."""
        from tray.mail.settings.oauth_clients import credential_account

        overtakes = provider in self._being_set
        this = self._being_set[provider] = object()

        def is_newest() -> bool:
            if self._being_set.get(provider) is not this:
                return False
            del self._being_set[provider]
            return True

        def kept(_: object) -> None:
            if not is_newest():  # another was set while the keyring kept the secret of this one
                done(None)
                return
            settings = self._settings.current  # not as it was before the keyring's prompt
            client = replace(_known(settings, provider), client_id=client_id, has_secret=secret is not None)
            others = tuple(each for each in settings.oauth if each.id != provider)
            self._settings.apply(replace(settings, oauth=(*others, client)), {}, done)

        def not_kept(failure: Failure) -> None:
            failure.trap(SecretUnavailable)
            is_newest()
            problem = failure.value.problem  # type: ignore[union-attr]
            done(f"{problem.sentence} {problem.advice}".strip())

        if secret is None:
            if overtakes or _known(self._settings.current, provider).has_secret:
                self._secret_store.remove(credential_account(provider))
            kept(None)
        else:
            self._secret_store.write(credential_account(provider), secret).addCallbacks(kept, not_kept)

    async def _access(self, account: Account, given: Secret | None) -> Secret:
        if self._tokens is None:
            from tray.net.oauth.access_tokens import AccessTokens, TokenPorts

            self._tokens = AccessTokens(
                TokenPorts(
                    reactor=self._reactor,
                    now=self._now,
                    kept=self._secret_store.read,
                    seen=self._secret_store.peek,
                    keep=self._secret_store.write_renewed,
                    program=self._program,
                    server=self._server,
                )
            )
        return await self._tokens.access(account, given)

    def _changed(self, account: Any) -> None:
        if self._tokens is not None:
            self._tokens.forget(account)

    async def _program(self, provider: str) -> OAuthClientCredentials:
        from tray.mail.settings.oauth_clients import credential_account
        from tray.net.oauth.authorize import program_for

        async def client_secret(client: OAuthClient) -> Secret | None:
            try:
                return await self._secret_store.read(credential_account(client.id))
            except SecretUnavailable as error:
                if (
                    type(error) is not SecretUnavailable
                ):  # the keyring itself: nothing is known of what it holds
                    raise
                return None

        return await program_for(provider, self._settings.current.oauth, _shipped(), client_secret)

    async def _server(self, account: Account, proxy_secret: ProxySecret | None = None) -> TokenEndpoint:
        from tray.net.oauth.token_endpoint import TokenEndpoint
        from tray.net.proxy.route import route_of

        return TokenEndpoint(self._reactor, await route_of(account, proxy_secret or self._secret_store.read))


def _known(settings: Settings, provider: str) -> OAuthClient:
    from tray.mail.settings.oauth_clients import OAuthClient

    return next((each for each in settings.oauth if each.id == provider), OAuthClient(provider, ""))


def _shipped() -> Mapping[str, OAuthProvider]:
    from tray.desktop.storage.shipped_tables import shipped_oauth_providers

    return shipped_oauth_providers()


def _for_host(host: str) -> tuple[str, bool]:
    from tray.desktop.storage.shipped_tables import shipped_providers
    from tray.mail.setup.providers import SignIn

    provider = shipped_providers().by_host(host)
    return ("", False) if provider is None else (provider.oauth, provider.sign_in is SignIn.OAUTH)
