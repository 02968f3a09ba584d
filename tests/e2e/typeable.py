"""A mail server for tests that type its password."""

from __future__ import annotations

from tests.real.dovecot import Dovecot


class TypeableDovecot(Dovecot):
    """With a password that xdotool can type whatever the keyboard's layout is."""

    password = 'pass word "1'
