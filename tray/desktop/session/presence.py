"""Whether the user wants to be disturbed now: do not disturb, full screen, locked screen, as each desktop can be asked.

No timer runs: `NotificationGate` asks a moment after the start, and when a message arrives. From the first question on
the signals of the desktop are followed, and what they tell is asked again only after one of them. What no program
answers counts as not so. docs/decisions/0028 lists what works where.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any

from PyQt5.QtCore import QObject, QProcess, QTimer
from PyQt5.QtGui import QGuiApplication

from tray.desktop.bus import PROPERTIES, method_call, property_call, system_bus
from tray.mail.policy.decision import Presence

if TYPE_CHECKING:
    from collections.abc import Callable

    from PyQt5.QtDBus import QDBusMessage

    from tray.desktop.bus import Bus, OnReply

    OnKnown = Callable[[Presence, bool], None]
    """Called with the answer, and whether the end of what it says is signalled by the desktop."""
    Question = tuple[str, QDBusMessage, bool]
    """The field of `Presence` that it answers, the call, and whether the desktop signals each change of it."""

_TIMEOUT = 1000
"""Milliseconds; a program that has not answered by then counts as absent."""
_NO_REPLY = ".NoReply"
"""End of the name of the error where a program has not answered in time."""
_OUTPUT_LIMIT = 2_000_000
_QUIET, _FULL, _LOCKED = "do_not_disturb", "full_screen", "locked"  # fields of Presence

_BUS = ("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus")
_NOTIFICATIONS = "org.freedesktop.Notifications"
_NOTIFICATIONS_PATH = "/org/freedesktop/Notifications"
_XFCONF, _XFCONF_PATH = "org.xfce.Xfconf", "/org/xfce/Xfconf"
_SWAYNC, _SWAYNC_PATH = "org.erikreider.swaync.cc", "/org/erikreider/swaync/cc"
_MAKO, _MAKO_PATH = "fr.emersion.Mako", "/fr/emersion/Mako"
_MAKO_MODES = frozenset({"do-not-disturb", "dnd", "silent"})
"""mako's modes are what the user's configuration makes of them; mako(5) has the first of these as its example."""
_SCREEN_SAVERS = tuple(
    f"org.{desktop}.ScreenSaver" for desktop in ("freedesktop", "gnome", "cinnamon", "mate", "xfce")
)
_LOGIND, _SESSION = "org.freedesktop.login1", "org.freedesktop.login1.Session"
_SESSION_PATH = "/org/freedesktop/login1/session/auto"
_DCONF, _DCONF_PATH = "ca.desrt.dconf.Writer", "/ca/desrt/dconf/Writer/user"

_SETTINGS = {
    "GNOME": ("org.gnome.desktop.notifications", "show-banners", "false"),
    "UNITY": ("org.gnome.desktop.notifications", "show-banners", "false"),
    "X-CINNAMON": ("org.cinnamon.desktop.notifications", "display-notifications", "false"),
    "MATE": ("org.mate.NotificationDaemon", "do-not-disturb", "true"),
}
"""Schema, key and value in GSettings that mean do not disturb, by the name in XDG_CURRENT_DESKTOP."""

_SIGNALS = (
    (_NOTIFICATIONS, _NOTIFICATIONS_PATH, PROPERTIES, "PropertiesChanged"),  # Plasma, dunst
    (_XFCONF, _XFCONF_PATH, _XFCONF, "PropertyChanged"),
    (_XFCONF, _XFCONF_PATH, _XFCONF, "PropertyRemoved"),
    (_SWAYNC, _SWAYNC_PATH, _SWAYNC, "Subscribe"),
    ("", _DCONF_PATH, _DCONF, "Notify"),
    *(("", "", name, "ActiveChanged") for name in _SCREEN_SAVERS),  # at different paths, by desktop
)


def _questions() -> list[Question]:
    """A reply of True means so, and a list with one of `_MAKO_MODES`."""
    saver_calls = (
        method_call(name, "/" + name.replace(".", "/"), name, "GetActive") for name in _SCREEN_SAVERS
    )
    xfconf = (_XFCONF, _XFCONF_PATH, _XFCONF, "GetProperty")
    return [
        (_QUIET, property_call(_NOTIFICATIONS, _NOTIFICATIONS_PATH, _NOTIFICATIONS, "Inhibited"), True),
        (_QUIET, property_call(_NOTIFICATIONS, _NOTIFICATIONS_PATH, "org.dunstproject.cmd0", "paused"), True),
        (_QUIET, method_call(*xfconf, "xfce4-notifyd", "/do-not-disturb"), True),
        (_QUIET, method_call(_SWAYNC, _SWAYNC_PATH, _SWAYNC, "GetDnd"), True),
        (_QUIET, method_call(_NOTIFICATIONS, _MAKO_PATH, _MAKO, "ListModes"), False),
        (_FULL, method_call(*xfconf, "xfce4-power-manager", "/xfce4-power-manager/presentation-mode"), True),
        *((_LOCKED, call, True) for call in saver_calls),
    ]


class PresenceWatch(QObject):
    """Asks everything at once, without blocking; answers come within `_TIMEOUT`."""

    def __init__(
        self, session: Bus, open_system: Callable[[], Bus] = system_bus, parent: QObject | None = None
    ) -> None:
        """`open_system` is called when the first question needs it, because opening the system bus may block."""
        super().__init__(parent)
        self._session = session
        self._open_system = open_system
        self._system: Bus | None = None
        self._listens = False
        self._round: _Answers | None = None
        """The answers that are being collected, if no signal has come since they were asked for."""
        self._changed: Callable[[], None] | None = None
        self._lasting: frozenset[str] | None = None
        """What holds until a signal comes; None where it has to be asked."""
        self._passing: list[tuple[int, Question]] = []
        """Questions about what is not signalled, with their numbers, to programs that are there."""
        self._can_ask_compositor = True
        """Until it turns out that it does not say."""
        self._owner: list[Any] = []
        """Unique name of the notification daemon."""
        self._unknown: set[int] = set()
        """Those of `_questions` that it does not know."""

    def ask(self, known: OnKnown) -> None:
        """Call `known` once, now or later; with the answers so far where a program does not answer in time."""
        if self._lasting is None:
            self._ask_everything(known)
            return
        answers = _Answers(known, self._lasting)
        asked = answers.expected("", _is_true, signalled=True)
        for number, question in self._passing:
            self._ask(answers, number, question)
        self._ask_settings(answers, signalled=False)
        self._ask_for_full_screen(answers)
        asked("", [])

    def _ask_everything(self, known: OnKnown) -> None:
        def done(presence: Presence, signalled: bool) -> None:
            if self._round is answers and answers.sure:
                self._lasting = frozenset(answers.lasting)
            known(presence, signalled)
            self._listen()

        answers = _Answers(done)
        self._round = answers if self._listens else None
        asked = answers.expected("", _is_true, signalled=True)

        def ask_present(_error: str, reply: list[Any]) -> None:
            """Of a dozen services a desktop has two or three; each call of another one costs time, too."""
            names = frozenset(reply[0]) if reply and isinstance(reply[0], list) else frozenset()
            present = [
                (number, question)
                for number, question in enumerate(_questions())
                if question[1].service() in names
            ]
            self._passing = [(number, question) for number, question in present if not question[2]]
            for number, question in present:
                self._ask(answers, number, question)
            asked("", [])

        self._session.ask(method_call(*_BUS, "GetNameOwner", _NOTIFICATIONS), self._owner_known, _TIMEOUT)
        self._session.ask(method_call(*_BUS, "ListNames"), ask_present, _TIMEOUT)
        locked = property_call(_LOGIND, _SESSION_PATH, _SESSION, "LockedHint")
        self._system_bus().ask(locked, answers.expected(_LOCKED, _is_true, signalled=True), _TIMEOUT)
        self._ask_settings(answers, signalled=True)
        self._ask_settings(answers, signalled=False)
        self._ask_for_full_screen(answers)

    def _owner_known(self, _error: str, reply: list[Any]) -> None:
        if reply != self._owner:
            self._owner, self._unknown = reply, set()

    def _ask(self, answers: _Answers, number: int, question: Question) -> None:
        """Ask, unless the notification daemon does not know the question: it may be dunst's or mako's."""
        if number in self._unknown:
            return
        field, call, signalled = question
        answered = answers.expected(field, _is_true, signalled=signalled)

        def noted(error: str, reply: list[Any]) -> None:
            known = len(reply) == 1 and isinstance(reply[0], bool | list)
            if call.service() == _NOTIFICATIONS and not known and not error.endswith(_NO_REPLY):
                self._unknown.add(number)
            answered(error, reply)

        self._session.ask(call, noted, _TIMEOUT)

    def follow(self, changed: Callable[[], None]) -> None:
        """Call `changed` at each signal that may end what `ask` answered, until `unfollow`."""
        if self._changed is None:
            self._changed = changed
            self._listen()

    def unfollow(self) -> None:
        """Call `changed` no more."""
        self._changed = None

    def _listen(self) -> None:
        if self._listens:
            return
        self._listens = True
        self._session.lost.connect(self._forget)
        for signal in _SIGNALS:
            self._session.listen(*signal, self._signalled)
        for name in {question[1].service() for question in _questions()}:
            self._session.watch(name, self._signalled)
        self._system_bus().listen(_LOGIND, "", PROPERTIES, "PropertiesChanged", self._signalled)

    def _forget(self) -> None:
        self._lasting = self._round = None

    def _signalled(self, *_arguments: object) -> None:
        self._forget()
        if self._changed is not None:
            self._changed()

    def _system_bus(self) -> Bus:
        if self._system is None:
            self._system = self._open_system()
        return self._system

    def _ask_settings(self, answers: _Answers, *, signalled: bool) -> None:
        if signalled != (os.environ.get("GSETTINGS_BACKEND", "dconf") == "dconf"):
            return
        desktops = os.environ.get("XDG_CURRENT_DESKTOP", "").upper().split(":")
        entry = next((_SETTINGS[name] for name in desktops if name in _SETTINGS), None)
        if entry is not None:
            schema, key, value = entry
            answered = answers.expected(_QUIET, lambda output: output.strip() == value, signalled=signalled)
            self._run(
                ["gsettings", "get", schema, key],
                lambda output: answered("" if output else _NO_REPLY, output),
            )

    def _ask_for_full_screen(self, answers: _Answers) -> None:
        """Ask the Wayland compositor for the window that has the keyboard, or the X server, which may be Xwayland."""
        answered = answers.expected(_FULL, _is_true, signalled=False)

        def known(full: bool | None) -> None:
            if full is None:
                self._can_ask_compositor = False
                self._ask_x_server(answers, answered)
            else:
                answered("", [full])

        if self._can_ask_compositor and os.environ.get("WAYLAND_DISPLAY"):
            from tray.desktop.session.wayland import ask_for_full_screen

            ask_for_full_screen(known, _TIMEOUT, self)
        else:
            self._ask_x_server(answers, answered)

    def _ask_x_server(self, answers: _Answers, answered: OnReply) -> None:
        if QGuiApplication.platformName() == "xcb":
            from tray.desktop.session import x11

            full_screen, screen_saver = x11.presence()
            answers.expected(_LOCKED, _is_true, signalled=False)("", [screen_saver])
            answered("", [full_screen])
        elif os.environ.get("DISPLAY"):  # a call could wait until Xwayland has started

            def active(output: str) -> None:
                window = re.search(r"# (0x[0-9a-f]+)\b", output)
                if window is None or int(window[1], 16) == 0:
                    answered("", [])
                else:
                    self._run(["xprop", "-id", window[1], "_NET_WM_STATE"], state)

            def state(output: str) -> None:
                answered("", ["_NET_WM_STATE_FULLSCREEN" in output])

            self._run(["xprop", "-root", "_NET_ACTIVE_WINDOW"], active)
        else:
            answered("", [])

    def _run(self, argv: list[str], on_output: Callable[[str], None]) -> None:
        """Call `on_output` with what a program prints, once; empty where there is no such program."""
        process = QProcess(self)

        def finished() -> None:
            process.blockSignals(
                True
            )  # one that is killed while it starts fails, and finishes when it is deleted
            output = (process.read(_OUTPUT_LIMIT) or b"").decode(errors="replace")
            process.deleteLater()
            on_output(output)

        def broken(error: QProcess.ProcessError) -> None:
            if error == QProcess.FailedToStart:  # then it never finishes
                finished()

        process.finished.connect(finished)
        process.errorOccurred.connect(broken)
        process.setStandardErrorFile(QProcess.nullDevice())
        process.start(argv[0], argv[1:])
        QTimer.singleShot(_TIMEOUT, process.kill)  # not where the process object is deleted before


class _Answers:
    """The answers of one round; calls back when the last one is there."""

    def __init__(self, known: OnKnown, lasting: frozenset[str] = frozenset()) -> None:
        self._known = known
        self._missing = 0
        self.lasting = set(lasting)
        """Fields of `Presence` that hold until a signal comes."""
        self._passing: set[str] = set()
        self.sure = True
        """Whether every program that was asked has answered."""

    def expected(
        self, field: str, says_so: Callable[[Any], bool], *, signalled: bool
    ) -> Callable[[str, Any], None]:
        """What to call with the error and the answer to one more question."""
        self._missing += 1

        def answered(error: str, answer: Any) -> None:
            self._missing -= 1
            self.sure &= not error.endswith(_NO_REPLY)
            if says_so(answer):
                (self.lasting if signalled else self._passing).add(field)
            if not self._missing:
                found = dict.fromkeys(self.lasting | self._passing, True)
                self._known(Presence(**found), not self._passing)

        return answered


def _is_true(reply: list[Any]) -> bool:
    match reply:
        case [bool(answer)]:
            return answer
        case [list(modes)]:
            return any(isinstance(mode, str) and mode in _MAKO_MODES for mode in modes)
    return False
