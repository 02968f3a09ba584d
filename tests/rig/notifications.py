"""Records the calls of a notification daemon: a daemon of our own, or a monitor of the bus beside a real one."""

from __future__ import annotations

import html
import json
import os
import re
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from jeepney import (
    DBusAddress,
    HeaderFields,
    MessageFlag,
    MessageType,
    new_error,
    new_method_call,
    new_method_return,
    new_signal,
)
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import open_dbus_connection

from tests.rig.bus import call
from tests.rig.processes import Child, wait_until

if TYPE_CHECKING:
    from collections.abc import Callable

    from jeepney.low_level import Message
    from typing_extensions import Self

NAME = "org.freedesktop.Notifications"
_PATH = "/org/freedesktop/Notifications"
_CONTROL = "io.github.mailbell.Rig"
_ROOT = Path(__file__).resolve().parents[2]
CAPABILITIES = ["actions", "body", "body-markup", "icon-static", "persistence"]

Event = dict[str, Any]


def shown_lines(toast: Event) -> list[str]:
    """What a toast shows, line by line: first its summary."""
    return [toast["summary"], *toast["lines"]]


class Notifications:
    """The recording child process on a bus, what it recorded, and (kind ``record``) what a person does to a toast.

    Events are dicts with ``event``: ``ready``, ``notify`` (id, app, replaces, icon, summary, body, its lines without
    markup, actions, hints as {name: [signature, value]}, timeout, signature), ``close`` (id), ``closed`` (id, reason),
    ``action`` (id, key), ``token`` (id, token), ``capabilities``.
    """

    def __init__(self, address: str, folder: Path, kind: Literal["record", "monitor"] = "record") -> None:
        self._address = address
        self._folder = folder
        self._kind = kind
        self._child: Child | None = None
        self.log = folder / "notifications.jsonl"

    def start(self) -> Self:
        """Start it (anew) and wait until it listens; what was recorded stays."""
        before = len(self.events("ready"))
        argv = [sys.executable, "-m", "tests.rig.notifications", self._kind, self._address, str(self.log)]
        if self._child is not None:
            self._child.stop()
        self._child = Child(argv, os.environ, self._folder / "notifications.log", cwd=_ROOT, tied=True)
        wait_until(lambda: len(self.events("ready")) > before, "the recorder")
        return self

    def stop(self) -> None:
        """Take it off the bus, as a daemon that was ended."""
        if self._child is not None:
            self._child.stop()
            self._child = None

    close = stop

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def events(self, event: str | None = None) -> list[Event]:
        """What was recorded so far, oldest first; of one kind when `event` is given."""
        if not self.log.exists():
            return []
        lines = self.log.read_text(encoding="utf-8").split("\n")[:-1]  # the last one may be half written
        found = [json.loads(line) for line in lines]
        return [each for each in found if event is None or each["event"] == event]

    def toasts(self) -> list[Event]:
        """The Notify calls so far."""
        return self.events("notify")

    def wait(self, condition: Callable[[list[Event]], bool], seconds: float = 60.0) -> list[Event]:
        """Wait until `condition` holds for all recorded events; those."""
        wait_until(lambda: condition(self.events()), "the recorded events", seconds)
        return self.events()

    def wait_toast(self, text: str, seconds: float = 60.0) -> Event:
        """Wait for a Notify call whose summary or body shows `text`; the newest one."""

        def matching() -> list[Event]:
            return [each for each in self.toasts() if any(text in line for line in shown_lines(each))]

        wait_until(lambda: bool(matching()), f"a toast about {text!r}", seconds)
        return matching()[-1]

    def live(self) -> dict[int, Event]:
        """The toasts on screen by id (recorder only)."""
        return {int(key): value for key, value in json.loads(str(self._control("List")[0])).items()}

    def invoke(self, identity: int, key: str = "default", token: str = "") -> None:
        """A person clicks the toast or one of its buttons; `token` is sent as activation token before."""
        self._control("Invoke", "uss", identity, key, token)

    def reply(self, identity: int, text: str) -> None:
        """A person types a reply into the toast."""
        self._control("Reply", "us", identity, text)

    def dismiss(self, identity: int, reason: int = 2) -> None:
        """The toast goes: 1 expired, 2 dismissed by a person, 3 closed by a call, 4 undefined."""
        self._control("Dismiss", "uu", identity, reason)

    def set_capabilities(self, *names: str) -> None:
        """What GetCapabilities says from now on."""
        self._control("SetCapabilities", "as", list(names))

    def set_name(self, name: str) -> None:
        """What GetServerInformation says from now on."""
        self._control("SetName", "s", name)

    def set_property(self, name: str, value: bool) -> None:
        """What the property of that name says from now on, of whatever interface; before, each says no."""
        self._control("SetProperty", "sb", name, value)

    def set_delay(self, seconds: float) -> None:
        """How long each Notify takes from now on."""
        self._control("SetDelay", "d", float(seconds))

    def set_refusing(self, refusing: bool) -> None:
        """Whether Notify is answered by an error from now on."""
        self._control("SetRefusing", "b", refusing)

    def set_silent(self, silent: bool) -> None:
        """Whether Notify is not answered at all from now on."""
        self._control("SetSilent", "b", silent)

    def _control(self, method: str, signature: str = "", *body: object) -> tuple[object, ...]:
        connection = open_dbus_connection(self._address)
        try:
            return call(connection, DBusAddress(_PATH, NAME, _CONTROL), method, signature, *body)
        finally:
            connection.close()


