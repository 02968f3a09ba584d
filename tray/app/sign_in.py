"""OAuth2 in the running program: signs in through the browser, and gives the watchers their access tokens."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import CancelledError, Deferred

from tray.mail.account import Login, SecretSource
from tray.mail.opening import OpenUrl
from tray.mail.secret import SecretUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from twisted.python.failure import Failure

    from tray.app.proxy_passwords import ProxyPasswords
    from tray.app.settings_desk import SettingsDesk
    from tray.app.vault import Vault
    from tray.desktop.opener import Opener
    from tray.mail.account import Account
    from tray.mail.oauth2 import Progress
    from tray.mail.oauth_providers import OAuthProvider
    from tray.mail.oauth_settings import OAuthClient
    from tray.mail.secret import Secret
    from tray.mail.settings import Settings
    from tray.mail.status import Trouble
    from tray.mail.token_set import TokenSet
    from tray.net.oauth2 import TokenServer
    from tray.net.route import ProxySecret
    from tray.net.sign_in import Program
    from tray.net.tokens import Tokens
    from tray.ui.sign_in_ports import SignInService

log = logging.getLogger(__name__)


class SignIns:
    """Between accounts that sign in, their providers, the keyring and the settings."""

    def __init__(
        self,
        reactor: Any,
        vault: Vault,
        settings: SettingsDesk,
        opener: Opener,
        proxies: ProxyPasswords,
        now: Callable[[], float],
    ) -> None:
        """Nothing is loaded before the first account signs in: most people have passwords."""
        self._reactor = reactor
        self._vault = vault
        self._settings = settings
        self._opener = opener
        self._proxies = proxies
        self._now = now
        self._tokens: Tokens | None = None
        self._being_set: dict[
            str, object
        ] = {}  # the newest client of a provider, while the keyring has its secret
        vault.made_by(SecretSource.OAUTH, self._access, self._changed)

    def service(self) -> SignInService:
        """What the dialogs need of it."""
        from tray.mail.oauth_providers import offered
        from tray.ui.sign_in_ports import SignInService

        return SignInService(
            known=lambda: offered(_shipped(), self._settings.current.oauth),
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
        on_done: Callable[[Secret | Trouble], None],
    ) -> Callable[[], None]:
        """See `SignInService.start`."""
        cancelled = False

        def progress(step: Progress) -> None:
            if not cancelled:
                on_progress(step)

        async def signed_in() -> TokenSet:
            from tray.net.sign_in import SignInPorts, sign_in

            program = await self._program(provider)
            server = await self._server(account, self._proxies.tried)
            # Nobody signs in first and reads then that the sign-in cannot be kept.
            await self._vault.prove_place(replace(account, secret=SecretSource.OAUTH, login=Login.TOKEN))
            ports = SignInPorts(self._reactor, server, self._now, progress)
            return await sign_in(ports, program, account.email or account.user, device=device)

        def done(tokens: TokenSet) -> None:
            if not cancelled:
                on_done(tokens.to_secret())

        def failed(failure: Failure) -> None:
            if failure.check(CancelledError) and cancelled:
                return
            from tray.mail.status import TroubleKind
            from tray.net.trouble import trouble_of

            assert failure.value is not None
            trouble = trouble_of(failure.value, account)
            if trouble.kind is TroubleKind.INTERNAL:
                log.error("A sign-in failed: %s", type(failure.value).__name__)
            else:  # a proxy that is down, for one: nothing of ours to mend
                log.info("A sign-in did not succeed: %s", trouble.kind.name)
            if not cancelled:
                on_done(trouble)

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
        from tray.mail.oauth_settings import keeper

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
            trouble = failure.value.trouble  # type: ignore[union-attr]
            done(f"{trouble.sentence} {trouble.advice}".strip())

        if secret is None:
            if overtakes or _known(self._settings.current, provider).has_secret:
                self._vault.forget(keeper(provider))
            kept(None)
        else:
            self._vault.put(keeper(provider), secret).addCallbacks(kept, not_kept)

    async def _access(self, account: Account, given: Secret | None) -> Secret:
        if self._tokens is None:
            from tray.net.tokens import TokenPorts, Tokens

            self._tokens = Tokens(
                TokenPorts(
                    reactor=self._reactor,
                    now=self._now,
                    kept=self._vault.kept,
                    seen=self._vault.seen,
                    keep=self._vault.keep,
                    program=self._program,
                    server=self._server,
                )
            )
        return await self._tokens.access(account, given)

    def _changed(self, account: Any) -> None:
        if self._tokens is not None:
            self._tokens.forget(account)

    async def _program(self, provider: str) -> Program:
        from tray.mail.oauth_settings import keeper
        from tray.net.sign_in import program_for

        async def client_secret(client: OAuthClient) -> Secret | None:
            try:
                return await self._vault.kept(keeper(client.id))
            except SecretUnavailable as error:
                if (
                    type(error) is not SecretUnavailable
                ):  # the keyring itself: nothing is known of what it holds
                    raise
                return None

        return await program_for(provider, self._settings.current.oauth, _shipped(), client_secret)

    async def _server(self, account: Account, proxy_secret: ProxySecret | None = None) -> TokenServer:
        from tray.net.oauth2 import TokenServer
        from tray.net.route import route_of

        return TokenServer(self._reactor, await route_of(account, proxy_secret or self._proxies.kept))


def _known(settings: Settings, provider: str) -> OAuthClient:
    from tray.mail.oauth_settings import OAuthClient

    return next((each for each in settings.oauth if each.id == provider), OAuthClient(provider, ""))


def _shipped() -> Mapping[str, OAuthProvider]:
    from tray.desktop.oauth_files import shipped_sign_ins

    return shipped_sign_ins()


def _for_host(host: str) -> tuple[str, bool]:
    from tray.desktop.provider_files import shipped_providers
    from tray.mail.providers import SignIn

    provider = shipped_providers().by_host(host)
    return ("", False) if provider is None else (provider.oauth, provider.sign_in is SignIn.OAUTH)
