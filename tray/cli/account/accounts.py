"""``mailbell account list | set | remove | check``; settings are read as strictly as from the file."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tray.cli import reactor as headless
from tray.cli.exit_codes import DONE, USAGE, CommandFailed, failed
from tray.cli.profile import (
    account_named,
    load_settings,
    open_account,
    paths_of,
    require_valid,
    save_account,
    save_settings,
    secrets_of,
)
from tray.cli.running_instance import notify_running_instance
from tray.cli.terminal import from_stdin, print_json, typed
from tray.i18n import tr
from tray.mail.model.account import DEFAULT_PORTS, SecretSource
from tray.mail.model.secret import SecretUnavailable
from tray.mail.settings.fields import ACCOUNT
from tray.mail.settings.proxy import credential_account, with_credential_accounts

if TYPE_CHECKING:
    import argparse
    from collections.abc import Coroutine, Iterable

    from tray.cli.credentials import ProfileCredentials
    from tray.desktop.storage.paths import Paths
    from tray.mail.model.account import Account, AccountId
    from tray.mail.model.secret import Secret
    from tray.mail.model.status import CheckResult, Problem
    from tray.mail.settings.fields import Setting


def list_accounts(arguments: argparse.Namespace) -> int:
    """Print the accounts, in the user's order."""
    accounts = load_settings(paths_of(arguments)).accounts
    if arguments.json:
        return print_json({"accounts": [_record(account) for account in accounts]})
    for account in accounts:
        off = "" if account.enabled else "  " + tr("(off)")
        print(f"{account.name}  {account.email}  {account.host}:{account.port} {account.security.value}{off}")
    if not accounts:
        print(tr("There is no account yet. Add one with 'mailbell account add --email ADDRESS'."))
    return DONE


def remove(arguments: argparse.Namespace) -> int:
    """Remove an account and its secret; no mail is deleted."""
    paths, settings, account = open_account(arguments)
    rest = tuple(other for other in settings.accounts if other.id != account.id)
    save_settings(paths, replace(settings, accounts=rest), settings)
    try:
        for owner in with_credential_accounts([account]):
            secrets_of(paths).remove(owner)
    except SecretUnavailable as unavailable:
        print(tr("Its password is still kept: {problem}").format(problem=unavailable.problem.sentence))
    notify_running_instance(paths)
    print(tr('The account "{account}" is removed. No mail was deleted.').format(account=account.name))
    return DONE


def check(arguments: argparse.Namespace) -> int:
    """Test one account, or all, step by step."""
    paths = paths_of(arguments)
    settings = load_settings(paths)
    several = arguments.name is None and len(settings.accounts) > 1
    chosen = settings.accounts if several else (account_named(settings, arguments.name),)

    if arguments.pin:
        chosen = (replace(account_named(settings, arguments.name), pinned=arguments.pin),)
        require_valid(settings, chosen[0])

    def test(reactor: Any) -> Coroutine[Any, Any, list[Problem | None]]:
        from tray.cli.credentials import ProfileCredentials

        return check_each(ProfileCredentials(reactor, paths, settings), chosen, report=arguments.report)

    for problem in headless.run(test):
        if problem is not None:
            failure = failed(problem)
            raise CommandFailed(f"{failure} {how_to_pin(problem)}".strip(), failure.code)
    if arguments.pin:
        save_account(paths, settings, chosen[0])
        notify_running_instance(paths)
        print(
            tr('"{account}" trusts this certificate, and no other, from now on.').format(
                account=chosen[0].name
            )
        )
    return DONE


def how_to_pin(problem: Problem) -> str:
    """What to add to the command so that the certificate which was just shown is trusted; empty where none was."""
    if problem.certificate is None:
        return ""
    return tr(
        "If the server's administrator confirms this very fingerprint, add --pin {fingerprint} "
        "to trust this certificate and no other."
    ).format(fingerprint=problem.certificate.sha256)


