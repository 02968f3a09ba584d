"""Problems of proxies; a module of its own, imported only for accounts with a proxy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.mail.presentation.problem_texts import proxy as texts
from tray.mail.settings.proxy import BadProxy, parse
from tray.net.errors import ProxyFailed

if TYPE_CHECKING:
    from tray.mail.model.account import Account
    from tray.mail.model.status import Problem


def proxy_problem(error: BaseException, account: Account) -> Problem | None:
    """The problem of a proxy, None for another error."""
    if isinstance(error, BadProxy):
        return texts.unusable(error)
    if not isinstance(error, ProxyFailed):
        return None
    proxy = parse(account.proxy)
    if proxy is None:  # pragma: no cover -- the setting was removed meanwhile
        return None
    host, port = (error.server, None) if error.server else (account.host, account.port)
    return texts.failed(error.fault, proxy, host, port, error.text)
