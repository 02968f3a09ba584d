"""Takes secrets out of a report, and replaces what names its user: addresses, names, servers, folders, the home."""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from tray.mail.model.secret_filter import SecretFilter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from tray.mail.model.account import Account
    from tray.mail.model.secret import Secret

LEFT_OUT = "(left out: it holds something that is secret)"
_SHORT = 3
"""Letters of a name that is too short to be replaced within words, or alone: it is a part of too many texts."""
_ADDRESS = re.compile(r"[^\s@<>\"'(),;:/]+@[\w.-]+\w")
_IP = re.compile(r"(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-fA-F]*:[0-9a-fA-F:.]+)(?![\w:])")
_PUBLIC_USERS = {"root", "user", "mail", "nobody"}


class Anonymous:
    """Cleans one text after the other; what stood for a name once stands for it in all of them."""

    def __init__(
        self,
        accounts: Sequence[Account] = (),
        *,
        secrets: Iterable[Secret] = (),
        is_public: Callable[[str], bool] = lambda _name: False,
        home: str = "",
        user: str = "",
        computer: str = "",
        keep_names: bool = False,
    ) -> None:
        """`is_public` says of a host or a domain that it names nobody, such as that of a large provider.

        `home` is a path, `user` the log-in name, `computer` the name of the host. With `keep_names` only secrets go.
        """
        named = [name for account in accounts for name in (account.user, account.email, account.host)]
        whole = [account.password_command.strip() for account in accounts]
        whole += [urlsplit_password(account.proxy) for account in accounts]
        self._secrets = SecretFilter([*filter(None, whole), *secrets], named)
        self._is_public = is_public
        self._replacements: list[tuple[re.Pattern[str], str]] = []
        self._keep_names = keep_names
        words: dict[str, str] = {}
        for name, instead in self._of_accounts(accounts):
            words.setdefault(name, instead)
        if user not in _PUBLIC_USERS and len(user) >= _SHORT:
            words.setdefault(user, "USER")
        if len(computer) >= _SHORT and computer != "localhost":
            words.setdefault(computer, "COMPUTER")
        if len(home) > 1:
            self._replacements.append((re.compile(re.escape(home) + r"(?![\w.-])"), "~"))
        for word in sorted(filter(None, words), key=len, reverse=True):
            self._replacements.append((_pattern(word), words[word]))

    def __call__(self, text: str) -> str:
        """`text` on one line, cleaned; `LEFT_OUT` where it repeats a secret."""
        line = " ".join("".join(char if char.isprintable() else " " for char in text).split())
        if self._secrets.repeats_secret(line):
            return LEFT_OUT
        if self._keep_names:
            return line
        for pattern, instead in self._replacements:
            line = pattern.sub(instead, line)
        line = _ADDRESS.sub("ADDRESS", line)
        return _IP.sub(lambda match: _shown(match[0]), line)

    def _of_accounts(self, accounts: Sequence[Account]) -> Iterator[tuple[str, str]]:
        for number, account in enumerate(accounts, 1):
            for address in (account.email, account.user):
                local, _, domain = address.partition("@")
                if len(local) >= _SHORT:
                    yield local, f"USER-{number}"
                yield from self._host(domain, f"DOMAIN-{number}")
                yield address, f"ADDRESS-{number}" if domain else f"USER-{number}"
            yield from self._host(account.host, f"SERVER-{number}")
            proxy = urlsplit_host(account.proxy)
            yield from self._host(proxy, f"PROXY-{number}")
            if len(account.name) >= _SHORT:
                yield account.name, f"ACCOUNT-{number}"
            for folder in account.mailboxes:
                if folder.upper() != "INBOX":
                    yield folder, f"FOLDER-{number}"

    def _host(self, host: str, instead: str) -> Iterator[tuple[str, str]]:
        """The host, and the domain that it belongs to where that has more than one part."""
        if not host or self._is_public(host.lower()) or host in {"localhost", "127.0.0.1", "::1"}:
            return
        yield host, instead
        parent = host.partition(".")[2]
        if "." in parent and not _is_ip(host) and not self._is_public(parent.lower()):
            yield parent, instead


def _pattern(word: str) -> re.Pattern[str]:
    """`word` as a whole word, also as the end of a longer host name."""
    labels = r"(?:[\w-]+\.)*" if "." in word and " " not in word else ""
    return re.compile(rf"(?<![\w@])(?<!\w[.-]){labels}{re.escape(word)}(?!\w)", re.IGNORECASE)


def _is_ip(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _shown(text: str) -> str:
    """An address without what names a network; this computer's own stays."""
    try:
        address = ipaddress.ip_address(text.rstrip(".:"))
    except ValueError:
        return text
    ending = text[len(text.rstrip(".:")) :]
    return text if address.is_loopback else f"IP-ADDRESS{ending}"


def urlsplit_password(url: str) -> str:
    """The password in a proxy's address, if any."""
    try:
        return unquote(urlsplit(url).password or "")
    except ValueError:
        return ""


def urlsplit_host(url: str) -> str:
    """The host in a proxy's address, if any."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
