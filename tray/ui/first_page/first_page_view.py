"""What the first page shows in each of its states."""

from __future__ import annotations

import enum
from itertools import pairwise
from typing import TYPE_CHECKING

from PyQt5.QtCore import Qt, QTimer, pyqtSignal
from PyQt5.QtWidgets import QWidget

from tray.i18n import tr, trn
from tray.mail.presentation.problem_texts.first_page import Failure, Mend
from tray.ui.first_page.action_card import Bar
from tray.ui.first_page.done_page import DonePage
from tray.ui.first_page.entry_form import EntryForm
from tray.ui.first_page.offers import Offers
from tray.ui.first_page.page_frame import PageFrame
from tray.ui.first_page.progress_card import ProgressCard
from tray.ui.first_page.sign_in_card import SignInCard
from tray.ui.widgets.labelled_field import Note, Tone

if TYPE_CHECKING:
    from tray.mail.settings.oauth_clients import OAuthProvider
    from tray.ui.ports import SettingsServices

_SECOND_MS = 1000


class State(enum.Enum):
    """What the page is doing."""

    FORM = enum.auto()
    TESTING = enum.auto()
    SIGNING_IN = enum.auto()
    DONE = enum.auto()


class FirstPageView(PageFrame):
    """Its parts, and which of them are shown; it decides nothing."""

    retry = pyqtSignal()
    """It is time for the next try."""

    def __init__(self, services: SettingsServices) -> None:
        self.bar = Bar()
        self.form = EntryForm(services.servers.known)
        self.progress = ProgressCard()
        self.sign_in = SignInCard(services.sign_in)
        self.offers = Offers()
        self.ending = DonePage()
        self.note = Note()
        """A failure that is to be mended in no field."""
        super().__init__(
            self.bar, self.form, self.progress, self.sign_in, self.offers, self.ending, self.note
        )
        self._services = services
        self.state = State.FORM
        self.failure: Failure | None = None
        self.provider: OAuthProvider | None = None
        """Where the user of this address signs in; None for a password."""
        self.is_first = True
        """Whether there is no account yet."""
        self._seconds = 0
        """Until the next try."""
        self._set_tab_order()
        self.countdown = QTimer(self)
        self.countdown.setInterval(_SECOND_MS)
        self.countdown.timeout.connect(self._count_down)
        self.progress.told.connect(self.stop.setAccessibleDescription)
        self.sign_in.grew.connect(self._tell_sign_in)

    def _set_tab_order(self) -> None:
        """From field to field, and only then to the links and buttons."""
        fields = self.form.fields
        links = [note.link for field in fields for note in field.notes]
        stops: list[QWidget] = [field.edit for field in fields]
        stops += [field.eye for field in fields if field.eye is not None]
        stops += [self.bar.link, *links, self.sign_in.code, self.sign_in.again, self.sign_in.by_code]
        stops += [self.offers.card.button, self.ending.folders.button, self.ending.test.button]
        stops += [self.ending.tray.button, self.ending.starts, self.note.link, self.left, self.stop]
        for one, other in pairwise((*stops, self.button)):
            QWidget.setTabOrder(one, other)

    def enter(self, state: State) -> None:
        """Show the parts of `state`; a form without a failure."""
        busy = state in {State.TESTING, State.SIGNING_IN}
        self.state = state
        self.failure = None
        stop_had_focus = self.stop.hasFocus()
        self.countdown.stop()
        self.icon.setVisible(state is not State.DONE)
        self.picture.setVisible(state is State.DONE)
        self.bar.show_text(Tone.INFO, "")
        self.form.show_failure(None)
        self.form.setVisible(state is not State.DONE)
        self.form.set_read_only(busy)
        self.progress.setVisible(state is State.TESTING)
        self.sign_in.setVisible(state is State.SIGNING_IN)
        self.offers.setVisible(False)
        self.ending.setVisible(state is State.DONE)
        self.note.show_text(Tone.BAD, "")
        self.left.setText(tr("&Add another account…") if state is State.DONE else tr("&More settings…"))
        self.stop.setVisible(busy)
        self.button.setVisible(not busy)
        self.button.setAccessibleDescription("")
        if (
            busy
        ):  # also where a field has the keyboard: screen readers tell what happens where the keyboard is
            self.stop.setFocus()
        elif stop_had_focus:
            self.button.setFocus()
        self.follow_address()

    def _tell_sign_in(self) -> None:
        code = self.sign_in.code
        parts = self.sign_in.text.text(), "" if code.isHidden() else code.accessibleName()
        self.stop.setAccessibleDescription(" ".join(filter(None, parts)))

    def show_form(self) -> None:
        """Show the form without a failure."""
        self.enter(State.FORM)
        if not self.is_first:
            self.say(tr("Add an account"), tr("Type its address, and be told when mail arrives."))
        else:
            self.say(tr("Welcome to Mailbell"), tr("Type your address, and be told when mail arrives."))
        self.fit()

    def show_test(self) -> None:
        """Show the steps of a test, with the first one under way."""
        self.progress.begin()
        self.enter(State.TESTING)
        self.say(self.headline.text(), tr("One moment, this takes a few seconds."))
        self.fit()

    def show_failure(self, failure: Failure) -> None:
        """Show the form with `failure`; the focus goes to where it is mended."""
        self.progress.fail()
        self.show_form()
        self.failure = failure
        self.progress.setVisible(bool(self.progress.lines()))
        self.form.show_failure(failure)
        if failure.mend is Mend.BUTTON:
            self.note.show_text(
                Tone.BAD, " ".join(filter(None, (failure.sentence, failure.hint))), failure.link
            )
            self.button.setAccessibleDescription(failure.sentence)
            self.button.setFocus(Qt.OtherFocusReason)
        elif failure.mend in {Mend.WAIT, Mend.CERTIFICATE}:
            self._seconds = failure.pause
            self._show_bar(failure)
            self.button.setAccessibleDescription(failure.sentence)
            (self.bar.link if failure.link else self.button).setFocus(Qt.OtherFocusReason)
            if failure.pause:
                self.countdown.start()
        self.follow_address()

    def _show_bar(self, failure: Failure) -> None:
        sentence = failure.sentence
        if failure.pause:
            wait = trn("Next try in {n} second.", "Next try in {n} seconds.", self._seconds)
            sentence = f"{sentence} {wait.format(n=self._seconds)}"
        tone = Tone.WARN if failure.mend is Mend.CERTIFICATE else Tone.INFO
        self.bar.show_text(tone, sentence, failure.link)

    def _count_down(self) -> None:
        self._seconds -= 1
        if self.failure is None:
            self.countdown.stop()
        elif self._seconds <= 0:
            self.retry.emit()
        else:
            self._show_bar(self.failure)

    def follow_address(self) -> None:
        """Show what the address asks for: the text of the button, and what is offered instead of a password."""
        wanted = self.form.hint.sign_in
        known = {provider.id: provider for provider in self._services.sign_in.known()} if wanted else {}
        self.provider = known.get(wanted)
        self.button.setText(self._button_text())
        if self.state is State.FORM:
            self.offers.show_for(self.form.email(), self.form.hint.name, may_import=self.failure is None)
        self.fit()

    def _button_text(self) -> str:
        if self.state is State.DONE:
            return tr("&Done")
        if self.failure is not None and self.failure.mend is not Mend.BUTTON:
            return tr("&Try again")
        if self.provider is not None:
            return tr("S&ign in with {provider}…").format(provider=self.provider.name)
        return tr("S&tart watching")
