"""Sends one reply by the outgoing server of its account, and puts the copy where sent mails are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tray.app.actions.reply_ports import NotSent

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.app.credentials.secret_store import SecretStore
    from tray.mail.model.account import Account
    from tray.mail.reply.reply import Reply


class Postman:
    """Loads what sending takes with the first reply."""

    def __init__(self, reactor: Any, secret_store: SecretStore) -> None:
        self._reactor = reactor
        self._secret_store = secret_store

    async def send(self, account: Account, reply: Reply, before_mail: Callable[[], None]) -> str:
        """Find the outgoing server and hand the mail over; returns the server, as it stands in settings.

        `before_mail` is called before the mail itself is sent. Raises NotSent.
        """
        from tray.desktop.storage.shipped_tables import shipped_providers
        from tray.mail.presentation.problem_texts.sending import not_found
        from tray.mail.settings.outgoing import submission_account
        from tray.net.smtp.errors import DeliveryUnknown
        from tray.net.smtp.finding import find_outgoing
        from tray.net.smtp.problems import sending_problem
        from tray.net.smtp.submission import submit

        read, server = self._secret_store.read, account
        try:
            outgoing = await find_outgoing(self._reactor, account, shipped_providers(), proxy_secret=read)
            if outgoing is not None:
                server = submission_account(account, outgoing)
                secret = await self._secret_store.login_secret(account)
                await submit(self._reactor, server, secret, reply, before_mail, read)
                return str(outgoing)
        except NotSent:
            raise
        except Exception as error:
            problem = sending_problem(error, server, reply)
            raise NotSent(problem, unknown=isinstance(error, DeliveryUnknown)) from error
        raise NotSent(not_found(account), passing=False)

    async def keep(self, account: Account, reply: Reply) -> bool:
        """Put the copy into the folder of sent mails; False where there is none. Raises NotSent."""
        from tray.net.imap.mailbox.keep_sent import keep_sent
        from tray.net.problems import problem_of

        try:
            secret = await self._secret_store.login_secret(account)
            read = self._secret_store.read
            return await keep_sent(self._reactor, account, secret, reply.mail, reply.message_id, read)
        except Exception as error:
            raise NotSent(problem_of(error, account)) from error
