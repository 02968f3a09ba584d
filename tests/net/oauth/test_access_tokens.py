"""Access tokens: renewed in time and once, kept before use, and not asked for again when all is lost."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from twisted.internet.defer import Deferred, fail, succeed
from twisted.internet.task import Clock

from tests.net.accounts import TLS
from tray.mail.model.account import Login, SecretSource
from tray.mail.model.secret import RenewableSecret, Secret, SecretUnavailable
from tray.mail.model.status import Problem, ProblemKind
from tray.mail.oauth.flows import OAuthClientCredentials, TokenSet
from tray.mail.settings.oauth_clients import OAuthProvider
from tray.net.oauth.access_tokens import PROVEN_AFTER, STORE_TIMEOUT, AccessTokens
from tray.net.oauth.token_endpoint import NoAnswer

ACCOUNT = replace(TLS, secret=SecretSource.OAUTH, login=Login.TOKEN, oauth="big")
BIG = OAuthProvider("big", "Big Mail", "https://big.com/a", "https://big.com/t", scopes=("mail",))
NOW = 1_000_000.0
NONE = SecretUnavailable(Problem(ProblemKind.NO_SECRET, "There is none."))


class World:
    """The keyring, the settings and the authorisation server, as a test wants them."""

    def __init__(self):
        self.clock, self.now = Clock(), NOW
        self.kept = TokenSet("big", "a0", NOW, NOW + 3600, "r0").to_secret()
        self.seen = None
        self.saved = []
        self.saving = succeed(None)
        self.asked = []
        self.answers = []
        self.program = OAuthClientCredentials(BIG, "client", Secret("hush"))
        self.tokens = AccessTokens(self.clock, lambda: self.now, self, self)

    async def read(self, account):
        if self.kept is None:
            raise NONE
        return self.kept

    async def peek(self, account):
        return await self.seen if isinstance(self.seen, Deferred) else self.seen

    def write_renewed(self, account, secret):
        self.saved.append(TokenSet.from_secret(secret))
        return self.saving

    async def client_credentials(self, provider):
        assert provider == "big"
        return self.program

    async def token_endpoint(self, account):
        return self

    def post(self, url, form):
        self.asked.append(form)
        answer = self.answers.pop(0)
        return answer if isinstance(answer, Deferred) else succeed(answer)

    def will_give(self, number, **more):
        fields = {"access_token": f"a{number}", "expires_in": 3600, "refresh_token": f"r{number}", **more}
        self.answers.append((200, json.dumps(fields).encode()))

    def will_refuse(self, code):
        self.answers.append((400, json.dumps({"error": code}).encode()))


@pytest.fixture
def world():
    return World()


def ask(coroutine):
    out = []
    Deferred.fromCoroutine(coroutine).addBoth(out.append)
    return out


def given(coroutine):
    (value,) = ask(coroutine)
    if hasattr(value, "raiseException"):
        value.raiseException()
    return value


def access(world):
    return given(world.tokens.access_token(ACCOUNT))


def problem(coroutine):
    with pytest.raises(SecretUnavailable) as caught:
        given(coroutine)
    return caught.value.problem


def test_a_fresh_token_is_given_without_a_question(world):
    assert access(world).reveal() == "a0"
    world.kept = None  # the keyring may be locked by then
    assert access(world).reveal() == "a0"
    assert world.asked == []


def test_it_is_renewed_before_it_ends_and_kept_before_it_is_used(world):
    world.now += 3400
    world.will_give(1)
    world.saving = Deferred()
    out = ask(world.tokens.access_token(ACCOUNT))
    assert [each.refresh for each in world.saved] == ["r1"]
    assert out == []  # the keyring is not done yet
    world.saving.callback(None)
    assert out[0].reveal() == "a1"
    assert world.asked == [
        {"grant_type": "refresh_token", "refresh_token": "r0", "client_id": "client", "client_secret": "hush"}
    ]


@pytest.mark.expects_log("could not be kept")
def test_a_keyring_that_cannot_keep_it_does_not_keep_the_mail_away(world):
    world.now += 3600
    world.will_give(1)
    world.saving = fail(NONE)
    assert access(world).reveal() == "a1"


def test_a_keyring_that_does_not_answer_is_waited_for_shortly(world):
    world.now += 3600
    world.will_give(1)
    world.saving = Deferred()
    out = ask(world.tokens.access_token(ACCOUNT))
    world.clock.advance(STORE_TIMEOUT)
    assert out[0].reveal() == "a1"
    world.saving.callback(None)


def test_all_mailboxes_share_one_renewal(world):
    world.now += 3600
    answer = Deferred()
    world.answers.append(answer)
    outs = [ask(world.tokens.access_token(ACCOUNT)) for _ in range(3)]
    assert len(world.asked) == 1
    answer.callback((200, b'{"access_token": "a1", "expires_in": 3600}'))
    assert [out[0].reveal() for out in outs] == ["a1"] * 3


def test_all_mailboxes_share_one_refusal_and_nobody_asks_again(world):
    """No retry loop: what was refused for good is refused here from then on."""
    world.now += 3600
    answer = Deferred()
    world.answers.append(answer)
    outs = [ask(world.tokens.access_token(ACCOUNT)) for _ in range(3)]
    answer.callback((400, b'{"error": "invalid_grant"}'))
    assert [out[0].value.problem.kind for out in outs] == [ProblemKind.REFUSED] * 3
    for _ in range(5):
        said = problem(world.tokens.access_token(ACCOUNT))
    assert "Sign in again" in said.advice
    assert "Big Mail" in said.sentence
    assert len(world.asked) == 1


def test_another_client_id_or_another_sign_in_is_worth_a_question(world):
    world.now += 3600
    world.will_refuse("invalid_client")
    problem(world.tokens.access_token(ACCOUNT))
    world.program = OAuthClientCredentials(BIG, "corrected")
    world.will_refuse("invalid_grant")
    problem(world.tokens.access_token(ACCOUNT))
    world.kept = TokenSet("big", "new", world.now, world.now + 3600, "rn").to_secret()
    world.tokens.forget(ACCOUNT.id)
    assert access(world).reveal() == "new"
    assert [form["client_id"] for form in world.asked] == ["client", "corrected"]


def test_a_sign_in_by_the_command_line_is_found_in_the_keyring(world):
    world.now += 3600
    world.will_refuse("invalid_grant")
    problem(world.tokens.access_token(ACCOUNT))
    world.seen = TokenSet("big", "cli", world.now, world.now + 3600, "rc").to_secret()
    assert access(world).reveal() == "cli"
    assert len(world.asked) == 1


def test_an_older_or_senseless_thing_in_the_keyring_is_left_there(world):
    world.now += 3600
    world.seen = Secret("a password")
    world.will_give(1)
    assert access(world).reveal() == "a1"
    world.now += 3600
    world.seen = TokenSet("big", "old", NOW, None, "ro").to_secret()
    world.will_give(2)
    assert access(world).reveal() == "a2"


def test_a_keyring_with_its_prompt_open_is_not_waited_for(world):
    world.now += 3600
    world.seen = Deferred()
    world.will_give(1)
    out = ask(world.tokens.access_token(ACCOUNT))
    assert out == []
    world.clock.advance(STORE_TIMEOUT)
    assert out[0].reveal() == "a1"


def test_a_newer_one_that_has_ended_too_is_renewed(world):
    world.now += 10_000
    world.seen = TokenSet("big", "cli", NOW + 5000, NOW + 8000, "rc").to_secret()
    world.will_give(1)
    assert access(world).reveal() == "a1"
    assert world.asked[0]["refresh_token"] == "rc"


def test_offline_is_waited_out_and_a_token_that_lives_is_used_meanwhile(world):
    world.now += 3400
    world.answers = [fail(NoAnswer("big.com", untrusted=False)) for _ in range(2)]
    assert access(world).reveal() == "a0"
    world.now += 300
    said = problem(world.tokens.access_token(ACCOUNT))
    assert (said.kind, said.kind.needs_credentials) == (ProblemKind.UNREACHABLE, False)
    world.will_give(1)
    assert access(world).reveal() == "a1"


def test_a_sign_in_of_a_newer_version_is_said_and_left_in_the_keyring(world):
    world.kept = Secret('{"version": 2, "sealed": "hush"}')
    found = problem(world.tokens.access_token(ACCOUNT))
    assert "newer Mailbell" in found.sentence
    assert "sign in" in found.advice
    assert (world.saved, world.asked) == ([], [])


def test_what_is_no_sign_in_is_said(world):
    world.kept = Secret("a password")
    assert problem(world.tokens.access_token(ACCOUNT)).kind is ProblemKind.NO_SECRET
    world.kept = None
    assert problem(world.tokens.access_token(ACCOUNT)) == NONE.problem


def test_without_a_refresh_token_the_end_is_the_end(world):
    world.kept = TokenSet("big", "a0", NOW, NOW + 3600).to_secret()
    world.now += 3600
    assert "Sign in again" in problem(world.tokens.access_token(ACCOUNT)).advice
    assert world.asked == []


def test_a_token_that_is_refused_early_is_replaced_once(world):
    first, other_mailbox = access(world), access(world)
    world.will_give(1)
    second = given(first.another())
    assert second.reveal() == "a1"
    assert given(other_mailbox.another()).reveal() == "a1"  # which has it already
    assert given(second.another()) is None  # that one is refused as well: it is not the token's age
    assert len(world.asked) == 1
    world.now += PROVEN_AFTER
    world.will_give(2)
    assert given(second.another()).reveal() == "a2"


def test_a_refused_token_is_not_given_out_while_there_is_no_other(world):
    first = access(world)
    world.answers = [fail(NoAnswer("big.com", untrusted=False)) for _ in range(2)]
    assert problem(first.another()).kind is ProblemKind.UNREACHABLE
    assert problem(world.tokens.access_token(ACCOUNT)).kind is ProblemKind.UNREACHABLE


def test_a_refused_token_without_a_refresh_token_is_given_up(world):
    world.kept = TokenSet("big", "a0", NOW).to_secret()
    assert given(access(world).another()) is None


def test_a_refused_token_is_replaced_by_a_newer_sign_in(world):
    first = access(world)
    world.seen = TokenSet("big", "cli", NOW + 1, None, "rc").to_secret()
    assert given(first.another()).reveal() == "cli"
    assert world.asked == []


def test_a_sign_in_that_is_not_kept_yet_is_used_for_a_test_but_never_used_up(world):
    secret = TokenSet("big", "draft", NOW, NOW + 3600, "rd").to_secret()
    draft = given(world.tokens.access_token(ACCOUNT, secret))
    assert isinstance(draft, RenewableSecret)
    assert draft.reveal() == "draft"
    assert given(draft.another()) is None
    world.now += 3600
    assert "Sign in again" in problem(world.tokens.access_token(ACCOUNT, secret)).advice
    assert problem(world.tokens.access_token(ACCOUNT, Secret("x"))).kind is ProblemKind.NO_SECRET


def test_a_renewal_goes_on_for_the_others_and_for_the_keyring_where_one_is_cancelled(world):
    """The refresh token may be used up already: what comes in its place must not be lost when the machine sleeps."""
    world.now += 3600
    answer = Deferred()
    world.answers.append(answer)
    first = Deferred.fromCoroutine(world.tokens.access_token(ACCOUNT))
    first.addErrback(lambda _: None)
    second = ask(world.tokens.access_token(ACCOUNT))
    first.cancel()
    answer.callback((200, b'{"access_token": "a1", "expires_in": 3600, "refresh_token": "r1"}'))
    assert second[0].reveal() == "a1"
    assert world.saved[0].refresh == "r1"


def test_a_fault_of_ours_reaches_whoever_waits(world):
    world.now += 3600
    world.answers.append(fail(RuntimeError("odd")))
    with pytest.raises(RuntimeError):
        access(world)
    world.will_give(1)
    assert access(world).reveal() == "a1"


def signs_in(world, number=9):
    """The user, in the dialog: the vault has it, and says so."""
    world.kept = TokenSet("big", f"a{number}", world.now, world.now + 3600, f"r{number}").to_secret()
    world.tokens.forget(ACCOUNT.id)


@pytest.mark.parametrize("refused", [False, True])
@pytest.mark.parametrize("removed", [False, True])
def test_a_renewal_under_way_does_not_undo_a_sign_in_or_a_removal(world, refused, removed):
    """Its answer comes late: neither the tokens of the old sign-in nor its end count any more."""
    world.now += 3400
    answer = Deferred()
    world.answers.append(answer)
    out = ask(world.tokens.access_token(ACCOUNT))
    signs_in(world)
    if removed:
        world.kept = None
    (world.will_refuse("invalid_grant") if refused else world.will_give(1))
    answer.callback(world.answers.pop())
    if removed:
        assert out[0].value.problem == NONE.problem
    else:
        assert [each.reveal() for each in [*out, access(world)]] == ["a9", "a9"]
    assert world.saved == []


def test_what_the_keyring_showed_before_a_sign_in_is_not_used_after_it(world):
    """It was read while the user signed in."""
    world.now += 3400
    world.seen = Deferred()
    out = ask(world.tokens.access_token(ACCOUNT))
    signs_in(world)
    world.seen.callback(TokenSet("big", "other", NOW + 100, world.now + 3600, "r").to_secret())
    assert [each.reveal() for each in out] == ["a9"]
    assert world.asked == []
    assert access(world).reveal() == "a9"


def test_a_refusal_of_the_old_token_is_answered_by_a_sign_in_that_came_meanwhile(world):
    """Also where the old one could not be renewed any more."""
    world.kept = TokenSet("big", "a0", NOW, NOW + 3600, "").to_secret()
    first = access(world)
    world.seen = Deferred()
    out = ask(first.another())
    signs_in(world)
    world.seen.callback(None)
    assert [each.reveal() for each in out] == ["a9"]
