"""``mailbell oauth set | list | remove``: with which client ids one signs in."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tray.cli.exit_codes import DONE, USAGE, CommandFailed
from tray.cli.profile import load_settings, paths_of, save_settings, secrets_of
from tray.cli.running_instance import notify_running_instance
from tray.cli.terminal import from_stdin, print_json
from tray.i18n import tr

if TYPE_CHECKING:
    import argparse

    from tray.desktop.storage.paths import Paths
    from tray.mail.settings.fields import Setting
    from tray.mail.settings.oauth_clients import OAuthClient

_OWN = ("name", "authorize", "token", "device", "redirect", "issuer")


def set_client(arguments: argparse.Namespace) -> int:
    """Keep a client id, and what else the user says of a provider; the client secret goes to the keyring."""
    from tray.desktop.storage.shipped_tables import shipped_oauth_providers
    from tray.mail.settings.oauth_clients import OAUTH, OAuthClient, find_client, missing_fields

    paths = paths_of(arguments)
    settings = load_settings(paths)
    client = find_client(settings.oauth, arguments.id) or OAuthClient(arguments.id, "")
    typed = {name: getattr(arguments, name) for name in ("client_id", *_OWN) if getattr(arguments, name)}
    if arguments.scope:
        typed["scopes"] = tuple(arguments.scope)
    client = replace(client, **typed)
    for setting in OAUTH:
        _judge(setting, getattr(client, setting.key))
    shipped = shipped_oauth_providers()
    lacks = missing_fields(client, shipped)
    if lacks is not None:
        how = (
            ""
            if client.client_id
            else tr('Set one with "mailbell oauth set {provider} --client-id …".').format(provider=client.id)
        )
        raise CommandFailed(f"{lacks} {how}".strip(), USAGE)
    if arguments.client_secret_stdin:
        client = replace(client, has_secret=True)
        _keep_secret(paths, client)
    known = {other.id: other for other in settings.oauth} | {client.id: client}
    save_settings(paths, replace(settings, oauth=tuple(known.values())), settings)
    notify_running_instance(paths)
    provider = shipped.get(client.id)
    name = client.name or (provider.name if provider else client.id)
    print(tr('You can sign in with "{name}" now.').format(name=name))
    if provider is not None and provider.client_secret and not client.has_secret:
        print(tr("It also needs the client secret: add --client-secret-stdin."))
    return DONE


def list_clients(arguments: argparse.Namespace) -> int:
    """Print who can be signed in with, and for whom a client id is still needed."""
    from tray.desktop.storage.shipped_tables import shipped_oauth_providers
    from tray.mail.settings.oauth_clients import available_providers

    settings = load_settings(paths_of(arguments))
    own = {client.id: client for client in settings.oauth}
    providers = available_providers(shipped_oauth_providers(), settings.oauth)
    if arguments.json:
        records = [
            {
                "id": provider.id,
                "name": provider.name,
                "client_id": own[provider.id].client_id if provider.id in own else None,
                "device": bool(provider.device),
                "register": provider.register or None,
            }
            for provider in providers
        ]
        return print_json({"providers": records})
    for provider in providers:
        if provider.id in own:
            print(f"{provider.id}  {provider.name}  {own[provider.id].client_id}")
        else:
            needs = tr("needs a client id; made at {address}").format(address=provider.register)
            print(f"{provider.id}  {provider.name}  ({needs})")
    return DONE


def remove(arguments: argparse.Namespace) -> int:
    """Forget a client id and its secret; accounts that use it cannot go on without."""
    from tray.mail.model.secret import SecretUnavailable
    from tray.mail.settings.oauth_clients import credential_account, find_client

    paths = paths_of(arguments)
    settings = load_settings(paths)
    client = find_client(settings.oauth, arguments.id)
    if client is None:
        raise CommandFailed(
            tr("There is no client id for \"{provider}\". See 'mailbell oauth list'.").format(
                provider=arguments.id
            ),
            USAGE,
        )
    rest = tuple(other for other in settings.oauth if other.id != client.id)
    save_settings(paths, replace(settings, oauth=rest), settings)
    if client.has_secret:
        try:
            secrets_of(paths).remove(credential_account(client.id))
        except SecretUnavailable as unavailable:
            print(
                tr("Its client secret is still kept: {problem}").format(problem=unavailable.problem.sentence)
            )
    notify_running_instance(paths)
    users = ", ".join(f'"{account.name}"' for account in settings.accounts if account.oauth == client.id)
    print(tr('The client id for "{provider}" is removed.').format(provider=client.id))
    if users:
        print(tr("These accounts cannot sign in without it: {users}.").format(users=users))
    return DONE


def _judge(setting: Setting, value: object) -> None:
    try:
        setting.kind.read(setting.kind.write(value))
    except ValueError:
        raise CommandFailed(
            tr("{setting} must be {expected}.").format(setting=setting.key, expected=setting.kind.expected()),
            USAGE,
        ) from None


def _keep_secret(paths: Paths, client: OAuthClient) -> None:
    from tray.mail.model.secret import SecretUnavailable
    from tray.mail.settings.oauth_clients import credential_account

    try:
        secrets_of(paths).write(credential_account(client.id), from_stdin())
    except SecretUnavailable as unavailable:
        problem = unavailable.problem
        nothing = tr("Nothing was changed.")
        raise CommandFailed(f"{problem.sentence} {problem.advice} {nothing}") from None
