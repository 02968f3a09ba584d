"""Accounts for the tests of the net room."""

from __future__ import annotations

from dataclasses import replace

from tray.mail.model.account import Account, AccountId, Security
from tray.mail.model.secret import Secret

PASSWORD = 'p"ä\\ss'
SECRET = Secret(PASSWORD)
TLS = Account(AccountId("a1"), "Work", "anna@example.org", "mail.example.org", "anna")
STARTTLS = replace(TLS, security=Security.STARTTLS, port=143)
CLEAR = replace(TLS, security=Security.NONE, port=143, host="localhost")
