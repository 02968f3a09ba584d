"""Connections that a proxy did not make."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.mail.presentation.problem_texts import proxy as texts
from tray.mail.settings.proxy import BadProxy, parse
from tray.net.errors import ProxyFailed

if TYPE_CHECKING:
    from tray.mail.model.account import Account
    from tray.mail.model.status import Problem


def proxy_problem(error: BaseException, account: Account) -> Problem | None:
    """The problem where `error` is a proxy's, else None."""
    if isinstance(error, BadProxy):
        return texts.unusable(error)
    if not isinstance(error, ProxyFailed):
        return None
    proxy = parse(account.proxy)
    if proxy is None:  # pragma: no cover -- the account has lost it while the connection was made
        return None
    host, port = (error.server, None) if error.server else (account.host, account.port)
    return texts.failed(error.fault, proxy, host, port, error.text)
