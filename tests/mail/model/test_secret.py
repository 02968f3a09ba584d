"""A secret is not printed by accident."""

from __future__ import annotations

import pickle

import pytest

from tests.mail.make import problem
from tray.mail.model.secret import Secret, SecretUnavailable


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
    with pytest.raises(TypeError, match="not to be pickled"):
        pickle.dumps(Secret("a"))


def test_an_unavailable_secret_says_why():
    assert str(SecretUnavailable(problem())) == "The server refused."
    assert SecretUnavailable(problem()).problem == problem()
