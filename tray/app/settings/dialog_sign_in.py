"""Signs in with OAuth 2 from windows; and runs what takes a while for them, until it is cancelled."""

from __future__ import annotations

import logging
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from twisted.internet.defer import Deferred

from tray.mail.model.secret import SecretUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from twisted.python.failure import Failure

    from tray.app.credentials.secret_store import SecretStore
    from tray.app.credentials.sign_in import SignIn
    from tray.app.settings.settings_service import SettingsService
    from tray.desktop.opening.opener import Opener
    from tray.mail.model.account import Account
    from tray.mail.model.secret import Secret
    from tray.mail.model.status import Problem
    from tray.mail.oauth.flows import Progress, TokenSet
    from tray.mail.settings.oauth_clients import OAuthClient, OAuthProvider

P = TypeVar("P")
T = TypeVar("T")

log = logging.getLogger(__name__)


class DialogSignIn:
    """Signs in with OAuth 2 from dialogs: implements `tray.ui.ports.SignInService`."""

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
        from tray.desktop.storage.shipped_tables import shipped_oauth_providers
        from tray.mail.settings.oauth_clients import available_providers

        return available_providers(shipped_oauth_providers(), self._settings.current.oauth)

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
        self._opener.open(url, on_failure=lambda _: on_failure())

    def start(
        self,
        account: Account,
        provider: str,
        device: bool,
        on_progress: Callable[[Progress], None],
        on_done: Callable[[Secret | Problem], None],
    ) -> Callable[[], None]:
        """See `SignInService.start`."""

        def done(tokens: TokenSet) -> None:
            on_done(tokens.to_secret())

        def failed(failure: Failure) -> None:
            problem, is_defect = problem_for(failure, account)
            if is_defect:
                log.error("A sign-in failed: %s", type(failure.value).__name__)
            else:  # such as a proxy that is down
                log.info("A sign-in did not succeed: %s", problem.kind.name)
            on_done(problem)

        def authorizing(report: Callable[[Progress], None]) -> Coroutine[Any, Any, TokenSet]:
            proxy_secret = self._secret_store.read_draft
            return self._sign_in.authorize(
                account, provider, report, device=device, proxy_secret=proxy_secret
            )

        return run_until_cancelled(authorizing, on_progress, done, failed)

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


def problem_for(failure: Failure, account: Account) -> tuple[Problem, bool]:
    """The problem for the user, and whether it is a defect of Mailbell."""
    from tray.mail.model.status import ProblemKind
    from tray.net.problems import problem_of

    assert failure.value is not None
    problem = problem_of(failure.value, account)
    return problem, problem.kind is ProblemKind.INTERNAL


def run_until_cancelled(
    work: Callable[[Callable[[P], None]], Coroutine[Deferred[Any], Any, T]],
    on_progress: Callable[[P], None],
    on_done: Callable[[T], None],
    on_failure: Callable[[Failure], None],
) -> Callable[[], None]:
    """Start `work`, called with what reports progress, and call back; returns what cancels it, without calling back.

    `work` itself may report while it is cancelled: a test of an account reports its present step as failed.
    """
    cancelled = False

    def unless_cancelled(call: Callable[[Any], None], outcome: Any) -> None:
        if not cancelled:
            call(outcome)

    def cancel() -> None:
        nonlocal cancelled
        cancelled = True
        running.cancel()

    running = Deferred.fromCoroutine(work(partial(unless_cancelled, on_progress)))
    running.addCallbacks(partial(unless_cancelled, on_done), partial(unless_cancelled, on_failure))
    return cancel
