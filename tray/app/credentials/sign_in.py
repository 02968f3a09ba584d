"""OAuth 2 for the accounts of a profile, in the running program and on the command line alike."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tray.mail.model.account import Login, SecretSource
from tray.mail.model.secret import SecretUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tray.app.credentials.secret_store import SecretStore
    from tray.mail.model.account import Account, AccountId
    from tray.mail.model.secret import Secret
    from tray.mail.oauth.flows import OAuthClientCredentials, Progress, TokenSet
    from tray.mail.settings.oauth_clients import OAuthClient
    from tray.net.oauth.access_tokens import AccessTokens
    from tray.net.oauth.authorize import Paste
    from tray.net.oauth.token_endpoint import TokenEndpoint
    from tray.net.proxy.route import ProxySecret


class SignIn:
    """Signs a person in, and gives access tokens afterwards."""

    def __init__(
        self,
        reactor: Any,
        secret_store: SecretStore,
        clients: Callable[[], Iterable[OAuthClient]],
        proxy_secret: ProxySecret | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        """Become the provider of `secret_store` for OAuth; `clients` gives the OAuth clients of the present settings.

        `proxy_secret` gives the passwords of proxies, which are read from `secret_store` where it is None. `now` gives
        Unix seconds. Nothing more is loaded before the first account signs in: most people have passwords.
        """
        self._reactor = reactor
        self._secret_store = secret_store
        self._clients = clients
        self._proxy_secret = proxy_secret or secret_store.read
        self._now = now
        self._tokens: AccessTokens | None = None
        secret_store.set_provider(SecretSource.OAUTH, self.access_token, self._on_change)

    async def authorize(
        self,
        account: Account,
        provider: str,
        on_progress: Callable[[Progress], None],
        *,
        device: bool,
        proxy_secret: ProxySecret | None = None,
        read_pasted: Callable[[Paste], Callable[[], None]] | None = None,
    ) -> TokenSet:
        """Sign the user in for `account` with `provider` (its id), by a device code if `device`; returns the tokens.

        Raises SecretUnavailable, KeyringUnavailable if the tokens could not be stored, or an error of the proxy. See
        `tray.net.oauth.authorize.SignInPorts` for `read_pasted`.
        """
        from tray.net.oauth.authorize import SignInPorts, authorize

        client = await self.client_credentials(provider)
        server = await self.token_endpoint(account, proxy_secret)
        # Nobody signs in first and reads then that the sign-in cannot be kept.
        await self._secret_store.check_writable(
            replace(account, secret=SecretSource.OAUTH, login=Login.TOKEN)
        )
        ports = SignInPorts(self._reactor, server, self._now, on_progress, read_pasted)
        return await authorize(ports, client, account.email or account.user, device=device)

    async def access_token(self, account: Account, draft: Secret | None) -> Secret:
        """The access token for a log-in of `account`; see `AccessTokens.access_token`."""
        if self._tokens is None:
            from tray.net.oauth.access_tokens import AccessTokens

            self._tokens = AccessTokens(self._reactor, self._now, self._secret_store, self)
        return await self._tokens.access_token(account, draft)

    async def client_credentials(self, provider: str) -> OAuthClientCredentials:
        """Client id and client secret for `provider` (its id); raises SecretUnavailable where none is set."""
        from tray.desktop.storage.shipped_tables import shipped_oauth_providers
        from tray.mail.oauth.flows import OAuthClientCredentials
        from tray.mail.presentation.setup import sign_in_texts
        from tray.mail.settings.oauth_clients import find_client, missing_fields, with_client

        shipped = shipped_oauth_providers()
        client = find_client(self._clients(), provider)
        if client is None:
            name = shipped[provider].name if provider in shipped else provider
            raise SecretUnavailable(sign_in_texts.no_client(name))
        missing = missing_fields(client, shipped)
        if missing is not None:
            raise SecretUnavailable(sign_in_texts.unusable(missing))
        known = with_client(shipped, client)
        secret = await self._client_secret(client) if client.has_secret else None
        if client.has_secret and not secret:
            raise SecretUnavailable(sign_in_texts.no_client_secret(known.name))
        return OAuthClientCredentials(known, client.client_id, secret)

    async def _client_secret(self, client: OAuthClient) -> Secret | None:
        from tray.mail.settings.oauth_clients import credential_account

        try:
            return await self._secret_store.read(credential_account(client.id))
        except SecretUnavailable as error:
            if type(error) is not SecretUnavailable:  # the keyring itself: nothing is known of what it holds
                raise
            return None

    async def token_endpoint(
        self, account: Account, proxy_secret: ProxySecret | None = None
    ) -> TokenEndpoint:
        """The endpoint for token requests, through the account's proxy; raises SecretUnavailable."""
        from tray.net.oauth.token_endpoint import TokenEndpoint
        from tray.net.proxy.route import route_of

        return TokenEndpoint(self._reactor, await route_of(account, proxy_secret or self._proxy_secret))

    def _on_change(self, account: AccountId) -> None:
        if self._tokens is not None:
            self._tokens.forget(account)
