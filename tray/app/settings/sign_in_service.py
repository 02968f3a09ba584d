"""Signing in with OAuth 2 from dialogs."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from tray.mail.model.secret import SecretUnavailable
from tray.mail.settings.open_message import OpenUrl

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from twisted.python.failure import Failure

    from tray.app.credentials.secret_store import SecretStore
    from tray.app.credentials.sign_in import SignIn
    from tray.app.settings.settings_service import SettingsService
    from tray.desktop.integration.opener import Opener
    from tray.mail.model.account import Account
    from tray.mail.model.secret import Secret
    from tray.mail.model.status import Problem
    from tray.mail.oauth.flows import Progress
    from tray.mail.oauth.token_set import TokenSet
    from tray.mail.settings.oauth_clients import OAuthClient, OAuthProvider

log = logging.getLogger(__name__)


class DialogSignIn:
    """Implements `tray.ui.ports.SignInService`."""

    def __init__(
        self, sign_in: SignIn, secret_store: SecretStore, settings: SettingsService, opener: Opener
    ) -> None:
        """Sign in with `sign_in`; keep client ids in `settings` and client secrets in `secret_store`."""
        self._sign_in = sign_in
        self._secret_store = secret_store
        self._settings = settings
        self._opener = opener
        self._being_set: dict[str, object] = {}
        """Identifies the newest client of a provider while its secret is being written to the keyring."""

    def known(self) -> tuple[OAuthProvider, ...]:
        """See `SignInService.known`."""
        from tray.mail.settings.oauth_clients import available_providers

        return available_providers(_shipped(), self._settings.current.oauth)

    def ready(self, provider: str) -> bool:
        """See `SignInService.ready`."""
        from tray.mail.settings.oauth_clients import find_client

        return find_client(self._settings.current.oauth, provider) is not None

    def for_host(self, host: str) -> tuple[str, bool]:
        """See `SignInService.for_host`."""
        from tray.desktop.storage.shipped_tables import shipped_providers
        from tray.mail.setup.providers import SignInMethod

        provider = shipped_providers().by_host(host)
        return ("", False) if provider is None else (provider.oauth, provider.sign_in is SignInMethod.OAUTH)

    def open_page(self, url: str, on_failure: Callable[[], None]) -> None:
        """See `SignInService.open_page`."""
        self._opener.open(OpenUrl(url), on_failure=lambda _: on_failure())

    def start(
        self,
        account: Account,
        provider: str,
        device: bool,
        on_progress: Callable[[Progress], None],
        on_done: Callable[[Secret | Problem], None],
    ) -> Callable[[], None]:
        """See `SignInService.start`."""
        from tray.app.settings.dialog_services import run_until_cancelled

        def done(tokens: TokenSet) -> None:
            on_done(tokens.to_secret())

        def failed(failure: Failure) -> None:
            from tray.mail.model.status import ProblemKind
            from tray.net.problems import problem_of

            assert failure.value is not None
            problem = problem_of(failure.value, account)
            if problem.kind is ProblemKind.INTERNAL:
                log.error("A sign-in failed: %s", type(failure.value).__name__)
            else:  # such as a proxy that is down: no defect
                log.info("A sign-in did not succeed: %s", problem.kind.name)
            on_done(problem)

        authorizing = self._sign_in.authorize(
            account, provider, on_progress, device=device, proxy_secret=self._secret_store.read_draft
        )
        return run_until_cancelled(authorizing, done, failed)

    def set_client(
        self, provider: str, client_id: str, secret: Secret | None, on_done: Callable[[str | None], None]
    ) -> None:
        """See `SignInService.set_client`."""
        from tray.mail.settings.oauth_clients import credential_account

        replaces_pending = provider in self._being_set
        this = self._being_set[provider] = object()

        def is_newest() -> bool:
            if self._being_set.get(provider) is not this:
                return False
            del self._being_set[provider]
            return True

        def kept(_: object) -> None:
            if not is_newest():  # another one was set while this secret was written
                on_done(None)
                return
            settings = self._settings.current  # may have changed during the keyring's prompt
            client = replace(self._client(provider), client_id=client_id, has_secret=secret is not None)
            others = tuple(other for other in settings.oauth if other.id != provider)
            self._settings.apply(replace(settings, oauth=(*others, client)), {}, on_done)

        def not_kept(failure: Failure) -> None:
            failure.trap(SecretUnavailable)
            is_newest()
            problem = failure.value.problem  # type: ignore[union-attr]
            on_done(f"{problem.sentence} {problem.advice}".strip())

        if secret is None:
            if replaces_pending or self._client(provider).has_secret:
                self._secret_store.remove(credential_account(provider))
            kept(None)
        else:
            self._secret_store.write(credential_account(provider), secret).addCallbacks(kept, not_kept)

    def _client(self, provider: str) -> OAuthClient:
        from tray.mail.settings.oauth_clients import OAuthClient, find_client

        return find_client(self._settings.current.oauth, provider) or OAuthClient(provider, "")


def _shipped() -> Mapping[str, OAuthProvider]:
    from tray.desktop.storage.shipped_tables import shipped_oauth_providers

    return shipped_oauth_providers()
