"""Looks for the server of a new account while its user goes on to the next field."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt5.QtCore import QObject

from tray.i18n import tr
from tray.mail.account import Security
from tray.mail.discovery import Attempt, Candidate, NoImap, Source, State, domain_of
from tray.mail.discovery_texts import advice, confirm_sentence, found_sentence, source_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.mail.discovery import Found
    from tray.ui.account_form import AccountForm
    from tray.ui.services import Searching, SettingsServices


class ServerFinder(QObject):
    """Fills the form with what is found, and says from where; typing a server by hand ends it."""

    def __init__(self, form: AccountForm, services: SettingsServices) -> None:
        super().__init__(form)
        self._form = form
        self._services = services
        self._running: Searching | None = None
        self._round = 0
        """Which search is under way: what an older one still reports is not heard."""
        self._asked = ""
        self._taken = False
        self._act: Callable[[], None] = self.stop
        form.email.editingFinished.connect(self._look)
        form.email.textEdited.connect(self._forget)
        form.server_typed.connect(self.stop)
        form.found.clicked.connect(self._press)

    def stop(self) -> None:
        """End the search, if one is under way, and say nothing more of it."""
        running, self._running = self._running, None
        self._round += 1
        if running is not None:
            running.cancel()
            self._say("")

    def _forget(self) -> None:
        """Another address: what was found for the one before is not true any more."""
        self.stop()
        self._asked = ""
        self._say("")
        self._form.advice.advise("", "")
        if self._taken:
            self._taken = False
            form = self._form
            form.take(
                Candidate(
                    form.host.text(), 993, Security.TLS, form.user.text(), Source.USUAL_NAMES
                )  # as in an empty form, which has filled in its guesses already
            )

    def _look(self) -> None:
        email = self._form.email.text().strip()
        if self._form.wants_server and domain_of(email) and email != self._asked:
            self._asked = email
            self._start(ask_thunderbird=False)

    def _start(self, *, ask_thunderbird: bool) -> None:
        discover = self._services.discover
        if discover is None:
            return
        self.stop()
        this = self._round
        domain = domain_of(self._asked)

        def told(attempt: Attempt) -> None:
            if this == self._round and attempt.state is State.ASKING:
                asking = tr("Asking {source}…").format(source=source_name(attempt.source, domain))
                self._say(asking, tr("S&kip"), self._skip)

        def done(found: Found | None) -> None:
            if this == self._round:
                self._round += 1
                self._running = None
                self._show(found, domain, asked_thunderbird=ask_thunderbird)

        running = discover(self._asked, ask_thunderbird, told, done)
        if this == self._round:  # it may be done already
            self._running = running

    def _skip(self) -> None:
        if self._running is not None:
            self._running.skip()

    def _show(self, found: Found | None, domain: str, *, asked_thunderbird: bool) -> None:
        if found is None:
            sentence = tr("No server was found for {domain}; enter it below.").format(domain=domain)
            if asked_thunderbird:
                self._say(sentence)
            else:
                self._say(
                    " ".join(
                        (
                            sentence,
                            tr("Thunderbird's public database may know it, and would learn the domain."),
                        )
                    ),
                    tr("As&k it"),
                    lambda: self._start(ask_thunderbird=True),
                )
        elif isinstance(found, NoImap):
            self._say(" ".join((found_sentence(found, domain), *advice(found))))
        elif found.to_confirm:
            self._say(confirm_sentence(found, domain), tr("Ta&ke it"), lambda: self._take(found, domain))
        else:
            self._take(found, domain)

    def _take(self, found: Candidate, domain: str) -> None:
        self._say(found_sentence(found, domain))
        url = found.provider.password_url if found.provider is not None else ""
        self._form.advice.advise(" ".join(advice(found, spell_out=False)), url)
        self._form.take(found)
        self._taken = True

    def _press(self) -> None:
        self._act()

    def _say(self, sentence: str, action: str = "", act: Callable[[], None] | None = None) -> None:
        self._act = act or self.stop
        self._form.found.say(sentence, action)
