"""The first page: an address and a password, one button, and the same window changes until mail is watched."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PyQt5.QtCore import Qt

from tray.i18n import tr
from tray.mail.importers.candidates import imported_accounts
from tray.mail.model.account import Login, SecretSource
from tray.mail.model.secret import Secret
from tray.mail.presentation.problem_texts.first_page import (
    Failure,
    Remedy,
    no_address,
    no_client_id,
    no_imap,
    no_settings,
    not_signed_in,
)
from tray.mail.setup.discovery import Candidate, NoImap, domain_of
from tray.ui.first_page.done_page import imported_text, watched_text
from tray.ui.first_page.first_page_view import FirstPageView, State
from tray.ui.first_page.set_up import SetUp
from tray.ui.widgets.labelled_field import Tone
from tray.ui.widgets.standalone import come_forward, show_until_closed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tray.mail.importers.candidates import ForeignAccount, ImportResult
    from tray.mail.model.account import Account, AccountId
    from tray.mail.model.certificate import Certificate
    from tray.mail.model.status import Problem
    from tray.mail.presentation.summary import Summary
    from tray.mail.settings.oauth_clients import OAuthProvider
    from tray.mail.settings.settings import Settings
    from tray.ui.ports import FirstPageCommands, SettingsServices


class FirstPage(FirstPageView):
    """Nothing is saved before an account was tested; Esc stops what is under way, then closes."""

    def __init__(self, settings: Settings, services: SettingsServices, commands: FirstPageCommands) -> None:
        super().__init__(services)
        self._settings = settings
        self.is_first = not settings.accounts
        self._commands = commands
        self._signing: tuple[Account, Candidate] | None = None
        self._added: Account | None = None
        """The account whose newest message is told."""
        self.set_up = SetUp(services, commands, self)
        self.setAttribute(Qt.WA_DeleteOnClose)
        self._cancel_search: Callable[[], None] = lambda: None
        self._connect()
        self.show_form()
        self._search_offers()
        self.form.address.edit.setFocus()

    def show_summary(self, summary: Summary) -> None:
        """Show the newest message of the account that was added, as soon as its mailbox was read."""
        if self.state is not State.DONE or self._added is None:
            return
        account = self._added
        of_account = next((each for each in summary.accounts if each.id == account.id), None)
        self.say(tr("You are all set"), watched_text(account, of_account))
        self.ending.show_folders(self._commands.watched_folders(account.id) or account.mailboxes)
        self.fit()

    def network_is_back(self) -> None:
        """Go on, where there was no network."""
        if self.state is State.FORM and self.failure is not None and self.failure.offline:
            self._press()

    def has_unsaved(self) -> bool:
        """Whether something was typed that is not watched yet."""
        typed = self.form.email() or self.form.password.edit.text()
        return self.state is not State.DONE and bool(typed)

    def reject(self) -> None:
        """Stop what is under way, else close without a question: what was typed is soon typed again."""
        if self.state in {State.TESTING, State.SIGNING_IN}:
            self._stop()
        else:
            self.done(self.Rejected)

    def done(self, result: int) -> None:
        """End everything, and wipe the password."""
        self.set_up.stop()
        self.sign_in.stop()
        self._cancel_search()
        super().done(result)
        self.form.password.edit.clear()

    def _connect(self) -> None:
        self.button.clicked.connect(self._press)
        self.retry.connect(self._press)
        self.stop.clicked.connect(self._stop)
        self.left.clicked.connect(self._press_left)
        self.form.edited.connect(self._edited)
        self.form.address_changed.connect(self.follow_address)
        self.form.remedy.connect(self._mend)
        self.form.page_wanted.connect(self._open_page)
        self.bar.followed.connect(self._mend_last)
        self.note.followed.connect(self._mend_last)
        self.offers.card.pressed.connect(self._take_offer)
        self.sign_in.ended.connect(self._signed_in)
        self.sign_in.grew.connect(self.fit)
        self.set_up.server_found.connect(self.progress.server_found)
        self.set_up.stepped.connect(self.progress.take)
        self.set_up.sign_in_wanted.connect(self._want_sign_in)
        self.set_up.failed.connect(self.show_failure)
        self.set_up.works.connect(self._save)
        self.ending.change_folders.connect(self._change_folders)
        self.ending.send_again.connect(self._send_test)
        self.ending.how_to_get_a_tray.connect(self._commands.show_window)
        self.ending.start_at_login.connect(self._set_start_at_login)

    def _edited(self) -> None:
        """What was said of a failure is not true any more."""
        if self.state is State.FORM and self.failure is not None:
            self.progress.clear()
            self.show_form()

    # The buttons

    def _press(self) -> None:
        """Do what the state allows; too early, go to the field that is missing."""
        if self.state is State.DONE:
            self.accept()
            return
        form, draft = self.form, self.form.draft()
        if not draft.email:
            form.address.edit.setFocus(Qt.OtherFocusReason)
        elif not domain_of(draft.email):
            self.progress.clear()
            self.show_failure(no_address())
        elif isinstance(form.found, NoImap):
            self.progress.clear()
            self.show_failure(no_imap(form.found))
        elif self.provider is not None:
            self._sign_in(self.provider)
        elif draft.secret is None:
            form.password.edit.setFocus(Qt.OtherFocusReason)
        else:
            self.show_test()
            self.set_up.start(draft, self._settings.accounts)

    def _press_left(self) -> None:
        if self.state is not State.DONE:
            if self.state is not State.FORM:
                self._stop()
            self._more_settings()
            return
        self.form.reset()
        self.progress.clear()
        self.show_form()
        self.form.address.edit.setFocus(Qt.OtherFocusReason)

    def _stop(self) -> None:
        """Back to the form, with all that was typed."""
        self.set_up.stop()
        self.sign_in.stop()
        self.progress.clear()
        self.show_form()
        (self.button if self.provider is not None else self.form.password.edit).setFocus(Qt.OtherFocusReason)

    # Signing in

    def _sign_in(self, provider: OAuthProvider) -> None:
        found = self.form.found
        assert isinstance(found, Candidate)
        self.progress.clear()
        if not self._services.sign_in.ready(provider.id):
            self.show_failure(no_client_id(provider.name))
            return
        account = self.set_up.account_for(found, self.form.email(), self._settings.accounts)
        account = replace(account, secret=SecretSource.OAUTH, oauth=provider.id, login=Login.TOKEN)
        self._signing = account, found
        self.enter(State.SIGNING_IN)
        self.sign_in.start(account, provider)
        self.stop.setFocus(Qt.OtherFocusReason)

    def _signed_in(self, outcome: Secret | Problem) -> None:
        assert self._signing is not None
        account, found = self._signing
        if isinstance(outcome, Secret):
            self.show_test()
            self.set_up.test(account, outcome, found.provider, self._settings.accounts)
        else:
            self.show_failure(not_signed_in(outcome, self.provider.name if self.provider is not None else ""))
        come_forward(self)  # from behind the browser

    def _want_sign_in(self, found: Candidate) -> None:
        """The search has found a server that takes no password, whatever the address says."""
        self.form.show_sign_in(found)
        self.progress.clear()
        self.show_form()
        self.button.setFocus(Qt.OtherFocusReason)

    # The end

    def _save(self, account: Account, secret: Secret | None) -> None:
        if self._keep((account,), {} if secret is None else {account.id: secret}):
            self._added = account
            self.ending.show_folders(account.mailboxes)
            self._say_end(watched_text(account, None))
            self._commands.draw()

    def _import(self, offers: Sequence[ForeignAccount]) -> None:
        accounts = imported_accounts(offers, self._settings.accounts, self._services.store.new_account_id)
        if self._keep(accounts, {}):
            self._added = None
            self._say_end(imported_text(accounts))

    def _say_end(self, sentence: str) -> None:
        self.say(tr("You are all set"), sentence)
        if not self.button.accessibleDescription():  # else it says what went wrong
            self.button.setAccessibleDescription(f"{self.headline.text()}. {sentence}")
        self.fit()

    def _keep(self, accounts: Sequence[Account], secrets: dict[AccountId, Secret]) -> bool:
        """Save these accounts, and show the end; whether they were saved."""
        first = not self._settings.accounts
        failures: list[str | None] = []

        def applied(failure: str | None) -> None:
            failures.append(failure)
            if self.state is State.DONE:
                self._show_not_kept(failure)

        wanted = replace(
            self._settings,
            accounts=(*self._settings.accounts, *accounts),
            start_at_login=first or self._settings.start_at_login,
        )
        if not self._services.store.apply(wanted, secrets, applied):
            self.show_failure(no_settings(" ".join(filter(None, failures))))
            return False
        self._settings = wanted
        self.is_first = False
        self.form.password.edit.clear()
        self.enter(State.DONE)
        self.ending.begin(has_tray=self._commands.has_tray(), first=first)
        self._send_test()
        self.button.setFocus(Qt.OtherFocusReason)
        for failure in failures:
            self._show_not_kept(failure)
        return True

    def _send_test(self) -> None:
        self._services.previews.send_test_notification()
        self._services.previews.ask_do_not_disturb(self._show_test_card)

    def _show_test_card(self, held_back: bool) -> None:
        if self.state is State.DONE:
            self.ending.show_test(held_back=held_back)
            self.fit()

    def _show_not_kept(self, failure: str | None) -> None:
        """The accounts are saved; say what was not kept: a password, or the start at log-in."""
        if failure is not None:
            self.ending.show_note(failure)
            self.ending.starts.setChecked(self._services.store.starts_at_login())
            self.fit()

    def _set_start_at_login(self, wanted: bool) -> None:
        self._settings = replace(self._settings, start_at_login=wanted)
        self.ending.show_note("")
        self._services.store.apply(self._settings, {}, self._show_not_kept)

    def _change_folders(self) -> None:
        if self._added is not None:
            self._commands.choose_folders(self._added.id)

    # Other ways

    def _search_offers(self) -> None:
        def found(result: ImportResult) -> None:
            self.offers.found = result
            self.follow_address()

        self._cancel_search = self._services.others.find_accounts(self._settings.accounts, found)

    def _take_offer(self) -> None:
        offer = self.offers.fitting
        if offer is None:
            from tray.ui.settings.import_dialog import ImportDialog

            dialog = ImportDialog(self._import, parent=self)
            dialog.show_found(self.offers.found)
            show_until_closed(dialog)
            return
        accounts = self._settings.accounts
        (account,) = imported_accounts((offer,), accounts, self._services.store.new_account_id)
        self.show_test()
        self.set_up.test(account, None, None, accounts)

    def _more_settings(self) -> None:
        """Go on in the settings, with what was typed."""
        draft = self.form.draft()
        typed = self.set_up.typed_account(draft, self.form.found, self._settings.accounts)
        self.done(self.Rejected)
        self._commands.more_settings(typed, draft.secret)

    def _mend_last(self) -> None:
        if self.failure is not None:
            self._mend(self.failure)

    def _mend(self, failure: Failure) -> None:
        """Do what the link beneath the sentence promises."""
        match failure.remedy:
            case Remedy.USER_NAME:
                self.progress.clear()
                self.show_form()
                self.form.show_user()
                self.fit()
            case Remedy.PAGE:
                self._open_page(failure.url)
            case Remedy.CERTIFICATE if failure.certificate is not None:
                self._show_certificate(failure.certificate)
            case Remedy.MORE_SETTINGS:
                self._more_settings()
            case Remedy.ASK_DATABASE:
                self.show_test()
                self.set_up.start(self.form.draft(ask_database=True), self._settings.accounts)
            case Remedy.TRY_NOW:
                self._press()

    def _show_certificate(self, certificate: Certificate) -> None:
        from tray.ui.dialogs.certificate_dialog import CertificateDialog

        def answered(trust: bool) -> None:
            if trust:
                self.form.pin(certificate.sha256)
                self._press()

        show_until_closed(CertificateDialog(self.form.email(), certificate, answered, self))

    def _open_page(self, url: str) -> None:
        def failed() -> None:
            self.note.show_text(
                Tone.BAD, tr("No browser could be started. Open {url} by hand.").format(url=url)
            )
            self.fit()

        self._services.sign_in.open_page(url, failed)
