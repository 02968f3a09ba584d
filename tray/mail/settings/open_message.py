"""How a message is opened: by the account's command, in its webmail, or in the desktop's mail program."""

from __future__ import annotations

import re
from dataclasses import field
from typing import TYPE_CHECKING

from tray.mail.model.host_names import is_loopback
from tray.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tray.mail.model.account import Account
    from tray.mail.model.message import MessageKey

PLACEHOLDERS = ("uid", "mailbox", "message_id", "account", "email")
"""Names in braces that are filled in, in `Account.open_command` and `Account.webmail`; other braces stay."""

PLACEHOLDER = re.compile("{(" + "|".join(PLACEHOLDERS) + ")}")
_NEEDS_MESSAGE = "{(uid|mailbox|message_id)}|MAILBELL_(UID|MAILBOX|MESSAGE_ID)"
_WEB = r"(?ai)(https?)://([^\s/?#{}\\@]+)((?:[/?#]\S*)?)"
_CONTROL = r"[\x00-\x1f\x7f-\x9f]"
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_MESSAGE_ID = rf"{_ATOM}(?:\.{_ATOM})*@(?:{_ATOM}(?:\.{_ATOM})*|\[[A-Za-z0-9.:-]+\])"
"""dot-atom-text on both sides, or an address literal (RFC 5322, 3.6.4)."""


@dataclass(frozen=True, slots=True)
class RunCommand:
    """Run this program with these arguments, without a shell."""

    argv: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict, compare=False)
    """Variables for the program's environment: ``MAILBELL_UID`` and so on."""


OpenTarget = str | RunCommand | None
"""An http or https address for the browser, a command, or None for the desktop's mail program."""


def open_target(account: Account, key: MessageKey | None = None, message_id: str = "") -> OpenTarget:
    """How to open the message `key`, or the account's mail where it is None: command, webmail or mail program.

    `message_id` (as in the header; ``{message_id}`` is without its angle brackets) is written by the sender, so one
    that is not made of atoms is ignored. A command or address that needs a value which is missing, or cannot be filled
    in safely, is skipped; of such a webmail address the site is opened.
    """
    values = {
        "uid": str(key.uid) if key is not None else "",
        "mailbox": key.mailbox if key is not None else "",
        "message_id": message_id_of(message_id),
        "account": account.name,
        "email": account.email,
    }
    if key is not None or not re.search(_NEEDS_MESSAGE, account.open_command):
        argv = _argv(account.open_command, values)
        if argv:
            facts = {
                variable(name): value for name, value in values.items() if not re.search(_CONTROL, value)
            }
            return RunCommand(argv, facts)
    parts = web_address(account.webmail)
    if parts is None:
        return None
    site, rest = parts
    if (key is None and re.search(_NEEDS_MESSAGE, rest)) or not _has_message_id(rest, values):
        return site + "/"
    # In one pass, so that a value that looks like a placeholder is not replaced again.
    return site + PLACEHOLDER.sub(lambda match: quoted(values[match[1]]), rest)


def message_id_of(header: str) -> str:
    """The Message-ID in `header` without its angle brackets; empty where it is not made of atoms (RFC 5322, 3.6.4)."""
    text = header.strip().removeprefix("<").removesuffix(">")
    return text if re.fullmatch(_MESSAGE_ID, text) else ""


def web_address(text: str) -> tuple[str, str] | None:
    """The site and the rest of an https address, or an http address of this machine; None for any other text.

    Placeholders are allowed in the rest only: a message must not choose the site. A user name is not allowed, because
    it could be mistaken for the site.
    """
    match = re.fullmatch(_WEB, text)
    if match is None:
        return None
    scheme, site, rest = match.groups()
    if scheme.lower() == "http" and not is_loopback(site.rpartition(":")[0] or site):
        return None
    return f"{scheme}://{site}", rest


def variable(placeholder: str) -> str:
    """The environment variable for the value of a placeholder."""
    return f"MAILBELL_{placeholder.upper()}"


def _argv(command: str, values: Mapping[str, str]) -> tuple[str, ...]:
    """The command with its placeholders filled in; empty where it cannot be used for this message."""
    if not command:
        return ()
    from tray.mail.settings.open_command import argument_for, command_parts, mistake  # noqa: PLC0415 -- most accounts have none

    parts = command_parts(command)
    if not parts or mistake(command) is not None or not _has_message_id(command, values):
        return ()
    program, *templates = parts  # placeholders in the program's name are not filled in
    arguments = [argument_for(template, values) for template in templates]
    for template, argument in zip(templates, arguments, strict=True):
        # A dash at the beginning would make it an option, a plus a command of an editor or a pager.
        if re.search(_CONTROL, argument) or (argument[:1] in {"-", "+"} and argument[0] != template[0]):
            return ()
    return program, *arguments


def _has_message_id(template: str, values: Mapping[str, str]) -> bool:
    """Whether there is a Message-ID, where `template` needs one."""
    return bool(values["message_id"]) or "{message_id}" not in template


def quoted(text: str, safe: str = "") -> str:
    """`text`, percent-encoded for a URL."""
    from urllib.parse import quote  # noqa: PLC0415 -- needed for a click only

    return quote(text, safe=safe, errors="replace")
