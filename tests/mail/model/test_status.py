"""Which status is told where there are several."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from tests.mail.make import problem
from tray.mail.model.certificate import Certificate, CertificateErrorKind
from tray.mail.model.status import (
    Connecting,
    Disabled,
    NeedsCredentials,
    Paused,
    Problem,
    ProblemKind,
    Waiting,
    Watching,
    mailbox_refused,
    needs_attention,
    only_confirms,
    problem_in,
    state_name,
    untrusted_certificate,
    worst,
)

WORST_FIRST = [
    NeedsCredentials(9, problem(ProblemKind.REFUSED)),
    Waiting(9, 99, problem(ProblemKind.UNTRUSTED)),
    Waiting(0, 1, problem(ProblemKind.UNREACHABLE)),
    Connecting(0),
    Watching(0, 0),
    Paused(0, None),
    Disabled(),
]


def test_the_worst_status_wins_in_any_order():
    for pair in itertools.combinations(WORST_FIRST, 2):
        assert worst(pair) is pair[0]
        assert worst(reversed(pair)) is pair[0]
    assert worst(iter(WORST_FIRST)) is WORST_FIRST[0]
    sooner, later = (
        Waiting(0, 1, problem(ProblemKind.UNTRUSTED)),
        Waiting(0, 2, problem(ProblemKind.UNTRUSTED)),
    )
    assert worst([sooner, WORST_FIRST[0]]) is WORST_FIRST[0]
    assert worst([later, sooner]) is sooner
    assert worst([Watching(1, 50), Watching(2, 40)]) == Watching(2, 40)
    assert worst([]) == Disabled()


def test_a_remark_speaks_before_a_connection_without_one():
    said = Watching(0, 50, remark=problem(ProblemKind.ALERT))
    assert worst([Watching(0, 40), said]) is said
    assert worst([said, Connecting(0)]) == Connecting(0)


@pytest.mark.parametrize("status", WORST_FIRST)
def test_a_problem_is_in_what_failed_only(status):
    failed = isinstance(status, (NeedsCredentials, Waiting))
    assert (problem_in(status) is not None) is failed
    assert needs_attention(status) is (status in WORST_FIRST[:2])
    assert not mailbox_refused(status)
    assert problem_in(Watching(0, 0, remark=problem(ProblemKind.ALERT))) == problem(ProblemKind.ALERT)


def test_a_mailbox_that_waits_for_its_turn_is_a_remark_on_those_that_are_watched():
    """The account is not offline: its INBOX is watched."""
    waits = Waiting(0, 9, problem(ProblemKind.TOO_MANY))
    assert worst([waits, Watching(1, 2)]) == Watching(1, 2, remark=problem(ProblemKind.TOO_MANY))
    assert worst([waits, Connecting(0)]) is waits
    other = Waiting(0, 5, problem(ProblemKind.MAILBOX))
    assert worst([waits, Watching(1, 2), other]) is other


@pytest.mark.parametrize("kind", ProblemKind)
def test_a_waiting_account_needs_the_user_where_waiting_does_not_mend_it(kind):
    expected = kind.name in {
        "UNTRUSTED",
        "PROXY",
        "PROXY_REFUSED",
        "NOT_ALLOWED",
        "MAILBOX",
        "OVER_QUOTA",
        "PROTOCOL",
        "INTERNAL",
        "REFUSED",
        "APP_PASSWORD",
        "NO_SECRET",
    }
    assert needs_attention(Waiting(0, 1, problem(kind))) is expected
    assert needs_attention(Watching(0, 1, remark=problem(kind))) is expected
    assert mailbox_refused(Waiting(0, 1, problem(kind))) is (kind is ProblemKind.MAILBOX)
    assert mailbox_refused(Watching(0, 1, remark=problem(kind))) is (kind is ProblemKind.MAILBOX)


def test_mailboxes_that_share_a_connection_are_counted():
    own, told, asked = Watching(0, 9), Watching(0, 5, told=1), Watching(0, 7, push=False, asked=1)
    assert worst([own, told, told]) == Watching(0, 5, told=2)
    assert worst([own, asked, asked]) == Watching(0, 7, asked=2)
    assert worst([own, own]) == own
    assert worst([replace(own, push=False), asked]) == Watching(0, 7, push=False, asked=1)
    waiting = Waiting(0, 1, problem(ProblemKind.SERVER))
    assert worst([own, told, waiting]) is waiting


def test_state_names_are_those_of_the_status_command():
    assert [state_name(status) for status in WORST_FIRST] == [
        "needs-credentials",
        "waiting",
        "waiting",
        "connecting",
        "watching",
        "paused",
        "disabled",
    ]


def test_a_certificate_is_found_where_it_keeps_from_watching() -> None:
    shown = Certificate("h", "s", (), "i", 0.0, 1.0, "ab" * 32, True, (CertificateErrorKind.SELF_SIGNED,))
    waiting = Waiting(0.0, 1.0, Problem(ProblemKind.UNTRUSTED, "No.", certificate=shown))
    assert untrusted_certificate(waiting) is shown
    assert untrusted_certificate(Waiting(0.0, 1.0, Problem(ProblemKind.UNTRUSTED, "No."))) is None
    assert untrusted_certificate(Connecting(0.0)) is None


@pytest.mark.parametrize("before", WORST_FIRST)
@pytest.mark.parametrize("after", WORST_FIRST)
def test_only_an_answer_of_a_watched_server_confirms(before, after):
    assert only_confirms(before, after) == (isinstance(before, Watching) and isinstance(after, Watching))


@pytest.mark.parametrize(
    "change",
    [{"since": 1}, {"push": False}, {"remark": problem(ProblemKind.ALERT)}, {"told": 1}, {"asked": 1}],
)
def test_what_else_an_answer_changes_is_no_confirmation(change):
    before = Watching(0, 5)
    assert only_confirms(before, Watching(0, 6))
    assert not only_confirms(before, replace(before, last_confirmed=6, **change))
