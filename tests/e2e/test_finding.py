"""An account from an address alone, on the command line."""

from __future__ import annotations

import json

import pytest


def add(program, email, *more):
    words = ("--email", email, "--password-stdin", "--insecure-secret-file", "--no-check")
    return program.run("account", "add", *words, *more, stdin="secret\n")


def test_a_great_provider_is_known_and_what_it_wants_is_said(program):
    """Nobody is asked."""
    done = add(program, "anna@gmail.com")
    assert done.returncode == 0, done.stderr
    first = done.stdout.splitlines()[0]
    assert first.startswith(
        "Found: imap.gmail.com:993, TLS (the list that comes with Mailbell). "
        "Gmail refuses the plain password: make an application password at https://myaccount.google.com/apppasswords."
    )
    (account,) = json.loads(program.run("account", "list", "--json").stdout)["accounts"]
    assert (account["host"], account["user"]) == ("imap.gmail.com", "anna@gmail.com")


def test_what_is_typed_goes_before_what_is_found(program):
    """Each for itself."""
    done = add(program, "anna@web.de", "--user", "anna.k", "--security", "starttls", "--name", "Home")
    assert done.returncode == 0, done.stderr
    (account,) = json.loads(program.run("account", "list", "--json").stdout)["accounts"]
    found = (account["name"], account["host"], account["port"], account["security"], account["user"])
    assert found == ("Home", "imap.web.de", 143, "starttls", "anna.k")


@pytest.mark.parametrize(
    ("email", "code", "says"),
    [("anna@hey.com", 1, "HEY offers no IMAP"), ("anna@localhost", 2, "--host"), ("anna", 2, "--host")],
)
def test_where_there_is_nothing_to_be_found_it_is_said(program, email, code, says):
    """And nothing is added."""
    done = add(program, email)
    assert done.returncode == code
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert json.loads(program.run("account", "list", "--json").stdout) == {"accounts": []}
