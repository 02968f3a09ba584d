"""What a refusal means for the person who wants to sign in."""

from __future__ import annotations

import pytest

from tray.mail.model.status import ProblemKind
from tray.mail.oauth.flows import MalformedOAuthAnswer, OAuthError
from tray.mail.presentation.setup import sign_in_texts as texts


@pytest.mark.parametrize(
    ("code", "description", "sentence", "advice"),
    [
        ("invalid_grant", "", "has ended", "Sign in again"),
        ("interaction_required", "", "has ended", "Sign in again"),
        ("access_denied", "", "not allowed", "allow it"),
        ("authorization_declined", "", "not allowed", "allow it"),
        ("expired_token", "", "expired", "new code"),
        ("invalid_client", "", "client id", "Check client id"),
        ("unauthorized_client", "", "client id", "Check client id"),
        ("invalid_scope", "", "right to read mail", "scopes"),
        ("consent_required", "", "administrator", "administrator"),
        ("invalid_grant", "AADSTS65001: The user or administrator has not consented", "administrator", "Ask"),
        ("admin_policy_enforced", "", "administrator", "Ask"),
        ("invalid_request", "AADSTS50011: The reply URL does not match", "comes back", "Register"),
        ("redirect_uri_mismatch", "", "comes back", "Register"),
        ("something_new", "", "refused", "client id"),
    ],
)
def test_each_error_is_told_in_words_and_asks_the_user(code, description, sentence, advice):
    problem = texts.refused(OAuthError(code, description), "Big Mail")
    assert problem.kind is ProblemKind.REFUSED
    assert sentence in problem.sentence
    assert "Big Mail" in problem.sentence
    assert advice in problem.advice
    assert problem.server_text.startswith(code)


@pytest.mark.parametrize("code", ["server_error", "temporarily_unavailable"])
def test_a_server_that_is_busy_is_tried_again(code):
    problem = texts.refused(OAuthError(code), "Big Mail")
    assert (problem.kind, problem.kind.needs_credentials) == (ProblemKind.SERVER, False)


def test_the_other_troubles_have_words_too():
    assert (
        "another server"
        in texts.malformed_answer(MalformedOAuthAnswer("from another server"), "Big Mail").sentence
    )
    assert texts.no_sign_in("Work").kind is ProblemKind.NO_SECRET
    assert "client id" in texts.no_client("Big Mail").sentence
    assert "client secret" in texts.no_client_secret("Big Mail").sentence
    assert texts.unusable("It needs a scope.").sentence == "It needs a scope."
    assert texts.timed_out("Big Mail").kind is ProblemKind.REFUSED
    assert "8714" in texts.no_listener("http://localhost:8714/").sentence
    ways = {texts.no_such_method("Big Mail", device=device).sentence for device in (True, False)}
    assert len(ways) == 2
    away, wrong = (texts.unreachable("Big Mail", "login.big.com", untrusted=each) for each in (False, True))
    assert (away.kind, wrong.kind) == (ProblemKind.UNREACHABLE, ProblemKind.UNTRUSTED)
    assert "login.big.com" in away.sentence
    assert "login.big.com" in wrong.sentence
    assert texts.page_done() != texts.page_refused("Big Mail")


def test_the_browser_is_told_whether_it_came_back():
    assert "close this window" in texts.page_done()
    assert texts.page_empty() == "There is nothing here."
    assert texts.answer_too_large() == "the answer is too large"


@pytest.mark.parametrize(
    ("device", "missing", "other"),
    [(True, "by a code", "browser"), (False, "through the browser", "by a code")],
)
def test_of_two_ways_to_sign_in_the_other_one_is_named(device, missing, other):
    problem = texts.no_such_method("Big Mail", device=device)
    assert problem.sentence.startswith("Big Mail has no sign-in")
    assert missing in problem.sentence
    assert other in problem.advice
