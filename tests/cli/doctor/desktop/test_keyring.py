"""What the keyring means."""

from __future__ import annotations

import pytest

from tray.cli.doctor.bus_questions import NoBus
from tray.cli.doctor.desktop import keyring
from tray.cli.doctor.desktop.keyring import Keyring, findings
from tray.cli.doctor.finding import Mark
from tray.desktop.secrets.keyring import KeyringState
from tray.mail.model.status import Problem, ProblemKind

ABSENT = Problem(ProblemKind.NO_SECRET, "There is no keyring.", "Start one.")


def backend(state):
    return Keyring("SecretService.Keyring", state, "gnome-keyring-d")


@pytest.mark.parametrize(
    ("seen", "mark", "words"),
    [
        (backend(KeyringState.OPEN), Mark.OK, "open (gnome-keyring-d)"),
        (backend(KeyringState.EMPTY), Mark.OK, "no keyring yet"),
        (backend(KeyringState.LOCKED), Mark.PROBLEM, "locked (gnome-keyring-d)"),
        (backend(KeyringState.UNKNOWN), Mark.NOTE, "not read"),
        (Keyring("kwallet.DBusKeyring", KeyringState.OPEN), Mark.OK, "open (kwallet.DBusKeyring)"),
        (Keyring(problem=ABSENT), Mark.PROBLEM, "There is no keyring."),
    ],
)
def test_a_keyring_that_is_needed_must_be_readable(seen, mark, words):
    (found,) = findings(seen, needed=True)
    assert found.mark is mark
    assert words in found.found


@pytest.mark.parametrize("seen", [backend(KeyringState.LOCKED), Keyring(problem=ABSENT)])
def test_a_keyring_that_no_account_needs_is_no_problem(seen):
    assert [each.mark for each in findings(seen, needed=False)] == [Mark.NOTE]


@pytest.mark.expects_log("libsecret")  # of keyring 23.9, where libsecret is installed
def test_without_a_bus_the_library_says_what_there_is():
    assert keyring.look().problem is not None


def test_on_a_bus_that_hangs_the_library_is_not_asked(monkeypatch):
    """It would hang as well."""

    def hang():
        raise NoBus(hangs=True)

    monkeypatch.setattr(keyring, "questions", hang)
    monkeypatch.setattr(keyring.library, "state", None)
    with pytest.raises(NoBus):
        keyring.look()