async def check_each(
    credentials: ProfileCredentials, accounts: tuple[Account, ...], *, report: bool = False
) -> list[Problem | None]:
    """Test accounts one after the other, printing each step, or a report; the problem of each, or None.

    None waits for the password command of another.
    """
    problems: dict[AccountId, Problem | None] = {}

    async def check(account: Account) -> None:
        credentials.ask(account)
        if report:
            steps = await _print_report(credentials, account)
        else:
            steps = await _print_steps(credentials, account, alone=len(accounts) == 1)
        problems[account.id] = next((step.problem for step in steps if step.problem is not None), None)

    await credentials.in_turn(accounts, check)
    return [problems[account.id] for account in accounts]


async def _print_steps(
    credentials: ProfileCredentials, account: Account, *, alone: bool
) -> list[CheckResult]:
    from tray.mail.presentation.setup.certificate_texts import facts
    from tray.net.setup.account_check import AccountCheck

    steps: list[CheckResult] = []

    def on_step(step: CheckResult) -> None:
        steps.append(step)
        problem = step.problem
        mark = "!" if step.warning else "✗" if problem else "✓"
        print(f"  {mark} {step.sentence}", flush=True)
        if problem is None:
            return
        if problem.server_text:
            said = tr("The server said: {text}").format(text=problem.server_text)
            print(f"      {said}")
        if problem.advice and not alone:  # else it is said at the end
            print(f"      {problem.advice}")
        if problem.certificate is not None:
            for caption, text in facts(problem.certificate):
                print(f"      {caption}: {text}")

    if not alone:
        print(f"{account.name}:")
    await AccountCheck(credentials.reactor, account, credentials.secret, on_step, credentials.proxy).run()
    return steps


async def _print_report(credentials: ProfileCredentials, account: Account) -> list[CheckResult]:
    from tray.mail.model.secret import recorded
    from tray.mail.presentation.setup.diagnosis import report
    from tray.net.setup.account_check import AccountCheck
    from tray.net.setup.versions import versions

    steps: list[CheckResult] = []
    used: list[Secret] = []

    async def secret(account: Account) -> Secret:
        return recorded(await credentials.secret(account), used)

    async def proxy_secret(account: Account) -> Secret:
        return recorded(await credentials.proxy(account), used)

    await AccountCheck(credentials.reactor, account, secret, steps.append, proxy_secret).run()
    print(report(account, steps, versions(), used), flush=True)
    return steps


def _record(account: Account) -> dict[str, object]:
    return {
        "name": account.name,
        "email": account.email,
        "host": account.host,
        "port": account.port,
        "security": account.security.value,
        "user": account.user,
        "secret": account.secret.value,
        "pinned": account.pinned,
        "mailboxes": list(account.mailboxes),
        "enabled": account.enabled,
    }


_TRUE, _FALSE = {"true", "yes", "on", "1"}, {"false", "no", "off", "0"}
_SECRETS = {"password", "passwort", "pass", "token"}
_SETTINGS = {setting.key: setting for setting in ACCOUNT if setting.key != "id"}


def change(arguments: argparse.Namespace) -> int:
    """Change an account; a running Mailbell uses the change at once."""
    paths, settings, account = open_account(arguments)
    changed = with_settings(account, arguments.settings)
    becomes_file = changed.secret is SecretSource.FILE and account.secret is not SecretSource.FILE
    if becomes_file and arguments.profile is None:
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
                "The password of the proxy is not known yet: type it in the settings window, "
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
    entries: list[object] = json.loads(text)  # which TOML's lists of texts are, as far as anybody types them
    return entries


def _unknown(key: str, *, is_pair: bool) -> str:
    if key.lower() in _SECRETS:
        return tr(
            "A password is no setting and must not stand on a command line. Type it in the settings window, "
            "or give a password_command."
        )
    if not is_pair:
        return tr("{key!r} has no value. Write KEY=VALUE, such as muted=yes.").format(key=key)
    return tr("There is no setting {key!r}. The settings are: {settings}.").format(
        key=key, settings=", ".join(_SETTINGS)
    )
