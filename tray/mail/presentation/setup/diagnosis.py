"""A report of an account's test that can be sent to others: in English, without secrets, with shortened names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

from tray.mail.model.secret_filter import SecretFilter
from tray.mail.model.status import CheckStep, problem_in, state_name
from tray.mail.presentation.setup.certificate_texts import facts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from tray.mail.model.account import Account, AccountId
    from tray.mail.model.secret import Secret
    from tray.mail.model.status import CheckResult, Status

TEXT_LIMIT = 400
"""Characters of a text of the server."""
LEFT_OUT = "(left out: it holds something that is secret)"
_ADDRESS = r"[^\s@<>\"'(),;:]+@[^\s@<>\"'(),;:]+"
_SHORT = 3
"""Names with fewer letters are shortened only as whole words, because they are parts of too many words."""
_INPUT_LIMIT = 4 * TEXT_LIMIT
_PROXIES = {"socks5", "socks5h", "http", "tor"}


def report(
    account: Account,
    results: Sequence[CheckResult],
    versions: Mapping[str, str],
    secrets: Iterable[Secret] = (),
) -> str:
    """The account, the steps of the test and their results, as text for support.

    `versions` are those of the program, the system and its libraries. A text with one of `secrets` in it is left out;
    addresses and user names are shortened everywhere.
    """
    clean = Cleaner(account, secrets)
    lines = ["Mailbell: report of an account's test", "No password is in it; names are shortened.", ""]
    lines += [f"{name}: {clean(version)}" for name, version in versions.items()]
    lines += ["", "Account", *(f"  {name}: {value}" for name, value in _settings(account, clean))]
    lines += ["", "Test", *_steps(results, clean)]
    return "\n".join(lines) + "\n"


def program_report(
    accounts: Iterable[Account], statuses: Mapping[AccountId, Status], versions: Mapping[str, str]
) -> str:
    """All `accounts` with their present state, as text for support; see `report`."""
    lines = ["Mailbell: report", "No password is in it; names are shortened.", ""]
    lines += [f"{name}: {version}" for name, version in versions.items()]
    for number, account in enumerate(accounts, 1):
        clean = Cleaner(account)
        lines += [
            "",
            f"Account {number}",
            *(f"  {name}: {value}" for name, value in _settings(account, clean)),
        ]
        status = statuses.get(account.id)
        if status is not None:
            lines.append(f"  state: {state_name(status)}")
        problem = problem_in(status) if status is not None else None
        if problem is not None:
            lines.append(f"  problem: {problem.kind.value}: {clean(problem.sentence)}")
            if problem.server_text:
                lines.append(f"  the server said: {clean(problem.server_text)}")
    return "\n".join(lines) + "\n"


class Cleaner:
    """Removes secrets and shortens names in a text."""

    def __init__(self, account: Account, secrets: Iterable[Secret] = ()) -> None:
        user_info = account.proxy.partition("://")[2].rpartition("@")[0]
        proxy_user, _, proxy_password = user_info.partition(":")
        whole = [account.password_command.strip(), proxy_password, *(secret.reveal() for secret in secrets)]
        whole += [" ".join(text.split()) for text in whole]
        self._secrets = SecretFilter(whole, (account.user, account.email, account.host))
        users = {account.user, account.email, unquote(proxy_user)}
        names = users | {name.rpartition("@")[0] for name in users}
        ordered = sorted((name for name in names if name), key=len, reverse=True)
        self._names = re.compile("|".join([*map(_pattern, ordered), r"(?!)"]), re.IGNORECASE)
        self._private = re.compile("|".join([*map(_pattern, ordered), _ADDRESS]), re.IGNORECASE)
        self._files = tuple(
            path for path in (account.ca_file, account.client_certificate, account.client_key) if path
        )

    def __call__(self, text: str) -> str:
        """`text` on one line, truncated, without addresses and names; `LEFT_OUT` where it has a secret."""
        if self._secrets.repeats_secret(text):
            return LEFT_OUT
        line = " ".join("".join(char if char.isprintable() else " " for char in text).split())
        if len(line) > _INPUT_LIMIT:
            line = line[:_INPUT_LIMIT].rpartition(" ")[0] or line[:_INPUT_LIMIT]
        text = line
        for path in self._files:
            text = text.replace(path, "(file)")
        text = self._private.sub(lambda match: self._shortened(match[0]), text)
        return text if len(text) <= TEXT_LIMIT else text[: TEXT_LIMIT - 1] + "…"

    def _shortened(self, name: str) -> str:
        local, at, domain = name.partition("@")
        return f"{local[:1]}…{at}{self._names.sub(lambda match: f'{match[0][:1]}…', domain)}"


def _pattern(name: str) -> str:
    return rf"(?<!\w){re.escape(name)}(?!\w)" if len(name) < _SHORT else re.escape(name)


def _settings(account: Account, clean: Cleaner) -> Iterator[tuple[str, str]]:
    yield "address", clean(account.email) or "none"
    yield "user name", clean(account.user) or "none"
    yield "server", clean(account.host) or "none"
    yield "port", str(account.port)
    yield "security", account.security.value
    yield "log-in", account.login.value
    yield "secret", account.secret.value
    if account.oauth:
        yield "sign-in with", clean(account.oauth)
    yield "proxy", _proxy(account.proxy)
    for name, value in (
        ("own authority", account.ca_file),
        ("pinned certificate", account.pinned),
        ("client certificate", account.client_certificate),
        ("switched on", account.enabled),
    ):
        yield name, "yes" if value else "no"
    yield "folders", str(len(account.mailboxes))


def _proxy(proxy: str) -> str:
    if not proxy:
        return "no"
    kind = re.split("[:/]", proxy.lower(), maxsplit=1)[0]
    return kind if kind in _PROXIES else "yes"


def _steps(results: Sequence[CheckResult], clean: Cleaner) -> Iterator[str]:
    for result in results:
        problem = result.problem
        outcome = "FAILED" if problem else "worked, but" if result.warning else "worked"
        yield f"  {result.step.value}: {outcome}: {clean(result.sentence)}"
        if problem is not None:
            yield f"    kind: {problem.kind.value}"
            if problem.sentence != result.sentence:
                yield f"    {clean(problem.sentence)}"
            if problem.advice:
                yield f"    advice: {clean(problem.advice)}"
            if problem.server_text:
                yield f"    the server said: {clean(problem.server_text)}"
            if problem.certificate is not None:
                for caption, text in facts(problem.certificate):
                    yield f"    {clean(caption)}: {clean(text)}"
        for caption, text in result.facts:
            yield f"    {caption}: {clean(text)}"
    tried = {result.step for result in results}
    untried = [step.value for step in CheckStep if step not in tried]
    if untried:
        yield f"  not tried: {', '.join(untried)}"
