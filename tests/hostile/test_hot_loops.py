"""Servers that keep us busy: the program does no more than a few things a second, whatever the server sends."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING

import pytest

from tests.e2e.program import Program
from tests.hostile.answers import goodbye, hang_up
from tests.hostile.server import HostileServer
from tests.rig.processes import wait_until
from tests.scale.measures import processor_seconds

if TYPE_CHECKING:
    from tests.hostile.conftest import AttackedProgram
    from tests.hostile.server import Connection

SECONDS = 1.5
STORM_LIMIT = 60.0
"""Seconds: `CHECK_BURST` checks (`tray.net.watch.idle_loop`) take half a minute on a machine with much else to do."""


def settle(attacked: AttackedProgram, limit: int) -> tuple[int, float]:
    """How many commands come, and how much of a processor goes, in `SECONDS` once the first storm is over."""
    attacked.server.drop()
    before = time.monotonic()
    wait_until(
        lambda: (
            attacked.check_now() == "watching"
            and not {"FETCH", "UID FETCH"}.isdisjoint(attacked.server.commands_since(before))
        ),
        "a new session",
    )
    while True:
        begin, busy = time.monotonic(), processor_seconds(attacked.program.pid)
        wait_until(lambda: time.monotonic() > begin + SECONDS, "the time to count", SECONDS + 1)  # noqa: B023
        count = len(attacked.server.commands_since(begin))
        load = (processor_seconds(attacked.program.pid) - busy) / SECONDS
        if count <= limit or begin > before + STORM_LIMIT:
            storm = len(attacked.server.commands_since(before)) - count
            attacked.figures.append(
                f"{storm} commands at first, then {count / SECONDS:.1f} a second at {load:.0%} of a processor"
            )
            return count, load


def assert_recovers(attacked: AttackedProgram, text: str) -> None:
    """The program runs on, and the next mail is announced once."""
    attacked.server.behave()
    attacked.server.drop()
    attacked.wait_idling()
    attacked.server.deliver(text)
    attacked.wait_toast(text)
    assert attacked.toasts_about(text) == 1
    attacked.dismiss()


def test_a_mailbox_that_is_renumbered_whenever_it_is_opened(attacked):
    """It is opened anew now and then, and nothing in it is announced."""
    attacked.wait_idling()
    server = attacked.server
    before = len(attacked.desktop.notifications.toasts())

    def examine(client: Connection, tag: str) -> None:
        server.uid_validity += 1
        client.on_examine(tag, "")
        server.uid_validity += 1
        client.say(f"* OK [UIDVALIDITY {server.uid_validity}] and again")

    server.always["EXAMINE"] = examine
    count, load = settle(attacked, 20)
    assert count <= 20
    assert load < 0.5
    assert len(attacked.desktop.notifications.toasts()) == before
    assert_recovers(attacked, "After the renumbering.")


@pytest.mark.parametrize("grows", [True, False], ids=["grows", "swings"])
def test_mail_that_is_announced_and_never_there(attacked, grows):
    """EXISTS after every answer, for ever."""
    attacked.wait_idling()
    count_sent = [10]

    def answer(client: Connection, tag: str) -> None:
        count_sent[0] = count_sent[0] + 1 if grows else 21 - count_sent[0]
        client.say(f"{tag} OK", f"* {count_sent[0]} EXISTS")

    attacked.server.always.update({"FETCH": answer, "UID FETCH": answer, "UID SEARCH": answer})
    count, load = settle(
        attacked, 30
    )  # each look asks for envelopes, previews and the count, and idles again
    assert count <= 30
    assert load < 0.5
    assert_recovers(attacked, f"After the missing mail {grows}.")


def test_idle_that_ends_at_once(attacked):
    """Then it asks now and then instead."""
    attacked.wait_idling()
    attacked.server.always["IDLE"] = lambda client, tag: client.say("+ idling", f"{tag} OK enough")
    count, load = settle(attacked, 3)
    assert count <= 3
    assert load < 0.2
    assert_recovers(attacked, "After the short IDLE.")


def test_servers_that_end_every_connection_at_once(recording_desktop, tmp_path):
    """They are asked less and less often, whether they say a word or not."""
    with contextlib.ExitStack() as stack:
        polite, silent = (stack.enter_context(HostileServer()) for _ in range(2))
        program = Program(tmp_path, recording_desktop.env)
        stack.callback(program.stop)
        for name, server in (("Polite", polite), ("Silent", silent)):
            program.add_account(server, name, "--no-check")
        polite.always["greeting"], silent.always["accept"] = goodbye, hang_up
        program.start()
        wait_until(lambda: bool(polite.accepted and silent.accepted), "the first connections")
        wait_until(lambda: time.monotonic() > silent.accepted[0] + 6, "the time to count", 7)
        assert 3 <= len(polite.accepted) <= 4  # after 0, 0.5, 1.5 and 5.5 s at the soonest
        assert 3 <= len(silent.accepted) <= 4


def test_no_fault_was_logged(attacked):
    """After everything that the other tests of this folder did to this program."""
    said = attacked.program.log_text()
    assert "Traceback" not in said
    assert "Internal error" not in said
    assert attacked.server.password not in said
