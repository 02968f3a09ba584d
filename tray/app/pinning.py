"""Shows a certificate that is not trusted, and pins the one that the user trusts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tray.i18n import tr
from tray.mail.host_names import same_host
from tray.mail.status import Connecting, untrusted_certificate

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.app.faces import Faces
    from tray.app.mailroom import Mailroom
    from tray.app.settings_desk import SettingsDesk
    from tray.app.watch import AccountWatch
    from tray.mail.account import AccountId
    from tray.mail.certificate import Certificate


class Pinning:
    """Between an account that meets a certificate it does not trust, and the person who may know it."""

    def __init__(
        self, mailroom: Mailroom, settings: SettingsDesk, faces: Faces, complain: Callable[[str], None]
    ) -> None:
        """Ask on `faces`, keep in `settings`; `complain` tells what could not be done."""
        self._mailroom = mailroom
        self._settings = settings
        self._faces = faces
        self._complain = complain
        self._seen: dict[AccountId, Certificate] = {}

    def status_changed(self, watch: AccountWatch) -> None:
        """Keep what was shown last, for a click that comes just while the server is tried again."""
        certificate = untrusted_certificate(watch.status)
        if certificate is not None:
            self._seen[watch.account.id] = certificate
        elif not isinstance(watch.status, Connecting):
            self._seen.pop(watch.account.id, None)

    def show(self, account_id: AccountId) -> None:
        """Show the certificate that keeps this account from being watched, where one does."""
        watch = self._mailroom.watch(account_id)
        certificate = self._seen.get(account_id)
        if watch is None or certificate is None:
            return

        def answered(trust: bool) -> None:
            if trust:
                self._pin(account_id, certificate)

        self._faces.show_certificate(watch.account, certificate, answered)

    def _pin(self, account_id: AccountId, certificate: Certificate) -> None:
        """Trust what was shown, whatever the server shows by now; the account is connected anew by that."""
        settings = self._settings.current
        accounts = {account.id: account for account in settings.accounts}
        account = accounts.get(account_id)
        if account is None or not same_host(account.host, certificate.host):
            self._complain(tr("The account was changed meanwhile, so the certificate was not taken over."))
            return
        accounts[account_id] = replace(account, pinned=certificate.sha256)
        self._settings.apply(replace(settings, accounts=tuple(accounts.values())), {}, self._done)

    def _done(self, sentence: str | None) -> None:
        if sentence is not None:
            self._complain(sentence)