# -- what runs in the child ------------------------------------------------------------------------------


class _Log:
    def __init__(self, path: str) -> None:
        self._file = Path(path).open("a", encoding="utf-8")  # noqa: SIM115 -- for the life of the process

    def __call__(self, event: str, **facts: object) -> None:
        line = {"time": time.monotonic(), "event": event, **facts}
        self._file.write(json.dumps(line, ensure_ascii=False, default=_plain) + "\n")
        self._file.flush()


def _plain(value: object) -> object:
    return list(value) if isinstance(value, (bytes, bytearray)) else repr(value)


def _notify_facts(message: Message) -> Event:
    app, replaces, icon, summary, body, actions, hints, timeout = message.body
    return {
        "app": app,
        "replaces": replaces,
        "icon": icon,
        "summary": summary,
        "body": body,
        "lines": html.unescape(re.sub("</?b>", "", body)).split("\n"),
        "actions": actions,
        "hints": {key: [signature, value] for key, (signature, value) in hints.items()},
        "timeout": timeout,
        "signature": message.header.fields.get(HeaderFields.signature),
    }


class _Recorder:
    """A notification daemon that shows nothing and remembers everything."""

    def __init__(self, address: str, log: _Log) -> None:
        self._bus = open_dbus_connection(address)
        self._log = log
        self._live: dict[int, Event] = {}
        self._next = 1
        self._name = "recorder"
        self._capabilities = list(CAPABILITIES)
        self._properties: dict[str, bool] = {}
        self._delay = 0.0
        self._refusing = False
        self._silent = False
        self._signals: list[tuple[str, str, tuple[object, ...]]] = []

    def run(self) -> None:
        if self._bus.send_and_get_reply(message_bus.RequestName(NAME, 4)).body[0] != 1:
            sys.exit("another notification daemon owns the name")
        self._log("ready")
        while True:
            message = self._bus.receive()
            if message.header.message_type is MessageType.method_call:
                self._answer(message)

    def _answer(self, message: Message) -> None:
        fields = message.header.fields
        control = fields.get(HeaderFields.interface) == _CONTROL
        member = fields[HeaderFields.member]
        handler = getattr(self, f"{'control' if control else 'on'}_{member}", None)
        if handler is None or (member == "Notify" and self._refusing):
            reply = new_error(message, "org.freedesktop.DBus.Error.Failed", "s", (f"no {member} here",))
        else:
            reply = new_method_return(message, *handler(message))
        if not message.header.flags & MessageFlag.no_reply_expected and not (
            member == "Notify" and self._silent
        ):
            self._bus.send(reply)
        for name, signature, body in self._signals:
            self._bus.send(new_signal(DBusAddress(_PATH, NAME, NAME), name, signature, body))
        self._signals.clear()

    def _emit_closed(self, identity: int, reason: int) -> None:
        self._live.pop(identity, None)
        self._signals.append(("NotificationClosed", "uu", (identity, reason)))
        self._log("closed", id=identity, reason=reason)

    def on_Notify(self, message: Message) -> tuple[str, tuple[object, ...]]:
        facts = _notify_facts(message)
        if self._delay:
            time.sleep(self._delay)
        identity = facts["replaces"]
        if not identity:
            identity = self._next
            self._next += 1
        self._live[identity] = facts
        self._log("notify", id=identity, **facts)
        return "u", (identity,)

    def on_CloseNotification(self, message: Message) -> tuple[str, tuple[object, ...]]:
        (identity,) = message.body
        self._log("close", id=identity, known=identity in self._live)
        if identity in self._live:
            self._emit_closed(identity, 3)
        return "", ()

    def on_GetCapabilities(self, _: Message) -> tuple[str, tuple[object, ...]]:
        self._log("capabilities")
        return "as", (self._capabilities,)

    def on_GetServerInformation(self, _: Message) -> tuple[str, tuple[object, ...]]:
        return "ssss", (self._name, "mailbell", "1", "1.2")

    def control_Invoke(self, message: Message) -> tuple[str, tuple[object, ...]]:
        identity, key, token = message.body
        if token:
            self._signals.append(("ActivationToken", "us", (identity, token)))
            self._log("token", id=identity, token=token)
        self._signals.append(("ActionInvoked", "us", (identity, key)))
        self._log("action", id=identity, key=key)
        if identity in self._live:
            self._emit_closed(identity, 2)
        return "", ()

    def control_Reply(self, message: Message) -> tuple[str, tuple[object, ...]]:
        identity, text = message.body
        self._signals.append(("NotificationReplied", "us", (identity, text)))
        self._log("reply", id=identity, text=text)
        if identity in self._live:
            self._emit_closed(identity, 3)
        return "", ()

    def control_Dismiss(self, message: Message) -> tuple[str, tuple[object, ...]]:
        self._emit_closed(*message.body)
        return "", ()

    def control_List(self, _: Message) -> tuple[str, tuple[object, ...]]:
        return "s", (json.dumps(self._live, ensure_ascii=False, default=_plain),)

    def control_SetCapabilities(self, message: Message) -> tuple[str, tuple[object, ...]]:
        (self._capabilities,) = message.body
        return "", ()

    def control_SetName(self, message: Message) -> tuple[str, tuple[object, ...]]:
        (self._name,) = message.body
        return "", ()

    def on_Get(self, message: Message) -> tuple[str, tuple[object, ...]]:
        _interface, name = message.body
        return "v", (("b", self._properties.get(name, False)),)

    def control_SetProperty(self, message: Message) -> tuple[str, tuple[object, ...]]:
        name, value = message.body
        self._properties[name] = value
        return "", ()

    def control_SetDelay(self, message: Message) -> tuple[str, tuple[object, ...]]:
        (self._delay,) = message.body
        return "", ()

    def control_SetRefusing(self, message: Message) -> tuple[str, tuple[object, ...]]:
        (self._refusing,) = message.body
        return "", ()

    def control_SetSilent(self, message: Message) -> tuple[str, tuple[object, ...]]:
        (self._silent,) = message.body
        return "", ()


