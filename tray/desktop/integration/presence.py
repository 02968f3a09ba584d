"""Whether the user wants to be disturbed now: do not disturb, full screen, locked screen, as each desktop can be asked.

Nothing is asked at the start and no timer runs: `NotificationGate` asks when a message arrives, and follows changes
while messages wait. What no program answers counts as not so. docs/decisions/0028 lists what works where.
"""

from __future__ import annotations

import json
import os
import re
from typing import TYPE_CHECKING, Any

from PyQt5.QtCore import QMetaType, QObject, QProcess, QTimer
from PyQt5.QtDBus import QDBusArgument
from PyQt5.QtGui import QGuiApplication

from tray.desktop.bus import PROPERTIES, method_call, property_call, system_bus
from tray.mail.policy.decision import Presence

if TYPE_CHECKING:
    from collections.abc import Callable

    from PyQt5.QtDBus import QDBusMessage

    from tray.desktop.bus import Bus, OnReply

    OnKnown = Callable[[Presence, bool], None]
    """Called with the answer, and whether the end of what it says is signalled by the desktop."""

_TIMEOUT = 1000
"""Milliseconds; a program that has not answered by then counts as absent."""
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
_SESSIONS, _SESSIONS_PATH = "org.gnome.SessionManager", "/org/gnome/SessionManager"
_POLICY = "org.kde.Solid.PowerManagement.PolicyAgent"
_POLICY_PATH = "/org/kde/Solid/PowerManagement/PolicyAgent"
_INHIBITS_IDLE = 8
"""Flag of GNOME's, MATE's and Cinnamon's session managers: the screen is kept on; music inhibits suspend only (4)."""
_INHIBITS_SCREEN = 4
"""The same for PowerDevil (PolicyAgent::ChangeScreenSettings)."""
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
    (_SWAYNC, _SWAYNC_PATH, _SWAYNC, "Subscribe"),
    ("", _DCONF_PATH, _DCONF, "Notify"),
    (_SESSIONS, _SESSIONS_PATH, _SESSIONS, "InhibitorRemoved"),
    (_POLICY, _POLICY_PATH, _POLICY, "InhibitionsChanged"),
    *(("", "", name, "ActiveChanged") for name in _SCREEN_SAVERS),  # at different paths, by desktop
)


def _unsigned(number: int) -> QDBusArgument:
    return QDBusArgument(number, QMetaType.UInt)


