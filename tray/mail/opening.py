"""How a mail is opened: by the account's own command, in its webmail, or in the desktop's mail program."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tray.mail.account import Account
    from tray.mail.message import MessageKey

PLACEHOLDERS = ("uid", "mailbox", "message_id", "account", "email")
"""What may stand in braces in `Account.open_command` and `Account.webmail`; other braces are left alone."""

_PLACEHOLDER = re.compile("{(" + "|".join(PLACEHOLDERS) + ")}")
_OF_A_MAIL = re.compile("{(uid|mailbox|message_id)}")
_WEB = re.compile(r"(https?://[^\s/?#{}]+)([^\s]*)", re.IGNORECASE | re.ASCII)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class OpenUrl:
    """Open this http or https address in the browser."""

    url: str


@dataclass(frozen=True, slots=True)
class RunCommand:
    """Run this program with these arguments, without a shell."""

    argv: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OpenMailProgram:
    """Open the desktop's mail program."""


How = OpenUrl | RunCommand | OpenMailProgram


def how(account: Account, key: MessageKey | None = None, message_id: str = "") -> How:
    """How to open the mail of `key`, or the account's mail as a whole where there is no key.

    The command goes first, then webmail, then the mail program. `message_id` (as the header has it; ``{message_id}``
    is without its angle brackets) comes from the sender of the mail, so it is filled into arguments and
    quoted into addresses, and what cannot be filled in safely is passed over. Without a mail, a command that
    asks for one is passed over, and of such a webmail address the site is opened.
    """
    values = {
        "uid": str(key.uid) if key is not None else "",
        "mailbox": key.mailbox if key is not None else "",
        "message_id": message_id.strip().removeprefix("<").removesuffix(">"),
        "account": account.name,
        "email": account.email,
    }
    if key is not None or not _OF_A_MAIL.search(account.open_command):
        argv = _argv(account.open_command, values)
        if argv:
            return RunCommand(argv)
    parts = web_address(account.webmail)
    if parts is None:
        return OpenMailProgram()
    site, rest = parts
    if key is None and _OF_A_MAIL.search(rest):
        return OpenUrl(site + "/")
    return OpenUrl(site + _fill(rest, values, _quoted))


def web_address(text: str) -> tuple[str, str] | None:
    """An http or https address as site and rest, or None for any other text.

    Placeholders are for the rest only: a mail must not choose the site that is opened.
    """
    match = _WEB.fullmatch(text)
    return (match[1], match[2]) if match else None


def command_parts(command: str) -> tuple[str, ...] | None:
    """The command split as a shell would, or None where a quote is not closed; nothing is expanded."""
    import shlex  # noqa: PLC0415 -- most accounts have no command

    try:
        return tuple(shlex.split(command))
    except ValueError:
        return None


def _argv(command: str, values: Mapping[str, str]) -> tuple[str, ...]:
    """The command with its placeholders filled in, empty where it cannot be used for this mail."""
    parts = command_parts(command)
    if not parts:
        return ()
    program, *templates = parts  # a mail must not choose the program either
    arguments = [_fill(template, values, str) for template in templates]
    for template, argument in zip(templates, arguments, strict=True):
        # A value that begins with a dash would be taken for an option; NUL cannot be handed over at all.
        if _CONTROL.search(argument) or (argument.startswith("-") and not template.startswith("-")):
            return ()
    return program, *arguments


def _fill(template: str, values: Mapping[str, str], quote: Callable[[str], str]) -> str:
    # In one pass, so that a value that looks like a placeholder stays as it is.
    return _PLACEHOLDER.sub(lambda match: quote(values[match[1]]), template)


def _quoted(text: str) -> str:
    from urllib.parse import quote  # noqa: PLC0415 -- needed at a click only

    return quote(text, safe="", errors="replace")