def _monitor(address: str, log: _Log) -> None:
    bus = open_dbus_connection(address)
    rules = [f"interface='{NAME}'", "type='method_return'", "type='error'"]
    monitoring = DBusAddress(
        "/org/freedesktop/DBus", "org.freedesktop.DBus", "org.freedesktop.DBus.Monitoring"
    )
    bus.send_and_get_reply(new_method_call(monitoring, "BecomeMonitor", "asu", (rules, 0)))
    log("ready")
    waiting: dict[tuple[str | None, int], Event] = {}
    while True:
        message = bus.receive()
        fields = message.header.fields
        kind, member = message.header.message_type, fields.get(HeaderFields.member)
        ours = fields.get(HeaderFields.interface) == NAME
        if kind is MessageType.method_call and ours and member == "Notify":
            waiting[fields.get(HeaderFields.sender), message.header.serial] = _notify_facts(message)
        elif kind is MessageType.method_call and ours and member == "CloseNotification":
            log("close", id=message.body[0])
        elif kind is MessageType.method_return:
            call_of = fields.get(HeaderFields.destination), fields.get(HeaderFields.reply_serial)
            if call_of in waiting:
                log("notify", id=message.body[0], **waiting.pop(call_of))
        elif kind is MessageType.signal and ours and member == "NotificationClosed":
            log("closed", id=message.body[0], reason=message.body[1])
        elif kind is MessageType.signal and ours and member == "ActionInvoked":
            log("action", id=message.body[0], key=message.body[1])


def main() -> None:
    """``notifications record|monitor ADDRESS LOG``: run until ended."""
    kind, address, path = sys.argv[1:]
    if kind == "record":
        _Recorder(address, _Log(path)).run()
    else:
        _monitor(address, _Log(path))


if __name__ == "__main__":
    main()
