"""``mailbell account set NAME KEY=VALUE…``: settings of an account, as strict as the file."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tray.cli.exit_codes import DONE, USAGE, CommandFailed
from tray.cli.profile import open_account, require_valid, save_account, secrets_of
from tray.cli.running_instance import notify_running_instance
from tray.i18n import tr
from tray.mail.model.account import DEFAULT_PORTS, SecretSource
from tray.mail.settings.fields import ACCOUNT
from tray.mail.settings.proxy import credential_account, with_credential_accounts

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable

    from tray.desktop.storage.paths import Paths
    from tray.mail.model.account import Account, AccountId
    from tray.mail.model.secret import Secret
    from tray.mail.settings.fields import Setting

_TRUE, _FALSE = {"true", "yes", "on", "1"}, {"false", "no", "off", "0"}
_SECRETS = {"password", "passwort", "pass", "token"}
_SETTINGS = {setting.key: setting for setting in ACCOUNT if setting.key != "id"}


def run(arguments: argparse.Namespace) -> int:
    """Change an account; a running Mailbell takes it over at once."""
    paths, settings, account = open_account(arguments)
    changed = with_settings(account, arguments.settings)
    if changed.secret is SecretSource.FILE is not account.secret and arguments.profile is None:
        raise CommandFailed(
            tr(
                "secret=insecure-file keeps a password readable on the disk, so it needs a profile of its own: "
                "add --profile DIR."
            ),
            USAGE,
        )
    require_valid(settings, changed, tr("Nothing was changed."))
    if changed == account and not arguments.proxy_password_stdin:
        print(tr('The account "{account}" is like that already.').format(account=account.name))
        return DONE
    asked = _proxy_password(account, changed, arguments)
    save_account(paths, settings, changed)
    _keep_proxy_password(paths, account, changed, asked)
    notify_running_instance(paths)
    print(tr('The account "{account}" is changed.').format(account=changed.name))
    return DONE


def _proxy_password(before: Account, after: Account, arguments: argparse.Namespace) -> Secret | None:
    """What was given for the proxy of `after`; None where nothing was, or nothing is wanted."""
    from tray.cli.terminal import from_stdin, typed

    kept = credential_account(after)
    if arguments.proxy_password_stdin:
        if kept is None:
            raise CommandFailed(tr("This proxy needs no password: it has no user name."), USAGE)
        return from_stdin()
    if kept is None or kept.id in _keys(before) or not sys.stdin.isatty():
        return None
    return typed(kept.name)


def _keep_proxy_password(paths: Paths, before: Account, after: Account, given: Secret | None) -> None:
    """Keep what was given; forget that of a proxy which is the account's no more."""
    from tray.mail.model.secret import SecretUnavailable

    secrets, kept, old = secrets_of(paths), credential_account(after), credential_account(before)
    try:
        if kept is not None and given is not None:
            secrets.write(kept, given)
        if old is not None and old.id not in _keys(after):
            secrets.remove(old)
    except SecretUnavailable as unavailable:
        problem = unavailable.problem
        print(
            tr("The password of the proxy is kept as it was: {problem}").format(problem=problem.sentence),
            problem.advice,
        )
    if kept is not None and given is None and kept.id not in _keys(before):
        print(
            tr(
                "The password of the proxy is not known yet: type it in the settings dialog, "
                "or repeat this with --proxy-password-stdin."
            )
        )


def _keys(account: Account) -> set[AccountId]:
    return {owner.id for owner in with_credential_accounts([account])}


def with_settings(account: Account, words: Iterable[str]) -> Account:
    """`account` with what ``KEY=VALUE`` of each word says; raises `CommandFailed` for one that cannot be."""
    values: dict[str, Any] = {}
    for word in words:
        key, equals, text = word.partition("=")
        key = key.strip().replace("-", "_")
        setting = _SETTINGS.get(key)
        if setting is None or not equals:
            raise CommandFailed(_unknown(key, is_pair=bool(equals)), USAGE)
        values[key] = _value(setting, text, getattr(account, key))
    changed = replace(account, **values)
    if "port" not in values and account.port == DEFAULT_PORTS[account.security]:
        changed = replace(changed, port=DEFAULT_PORTS[changed.security])
    return changed


def _value(setting: Setting, text: str, before: object) -> object:
    try:
        return setting.kind.read(_typed(text, before))
    except ValueError:
        sentence = (
            tr("{key} must be {expected}.")
            if setting.private
            else tr("{key} must be {expected}, not {text!r}.")
        )
        raise CommandFailed(
            sentence.format(key=setting.key, expected=setting.kind.expected(), text=text), USAGE
        ) from None


def _typed(text: str, like: object) -> object:
    """What was typed as the settings file would have it, which knows lists, numbers and truth values."""
    word = text.strip()
    if isinstance(like, bool):
        if word.lower() in _TRUE | _FALSE:
            return word.lower() in _TRUE
        return word
    if isinstance(like, int):
        return int(word) if word.isascii() and word.isdigit() else word
    if isinstance(like, tuple):
        return _list(word)
    return word


def _list(text: str) -> list[object]:
    """Entries with semicolons between them, for days and folders may have commas; or a list as in the settings file."""
    if not text.startswith("["):
        return [entry.strip() for entry in text.split(";") if entry.strip()]
    import json

    entries: list[object] = json.loads(text)  # which TOML's lists of texts are, as far as anybody types them
    return entries


def _unknown(key: str, *, is_pair: bool) -> str:
    if key.lower() in _SECRETS:
        return tr(
            "A password is no setting and must not stand on a command line. Type it in the settings dialog, "
            "or give a password_command."
        )
    if not is_pair:
        return tr("{key!r} has no value. Write KEY=VALUE, such as muted=yes.").format(key=key)
    return tr("There is no setting {key!r}. The settings are: {settings}.").format(
        key=key, settings=", ".join(_SETTINGS)
    )
