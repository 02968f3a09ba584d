"""Makes the pages of the settings when they are first shown; what few people open is imported then, too."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from tray.i18n import in_english, tr
from tray.mail.model.account import Account
from tray.ui.rows.page_view import DescribedPage
from tray.ui.settings.about_page import AboutPage, about
from tray.ui.settings.account_page import AccountPage
from tray.ui.settings.navigation_list import account_of
from tray.ui.settings.pages.notifications import notifications
from tray.ui.settings.pages.quiet_and_privacy import QuietPage, quiet_and_privacy
from tray.ui.settings.pages.start_and_language import start_and_language
from tray.ui.settings.pages.window_and_menu import window_and_menu

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tray.mail.importers.candidates import ForeignAccount
    from tray.mail.model.account import AccountId
    from tray.mail.model.secret import Secret
    from tray.mail.presentation.summary import Summary
    from tray.ui.ports import SettingsServices
    from tray.ui.rows.changes import Changes
    from tray.ui.rows.description import Page
    from tray.ui.rows.page_view import PageView, SubPage
    from tray.ui.settings.search import FoundPage, Place
    from tray.ui.settings.settings_window import SettingsWindow


class PageMaker:
    """Each page is made for the window that shows it."""

    def __init__(self, changes: Changes, services: SettingsServices, window: SettingsWindow) -> None:
        self._changes = changes
        self._services = services
        self._window = window
        self.pages = self._described()
        """The pages about the program, in the order of the list."""

    def _described(self) -> tuple[Page, ...]:
        return (
            notifications(self._services.previews),
            quiet_and_privacy(self._edit_rules, self._show_why),
            window_and_menu(),
            start_and_language(self.import_accounts),
            about(),
        )

    def view(self, key: str) -> PageView:
        """The page of that key: that of an account (`account_key`), or one of `pages`."""
        account_id = account_of(key)
        if account_id is not None:
            account = self._changes.account(account_id)
            assert account is not None
            return AccountPage(account, self._changes, self._services)
        page = next(page for page in self.pages if page.key == key)
        if page.key == "quiet":
            return QuietPage(page, self._changes, self._services.previews)
        return DescribedPage(page, self._changes) if page.sections else AboutPage(self._services)

    def show_summary(self, view: PageView, summary: Summary) -> None:
        """Show the state of the accounts on `view`, where it needs one."""
        if isinstance(view, AccountPage | AboutPage):
            view.show_summary(summary)

    def part(self, account_id: AccountId, part: str) -> SubPage:
        """A part of an account: ``folders``, ``password``, or ``more`` for all of it."""
        account = self._changes.account(account_id)
        assert account is not None
        pending = self._changes.pending_secret(account_id)
        if part == "folders":
            from tray.ui.account.folders_part import FoldersPart

            folders = FoldersPart(account, pending, self._services)
            folders.put.connect(self._changes.put_account)
            return folders
        from tray.mail.settings.proxy import credential_account
        from tray.ui.account.account_form import AccountForm

        password = part == "password"
        form = AccountForm(
            account,
            self._changes.others(account_id),
            self._services,
            new=False,
            title=tr("Password") if password else tr("More settings"),
            back=account.name,
            pending=pending,
            only=("IdentityPage",) if password else (),
        )
        form.put.connect(self._changes.put_account)
        proxy = credential_account(account)
        typed = self._changes.pending_secret(proxy.id) if proxy is not None else None
        if proxy is not None and typed is not None:  # not stored yet: the test uses it
            tell = self._services.type_proxy_password
            tell(proxy.id, typed)
            form.destroyed.connect(partial(_withdraw, tell, proxy.id))
        return form

    def new_account(self, account: Account | None, secret: Secret | None) -> SubPage:
        """All settings of a new account, filled in as in `account`."""
        from tray.ui.account.account_form import AccountForm

        if account is None:
            account = Account(id=self._services.store.new_account_id(), name="", email="", host="", user="")
        form = AccountForm(
            account,
            self._changes.settings.accounts,
            self._services,
            new=True,
            title=tr("New account"),
            back=tr("Settings"),
            pending=secret,
        )
        form.put.connect(self._changes.put_account)
        form.added.connect(partial(self._window.show_account, account.id))
        return form

    def _edit_rules(self) -> None:
        from tray.ui.rules.rules_page import RulesPage

        page = self._page_title("quiet")
        self._window.show_behind(lambda: RulesPage(self._changes, self._services.history, page))

    def _show_why(self) -> None:
        from tray.ui.rules.why_page import WhyPage

        page = self._page_title("quiet")
        self._window.show_behind(lambda: WhyPage(self._services.history, page))

    def _page_title(self, key: str) -> str:
        return next(page.title for page in self.pages if page.key == key)

    def add_account(self) -> None:
        """Open the page for a new account."""
        self._services.add_account()

    def import_accounts(self) -> None:
        """Offer the accounts of other programs."""
        from tray.ui.settings.import_dialog import ImportDialog

        dialog = ImportDialog(self._add_imported, parent=self._window)
        cancel = self._services.others.find_accounts(self._changes.settings.accounts, dialog.show_found)
        dialog.finished.connect(cancel)
        dialog.open()

    def found(self, words: str) -> FoundPage:
        """What a search for `words` finds: those of the user's language, and the English ones."""
        from tray.ui.settings.search import FoundPage, with_words_of

        pages = with_words_of(in_english(self._described), self.pages)
        return FoundPage(words, pages, self._places(), self._changes)

    def _add_imported(self, offers: Sequence[ForeignAccount]) -> None:
        from tray.mail.importers.candidates import imported_accounts

        accounts = self._changes.settings.accounts
        self._changes.add_accounts(imported_accounts(offers, accounts, self._services.store.new_account_id))

    def _places(self) -> list[Place]:
        """The parts of each account that a search leads to."""
        from tray.ui.settings.search import Place

        return [
            Place(
                account.name,
                label,
                f"{synonyms}\n{english[0]}\n{english[1]}",
                partial(self._window.show_part, account.id, part, field),
            )
            for account in self._changes.settings.accounts
            for (label, synonyms, part, field), english in zip(
                _account_places(), in_english(_account_places), strict=True
            )
        ]


def _withdraw(tell: Callable[[AccountId, Secret | None], None], key: AccountId, *_destroyed: object) -> None:
    tell(key, None)


def _account_places() -> tuple[tuple[str, str, str, str], ...]:
    """Label, synonyms, part and field of what the pages of an account have."""
    return (
        (tr("Name, colour"), tr("rename, title"), "", ""),
        (tr("Password"), tr("log in, sign in, OAuth, keyring, command, token"), "password", "password"),
        (tr("Folders"), tr("mailbox, inbox, watch, subscribe"), "folders", ""),
        (tr("Notifications"), tr("mute, silent, announce"), "", ""),
        (tr("A click on a mail opens"), tr("webmail, browser, program, command"), "more", "webmail"),
        (tr("Server"), tr("host, port, TLS, STARTTLS, encryption, certificate, IMAP"), "more", "host"),
        (tr("Network"), tr("proxy, Tor, SOCKS, client certificate"), "more", "proxy"),
        (tr("Sound and quiet hours of its own"), tr("bell, night, weekend"), "more", "sound"),
    )