def _questions() -> list[tuple[str, QDBusMessage, bool]]:
    """Each with the field of `Presence` that it answers, and whether the desktop signals when that ends.

    A reply of True means so, and a list with one of `_MAKO_MODES`.
    """
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
        (
            _FULL,
            method_call(_SESSIONS, _SESSIONS_PATH, _SESSIONS, "IsInhibited", _unsigned(_INHIBITS_IDLE)),
            True,
        ),
        (
            _FULL,
            method_call(_POLICY, _POLICY_PATH, _POLICY, "HasInhibition", _unsigned(_INHIBITS_SCREEN)),
            True,
        ),
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
        self._changed: Callable[[], None] | None = None
        self._owner: list[Any] = []
        """Unique name of the notification daemon."""
        self._unknown: set[int] = set()
        """Those of `_questions` that it does not know."""

    def ask(self, known: OnKnown) -> None:
        """Call `known` once, later; with the answers so far where a program does not answer in time."""
        answers = _Answers(known)
        listed = answers.expected(_QUIET, _is_true, signalled=True)

        def ask_present(_error: str, reply: list[Any]) -> None:
            """Of a dozen services a desktop has two or three; each call of another one costs time, too."""
            names = frozenset(reply[0]) if reply and isinstance(reply[0], list) else frozenset()
            for number, (field, call, signalled) in enumerate(_questions()):
                if call.service() in names and number not in self._unknown:
                    answered = answers.expected(field, _is_true, signalled=signalled)
                    self._session.ask(call, self._noting(number, call.service(), answered), _TIMEOUT)
            listed("", [])

        self._session.ask(method_call(*_BUS, "GetNameOwner", _NOTIFICATIONS), self._owner_known, _TIMEOUT)
        self._session.ask(method_call(*_BUS, "ListNames"), ask_present, _TIMEOUT)
        locked = property_call(_LOGIND, _SESSION_PATH, _SESSION, "LockedHint")
        self._system_bus().ask(locked, answers.expected(_LOCKED, _is_true, signalled=True), _TIMEOUT)
        self._ask_settings(answers)
        self._ask_for_full_screen(answers)

    def _owner_known(self, _error: str, reply: list[Any]) -> None:
        if reply != self._owner:
            self._owner, self._unknown = reply, set()

    def _noting(self, number: int, service: str, answered: OnReply) -> OnReply:
        """`answered`, which also notes that the notification daemon does not know that question: dunst's or mako's."""

        def noted(error: str, reply: list[Any]) -> None:
            known = len(reply) == 1 and isinstance(reply[0], bool | list)
            if service == _NOTIFICATIONS and not known and not error.endswith(".NoReply"):
                self._unknown.add(number)
            answered(error, reply)

        return noted

    def follow(self, changed: Callable[[], None]) -> None:
        """Call `changed` at each signal that may end what `ask` answered, until `unfollow`."""
        if self._changed is None:
            self._changed = changed
            for signal in _SIGNALS:
                self._session.listen(*signal, self._signalled)
            self._system_bus().listen(_LOGIND, "", PROPERTIES, "PropertiesChanged", self._signalled)

    def unfollow(self) -> None:
        """Listen to no signals any more."""
        if self._changed is not None:
            self._changed = None
            self._session.unlisten(self._signalled)
            self._system_bus().unlisten(self._signalled)

    def _signalled(self, _arguments: list[Any]) -> None:
        if self._changed is not None:
            self._changed()

    def _system_bus(self) -> Bus:
        if self._system is None:
            self._system = self._open_system()
        return self._system

    def _ask_settings(self, answers: _Answers) -> None:
        desktops = os.environ.get("XDG_CURRENT_DESKTOP", "").upper().split(":")
        entry = next((_SETTINGS[name] for name in desktops if name in _SETTINGS), None)
        if entry is not None:
            schema, key, value = entry
            signalled = os.environ.get("GSETTINGS_BACKEND", "dconf") == "dconf"
            answered = answers.expected(_QUIET, lambda output: output.strip() == value, signalled=signalled)
            self._run(["gsettings", "get", schema, key], lambda output: answered("", output))

    def _ask_for_full_screen(self, answers: _Answers) -> None:
        """Ask Sway for the window that has the keyboard, or the X server, which may be Xwayland."""
        if os.environ.get("SWAYSOCK"):
            answered = answers.expected(_FULL, sway_is_full_screen, signalled=False)
            self._run(["swaymsg", "-r", "-t", "get_tree"], lambda output: answered("", output))
        elif QGuiApplication.platformName() == "xcb":
            from tray.desktop.integration.x11 import active_window_is_full_screen

            answers.expected(_FULL, _is_true, signalled=False)("", [active_window_is_full_screen()])
        elif os.environ.get("DISPLAY"):  # a call could wait until Xwayland has started
            answered = answers.expected(
                _FULL, lambda output: "_NET_WM_STATE_FULLSCREEN" in output, signalled=False
            )

            def active(output: str) -> None:
                window = re.search(r"# (0x[0-9a-f]+)\b", output)
                if window is None or int(window[1], 16) == 0:
                    answered("", "")
                else:
                    self._run(["xprop", "-id", window[1], "_NET_WM_STATE"], lambda state: answered("", state))

            self._run(["xprop", "-root", "_NET_ACTIVE_WINDOW"], active)

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

    def __init__(self, known: OnKnown) -> None:
        self._known = known
        self._missing = 0
        self._found: set[str] = set()
        self._signalled = True

    def expected(
        self, field: str, says_so: Callable[[Any], bool], *, signalled: bool
    ) -> Callable[[str, Any], None]:
        """What to call with the error and the answer to one more question."""
        self._missing += 1

        def answered(_error: str, answer: Any) -> None:
            self._missing -= 1
            if says_so(answer):
                self._found.add(field)
                self._signalled &= signalled
            if not self._missing:
                self._known(Presence(**dict.fromkeys(self._found, True)), self._signalled)

        return answered


def _is_true(reply: list[Any]) -> bool:
    match reply:
        case [bool(answer)]:
            return answer
        case [list(modes)]:
            return any(isinstance(mode, str) and mode in _MAKO_MODES for mode in modes)
    return False


def sway_is_full_screen(tree: str) -> bool:
    """Whether the window with the keyboard, or a container around it, is full screen (sway-ipc(7), GET_TREE)."""
    try:
        nodes = [(json.loads(tree), False)]
    except (ValueError, RecursionError):
        return False
    while nodes:
        node, full = nodes.pop()
        if not isinstance(node, dict):
            continue
        if node.get("type") in {"con", "floating_con"}:  # a workspace always says that it is full screen
            full = full or node.get("fullscreen_mode", 0) in {1, 2}
            if node.get("focused") is True:
                return full
        for children in (node.get("nodes"), node.get("floating_nodes")):
            nodes += [(child, full) for child in children] if isinstance(children, list) else []
    return False
