"""The interface on a real bus, used by another connection."""

from __future__ import annotations

import itertools
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from PyQt5.QtCore import QMetaType
from PyQt5.QtDBus import QDBusArgument, QDBusConnection

from tests.desktop.conftest import join
from tray.desktop.bus import PROPERTIES, method_call
from tray.desktop.dbus.service import INTERFACE, NAME, OBJECT, REFUSED, BusService, bus_name

_numbers = itertools.count(1)
MESSAGE = {"id": "w/1/2/INBOX", "subject": "Lunch?", "from": "Anna", "date": None, "uid": 2, "unseen": True}
RECORD = {
    "state": "unread",
    "unseen": 1,
    "accounts": [
        {"name": "Work", "unseen": 1, "error": None, "latest": [MESSAGE]},
        {"name": "Home", "unseen": 0, "error": "No.", "latest": [{**MESSAGE, "id": "h/1/3/INBOX"}]},
    ],
}
EMPTY = {"state": "none", "unseen": 0, "accounts": []}


class Program:
    """Answers requests; `reply` is given to all but those for the status."""

    def __init__(self):
        self.requests, self.reply, self.status = [], {"ok": True}, RECORD

    def execute(self, request):
        if request["command"] == "status":
            return {"ok": True, "status": self.status}
        self.requests.append(request)
        return self.reply


@pytest.fixture
def program():
    return Program()


@pytest.fixture
def connect(qapp, private_bus):
    services = []

    def make(program):
        connection = QDBusConnection.connectToBus(private_bus.address, f"service-{next(_numbers)}")
        services.append(BusService(program.execute, connection))
        return services[-1]

    yield make
    for service in services:
        service.stop()


@pytest.fixture
def service(connect, program):
    service = connect(program)
    assert service.start(NAME)
    return service


@pytest.fixture
def ask(service, bus, until):
    """Call a method; the error and the values of its reply."""

    def call(method, *arguments, interface=INTERFACE):
        replies = []
        bus.ask(method_call(NAME, OBJECT, interface, method, *arguments), lambda *it: replies.append(it))
        until(lambda: replies)
        return replies[0]

    return call


def unsigned(value):
    return QDBusArgument(value, QMetaType.UInt)


def texts(values):
    return QDBusArgument(values, QMetaType.QStringList)


def test_accounts_and_messages_are_what_status_prints(ask):
    assert ask("GetAccounts") == (
        "",
        [[{"name": "Work", "unseen": 1}, {"name": "Home", "unseen": 0, "error": "No."}]],
    )
    known = {name: value for name, value in MESSAGE.items() if value is not None}
    assert ask("GetMessages", "Work") == ("", [[{"account": "Work", **known}]])
    assert [each["account"] for each in ask("GetMessages", "")[1][0]] == ["Work", "Home"]
    assert ask("GetMessages", "Nobody") == ("", [[]])


def test_without_an_account_the_lists_are_empty(ask, program):
    program.status = EMPTY
    assert ask("GetAccounts") == ("", [[]])


@pytest.mark.parametrize(
    ("method", "arguments", "request_"),
    [
        ("Open", ("w/1/2/INBOX", "token"), {"command": "open", "message": "w/1/2/INBOX", "token": "token"}),
        ("Open", ("", ""), {"command": "open", "message": None, "token": ""}),
        ("Act", ("archive", ["a", "b"]), {"command": "act", "action": "archive", "messages": ["a", "b"]}),
        ("Undo", (), {"command": "undo"}),
        ("MarkAllRead", (), {"command": "mark-all-read"}),
        ("CheckNow", (), {"command": "check"}),
        ("Pause", (5,), {"command": "pause", "minutes": 5}),
        ("Pause", (0,), {"command": "pause", "minutes": None}),
        ("Resume", (), {"command": "resume"}),
        ("ShowWindow", (), {"command": "show"}),
        ("Quit", (), {"command": "quit"}),
    ],
)
def test_a_method_is_the_command_of_the_socket(ask, program, method, arguments, request_):
    sent = [
        texts(value) if isinstance(value, list) else unsigned(value) if isinstance(value, int) else value
        for value in arguments
    ]
    assert ask(method, *sent) == ("", [])
    assert program.requests == [request_]


def test_what_is_refused_is_an_error(ask, program):
    program.reply = {"ok": False, "error": "An action is one of …"}
    assert ask("Act", "explode", texts([]))[0] == REFUSED


@pytest.mark.parametrize("arguments", [(), (5,), ("a", "b", "c")])
def test_arguments_of_other_types_do_nothing(ask, program, arguments):
    assert ask("Open", *arguments)[0] != ""
    assert program.requests == []


def test_changes_and_new_mail_are_signals(service, bus, ask, until):
    heard = []
    for interface, name in (
        (INTERFACE, "Changed"),
        (INTERFACE, "NewMail"),
        (PROPERTIES, "PropertiesChanged"),
    ):
        bus.listen("", OBJECT, interface, name, lambda values, name=name: heard.append((name, values)))
    ask("CheckNow")  # what was listened to is known to the bus
    service.on_status(RECORD)
    service.on_status({**RECORD, "accounts": []})
    service.on_new_mail({"account": "Work", **MESSAGE})
    until(lambda: len(heard) == 4)
    known = {name: value for name, value in MESSAGE.items() if value is not None}
    assert heard == [
        ("PropertiesChanged", [INTERFACE, {"State": "unread", "Unread": 1}, []]),
        ("Changed", []),
        ("Changed", []),
        ("NewMail", [{"account": "Work", **known}]),
    ]


def test_state_and_count_are_properties(service, ask):
    service.on_status(RECORD)
    values = ask("GetAll", INTERFACE, interface=PROPERTIES)[1][0]
    assert (values["State"], values["Unread"]) == ("unread", 1)
    assert values["Version"]


def test_it_says_of_itself_what_it_offers_and_so_does_the_page(ask):
    xml = ask("Introspect", interface="org.freedesktop.DBus.Introspectable")[1][0]
    (interface,) = [each for each in ET.fromstring(xml).iter("interface") if each.get("name") == INTERFACE]
    members = {each.get("name") for each in interface if each.tag in {"method", "signal", "property"}}
    page = Path(__file__).resolve().parents[3].joinpath("docs", "dbus.md").read_text("utf-8")
    assert {member for member in members if f"`{member}" not in page} == set()
    assert {"GetAccounts", "Act", "NewMail", "Unread"} <= members


@pytest.mark.expects_log("belongs to another program")
def test_the_name_is_owned_once(service, connect, program):
    other = connect(program)
    assert not other.start(NAME)
    other.on_status(RECORD)  # nobody is told


def test_another_profile_has_another_name():
    assert bus_name(None) == NAME
    assert bus_name(Path("/home/jane/mail work")) == f"{NAME}.P_mail_work"
    assert bus_name(Path("/")) == f"{NAME}.P_"


def test_at_the_end_the_name_is_free(service, private_bus, connect, program):
    service.stop()
    service.on_status(RECORD)
    assert connect(program).start(NAME)
    probe = join(private_bus.address)
    assert probe.connected
    probe.close()
