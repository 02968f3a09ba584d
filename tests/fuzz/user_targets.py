"""Fuzz targets for what users and other programs give: imports, quiet hours, proxies."""

from __future__ import annotations

import json

from tests.fuzz.safety import is_safe
from tests.mail.importers.reading import PARSERS, read
from tray.imap.types import MailboxName, Uid, UidValidity
from tray.mail.importers import gnome_online, thunderbird
from tray.mail.importers.candidates import LIMIT, candidates, imported_accounts
from tray.mail.model.account import Account, AccountId
from tray.mail.model.message import MessageKey
from tray.mail.settings import proxy
from tray.mail.settings.checks import account_errors
from tray.mail.settings.open_command import command_parts, mistake
from tray.mail.settings.open_message import RunCommand, message_id_of, open_target
from tray.mail.settings.quiet_hours import InvalidQuietHours, changes_at, is_quiet
from tray.mail.settings.quiet_hours import parse as parse_quiet_hours
from tray.mail.setup.providers import Providers

_NO_PROVIDERS = Providers(())


def imports(data: bytes) -> None:
    """A file of another program (which, the first byte says): accounts that our settings take, or safe sentences."""
    if not data:
        return
    text = data[1:].decode("utf-8", "replace")
    for profile in thunderbird.profiles(text):
        assert "\0" not in profile.path
    programs = list(PARSERS)
    kind = data[0] % (len(programs) + 1)
    reading = read(programs[kind], text) if kind < len(programs) else gnome_online.parse(_objects(text))
    found = candidates([reading], (), _NO_PROVIDERS)
    for complaint in found.complaints:
        assert is_safe(complaint, 700)
    for offer in found.offers:
        assert is_safe(offer.account.name, 300)
        assert is_safe(" ".join(offer.notes), 4000)
        assert offer.account.password_command.isprintable()
    assert len(found.offers) <= LIMIT
    accounts = imported_accounts(found.offers, (), lambda: AccountId("id"))
    assert len({account.name.casefold() for account in accounts}) == len(accounts)
    for at, account in enumerate(accounts):
        assert not account_errors(account, (*accounts[:at], *accounts[at + 1 :]))


_COMMANDS = (
    "open {message_id}",
    "open mid:{message_id}",
    "open --box={mailbox} {mailbox}",
    "open https://m/{mailbox}",
)


def opened(data: bytes) -> None:
    """What sender, server and user wrote (a line each) for a click: as many arguments as in the command."""
    message_id, mailbox, command = (data.decode("utf-8", "surrogateescape") + "\n\n").split("\n")[:3]
    assert mistake(command) is None or is_safe(str(mistake(command)), 12_000)
    assert is_safe(message_id_of(message_id), 1000) or not message_id_of(message_id)
    key = MessageKey(AccountId("a"), MailboxName(mailbox), UidValidity(1), Uid(7))
    for wanted in (*_COMMANDS, command):
        account = Account(
            AccountId("a"),
            "Work",
            "a@x.org",
            "x.org",
            "a",
            open_command=wanted,
            webmail="https://m/{mailbox}",
        )
        match open_target(account, key, message_id):
            case RunCommand(argv, environment):
                parts = command_parts(wanted)
                assert parts is not None
                assert mistake(wanted) is None
                assert len(argv) == len(parts)
                assert argv[0] == parts[0]
                for part, argument in zip(parts, argv, strict=True):
                    assert argument[:1] == part[:1] or not argument.startswith(("-", "+"))
                assert not any("\0" in text for text in environment.values())
            case str(url):
                assert url.startswith("https://m/")


def _objects(text: str) -> list[gnome_online.Interfaces]:
    """What the bus might say: a list of tables of tables."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return []
    return [
        {str(name): table for name, table in each.items() if isinstance(table, dict)}
        for each in (document if isinstance(document, list) else [document])
        if isinstance(each, dict)
    ]


def typed(data: bytes) -> None:
    """Quiet hours and proxies as users type them: understood, or refused in words."""
    text = data.decode("utf-8", "replace")
    try:
        entry = parse_quiet_hours(text).text
    except InvalidQuietHours as error:
        assert is_safe(str(error), 300) or len(text) < 100  # noqa: PT017
    else:
        assert parse_quiet_hours(entry).text == entry
        assert parse_quiet_hours(entry) == parse_quiet_hours(text)
        now = 1_700_000_000.0
        assert changes_at([entry], now) > now
        is_quiet([entry], now)
    try:
        found = proxy.parse(text)
    except proxy.BadProxy as error:
        assert is_safe(str(error), 300)  # noqa: PT017
    else:
        assert found is None or (proxy.parse(str(found)) == found and is_safe(found.place, 5000))
