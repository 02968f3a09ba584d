"""What a server says to the user, where it is known who speaks."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.net.accounts import CLEAR, STARTTLS, TLS
from tray.imap.events import ResponseCode, StatusResponse, Tagged
from tray.mail.model.status import Problem, ProblemKind
from tray.mail.presentation.problem_texts.refusals import alert_of

FAM = "Filesystem notification initialization error -- contact your mail administrator (FAM/Gamin library)"


ALMOST_FULL = (ResponseCode("ALERT"), "Your mailbox is almost full.")


@pytest.mark.parametrize(
    "said",
    [
        StatusResponse("OK", *ALMOST_FULL),
        Tagged(b"1", "OK", *ALMOST_FULL),
        Tagged(b"1", "NO", *ALMOST_FULL),
    ],
)
def test_an_alert_is_told_in_the_servers_words(said) -> None:
    text = ALMOST_FULL[1]
    assert alert_of(said, TLS, encrypted=True) == Problem(
        ProblemKind.ALERT, f"mail.example.org says: {text}", "", text
    )


@pytest.mark.parametrize(("length", "shown"), [(250, "x" * 250), (251, "x" * 249 + "…")])
def test_a_long_alert_is_cut_and_known_whole(length: int, shown: str) -> None:
    problem = alert_of(StatusResponse("OK", ResponseCode("ALERT"), "x" * length), TLS, encrypted=True)
    assert problem is not None
    assert problem.sentence == f"mail.example.org says: {shown}"
    assert problem.server_text == "x" * length


def test_over_quota_is_told_in_ours() -> None:
    problem = alert_of(StatusResponse("NO", ResponseCode("OVERQUOTA"), "Quota exceeded"), TLS, encrypted=True)
    assert problem is not None
    assert problem.kind is ProblemKind.OVER_QUOTA
    assert "full" in problem.sentence
    assert "Delete" in problem.advice


GMAIL = "Account exceeded command or bandwidth limits. (Failure)"


@pytest.mark.parametrize(
    "said",
    [
        Tagged(b"1", "NO", ResponseCode("ALERT"), GMAIL),
        Tagged(b"1", "NO", ResponseCode("OVERQUOTA"), GMAIL),
        Tagged(b"1", "NO", ResponseCode("OVERQUOTA"), ""),
        Tagged(b"1", "NO", ResponseCode("ALERT"), "Too many simultaneous connections. (Failure)"),
        StatusResponse("NO", ResponseCode("OVERQUOTA"), GMAIL),
        StatusResponse("BYE", ResponseCode("ALERT"), GMAIL),
    ],
)
def test_a_limit_that_passes_is_left_to_the_status_which_ends_with_it(said) -> None:
    """A toast, and a remark for as long as the connection lasts, would stay behind; nor is a mailbox full."""
    assert alert_of(said, TLS, encrypted=True) is None


@pytest.mark.parametrize(
    "said",
    [
        StatusResponse("OK", None, "Still here"),
        StatusResponse("OK", ResponseCode("UIDNEXT", "5"), "next"),
        StatusResponse("OK", ResponseCode("ALERT"), " "),
        StatusResponse("OK", ResponseCode("ALERT"), FAM),
    ],
)
def test_the_rest_is_for_nobody(said: StatusResponse) -> None:
    assert alert_of(said, TLS, encrypted=True) is None


@pytest.mark.parametrize("account", [TLS, STARTTLS, replace(TLS, host="localhost")])
def test_before_it_is_known_who_speaks_nothing_is_believed(account) -> None:
    said = StatusResponse("OK", ResponseCode("ALERT"), "Call this number")
    assert alert_of(said, account, encrypted=False) is None
    assert alert_of(said, account, encrypted=True) is not None
    assert alert_of(said, CLEAR, encrypted=False) is not None
