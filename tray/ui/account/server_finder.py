"""Looks for the server of a new account while its user goes on to the next field."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PyQt5.QtCore import QObject, pyqtSignal

from tray.i18n import tr
from tray.mail.presentation.setup.discovery_texts import (
    advice,
    confirm_sentence,
    found_sentence,
    no_network_sentence,
    source_name,
)
from tray.mail.settings.checks import guess_account
from tray.mail.setup.discovery import Attempt, Candidate, NoImap, NoNetwork, State, applied, domain_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from tray.mail.model.account import Account
    from tray.mail.setup.discovery import DiscoveryResult
    from tray.ui.account.pages.identity import IdentityPage
    from tray.ui.account.pages.server import ServerPage
    from tray.ui.ports import RunningSearch, ServerSearch


class ServerFinder(QObject):
    """Fills the pages with what is found, and shows from where; typing a server by hand ends it."""

    ended = pyqtSignal(bool)
    """A search came to its end: whether a server was filled in."""

    def __init__(
        self,
        identity: IdentityPage,
        server: ServerPage,
        servers: ServerSearch,
        draft: Callable[[], Account],
        suggest: Callable[[Account], None],
        taken: Collection[str],
    ) -> None:
        """`suggest` fills an account into all pages, except what the user has typed there.

        `taken` are the names of other accounts.
        """
        super().__init__(identity)
        self._identity = identity
        self._server = server
        self._servers = servers
        self._draft = draft
        self._suggest = suggest
        self._taken = taken
        self._last: RunningSearch | None = None
        """The last search."""
        self.searching = False
        self._asked = ""
        """The address of the last search."""
        self._on_action: Callable[[], None] = self.stop
        if identity.new:
            identity.email.editingFinished.connect(self._search)
            identity.email.textEdited.connect(self._guess)
        server.typed.connect(self.stop)
        identity.found.clicked.connect(self._run_action)

    def stop(self) -> None:
        """End the search, if one is under way, and clear the line about it."""
        if self.searching and self._last is not None:
            self.searching = False
            self._last.cancel()
            self._show_text("")

    def _guess(self, address: str) -> None:
        """Replace what was found for the address before by a guess for this one."""
        self.stop()
        self._asked = ""
        self._show_text("")
        self._identity.advice.show_advice("", "")
        has_domain = bool(address.strip().partition("@")[2])
        guess = guess_account(
            address if has_domain else "", self._draft().id, self._taken if has_domain else ()
        )
        self._suggest(replace(guess, user=address.strip()))

    def _search(self) -> None:
        email = self._identity.email.text().strip()
        # The search would not go through the account's proxy, and a user who has set one knows the server.
        has_proxy = bool(self._draft().proxy)
        if self._server.wants_server and not has_proxy and domain_of(email) and email != self._asked:
            self._asked = email
            self._start(ask_thunderbird=False)

    def _start(self, *, ask_thunderbird: bool) -> None:
        self.stop()
        self.searching = True
        domain = domain_of(self._asked)

        def attempted(attempt: Attempt) -> None:
            if attempt.state is State.ASKING:
                asking = tr("Asking: {source}…").format(source=source_name(attempt.source, domain))
                self._show_text(asking, tr("Skip"), self._skip)

        def done(found: DiscoveryResult | NoNetwork | None) -> None:
            self.searching = False
            self._show(found, domain, asked_thunderbird=ask_thunderbird)
            self.ended.emit(isinstance(found, Candidate) and not found.to_confirm)

        self._last = self._servers.discover(self._asked, ask_thunderbird, attempted, done)

    def _skip(self) -> None:
        if self.searching and self._last is not None:
            self._last.skip()

    def _show(
        self, found: DiscoveryResult | NoNetwork | None, domain: str, *, asked_thunderbird: bool
    ) -> None:
        if found is None:
            sentence = tr("No server was found for {domain}; enter it under “Server”.").format(domain=domain)
            if asked_thunderbird:
                self._show_text(sentence)
            else:
                offer = tr("Thunderbird's public database may know it, and would learn the domain.")
                self._show_text(
                    f"{sentence} {offer}", tr("Ask it"), lambda: self._start(ask_thunderbird=True)
                )
        elif isinstance(found, NoNetwork):
            again = partial(self._start, ask_thunderbird=asked_thunderbird)
            advised = tr("Check that this computer is online.")
            self._show_text(f"{no_network_sentence()} {advised}", tr("Try again"), again)
        elif isinstance(found, NoImap):
            self._show_text(" ".join((found_sentence(found, domain), *advice(found))))
        elif found.to_confirm:
            self._show_text(confirm_sentence(found, domain), tr("Use it"), lambda: self._use(found, domain))
        else:
            self._use(found, domain)

    def _use(self, found: Candidate, domain: str) -> None:
        self._show_text(found_sentence(found, domain))
        url = found.provider.password_url if found.provider is not None else ""
        self._identity.advice.show_advice(" ".join(advice(found, spell_out=False)), url)
        self._suggest(applied(found, replace(self._draft(), webmail="")))

    def _run_action(self) -> None:
        self._on_action()

    def _show_text(
        self, sentence: str, action: str = "", on_action: Callable[[], None] | None = None
    ) -> None:
        self._on_action = on_action or self.stop
        self._identity.found.show_text(sentence, action)
