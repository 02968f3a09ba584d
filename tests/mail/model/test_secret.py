"""A secret is not printed by accident."""

from __future__ import annotations

import pickle

import pytest

from tests.mail.make import problem
from tray.mail.model.secret import RenewableSecret, Secret, SecretUnavailable, not_kept, recorded
from tray.mail.model.status import Problem, ProblemKind


def test_a_secret_shows_itself_on_purpose_only():
    secret = Secret("hunter2")
    assert "hunter2" not in f"{secret!r} {secret} {secret:}"
    assert secret.reveal() == "hunter2"


def test_secrets_compare_and_may_be_empty():
    assert Secret("a") == Secret("a") != Secret("b")
    assert Secret("a") != "a"
    assert len({Secret("a"), Secret("a")}) == 1
    assert not Secret("")
    assert Secret("a")


def test_a_secret_is_not_pickled():
    with pytest.raises(TypeError, match="must not be pickled"):
        pickle.dumps(Secret("a"))


def test_an_unavailable_secret_says_why():
    assert str(SecretUnavailable(problem())) == "The server refused."
    assert SecretUnavailable(problem()).problem == problem()
    locked = SecretUnavailable.because("The keyring is locked.", "Unlock it.")
    assert locked.problem == Problem(ProblemKind.NO_SECRET, "The keyring is locked.", "Unlock it.")
    assert not_kept(locked.problem).startswith("The keyring is locked. The password is used until")


def renewed(secret):
    """What comes in the place of a renewable secret."""
    with pytest.raises(StopIteration) as end:
        secret.another().send(None)
    return end.value.value


def test_a_renewable_secret_that_is_recorded_records_what_comes_in_its_place():
    texts, used = ["second", "third"], []

    async def another():
        return RenewableSecret(texts.pop(0), another) if texts else None

    third = renewed(renewed(recorded(RenewableSecret("first", another), used)))
    assert renewed(third) is None
    assert [secret.reveal() for secret in used] == ["first", "second", "third"]
    assert recorded(Secret("plain"), used) is used[-1]
