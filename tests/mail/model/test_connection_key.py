"""What of an account matters to its connections."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from tests.mail.make import account
from tray.mail.model.account import Account

FREE = {"name", "email", "mailboxes", "webmail", "open_command", "colour", "sound", "muted", "quiet_hours"}


@pytest.mark.parametrize("name", [field.name for field in fields(Account)])
def test_only_what_the_server_sees_matters(name: str) -> None:
    here = account()
    value = getattr(here, name)
    other = (not value) if isinstance(value, bool) else object()
    there = replace(here, **{name: other})
    assert (here.connection_key == there.connection_key) is (name in FREE)
