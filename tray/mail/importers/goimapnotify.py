"""goimapnotify: the accounts of one of its files, JSON or YAML (config.go and client.go of its source).

Its keys are case-insensitive. ``password`` is never read.
"""

from __future__ import annotations

import json
from dataclasses import replace

import yaml

from tray.i18n import tr
from tray.mail.importers.candidates import (
    LIMIT,
    ForeignAccount,
    ImportResult,
    SourceProgram,
    account_prefix,
    build,
    clean,
    file_prefix,
    number,
    with_command,
    with_note,
)
from tray.mail.model.account import Login, SecretSource, Security

_LENGTH_LIMIT = 100_000
"""Characters: PyYAML reads so many in less than a second, and these files have some hundred."""
_TRUE, _FALSE = {"y", "yes", "true", "on"}, {"n", "no", "false", "off"}
"""Booleans of its YAML library (the README of go-yaml, version 3)."""
_NULL = {"~", "null", "Null", "NULL"}


def parse(text: str, place: str) -> ImportResult:
    """The accounts of one file; never raises."""
    if len(text) > _LENGTH_LIMIT:
        return _complaint(place, tr("it is too large to be meant."))
    try:
        if text.lstrip().startswith(("{", "[")):
            document = json.loads(text)
        else:
            # BaseLoader reads every value as text; other loaders read "pass: 0123" as the number 83.
            document = next(yaml.load_all(text, yaml.BaseLoader), None)
    except json.JSONDecodeError as error:
        return _complaint(place, _not_understood(error.lineno))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        return _complaint(place, _not_understood(mark.line + 1 if mark else 1))
    except (yaml.YAMLError, ValueError, RecursionError):
        return _complaint(place, tr("it cannot be understood; add the account by hand."))
    top = _lower(document)
    tables = top.get("configurations", document)  # without that key before version 2.4
    accounts = [_lower(table) for table in (tables if isinstance(tables, list) else [tables])[:LIMIT]]
    found = [_offer(keys, place) for keys in accounts if keys.get("host") or keys.get("hostcmd")]
    return ImportResult.of(found) if found else _complaint(place, tr("there is no IMAP account in it."))


def _not_understood(line: int) -> str:
    return tr("line {number} cannot be understood; add the account by hand.").format(number=line)


def _complaint(place: str, sentence: str) -> ImportResult:
    return ImportResult(complaints=(file_prefix(SourceProgram.GOIMAPNOTIFY, place) + sentence,))


def _lower(value: object) -> dict[str, object]:
    """`value` with its keys in lower case, without null values; empty for anything but a table."""
    if not isinstance(value, dict):
        return {}
    return {
        str(key).lower(): item
        for key, item in value.items()
        if not (item is None or (isinstance(item, str) and item in _NULL))
    }


def _is_true(value: object) -> bool:
    return value is True or (isinstance(value, str) and value.lower() in _TRUE)


def _is_false(value: object) -> bool:
    return value is False or (isinstance(value, str) and value.lower() in _FALSE)


def _offer(keys: dict[str, object], place: str) -> ForeignAccount | str:
    host, user = clean(keys.get("host")), clean(keys.get("username"))
    name = clean(keys.get("alias")) or user or host
    if keys.get("hostcmd") or keys.get("usernamecmd"):
        return account_prefix(SourceProgram.GOIMAPNOTIFY, place, name) + tr(
            "its server or user name comes from a command, which Mailbell does not run; add the account by hand."
        )
    options = _lower(keys.get("tlsoptions"))
    encrypted = Security.STARTTLS if _is_true(options.get("starttls")) else Security.TLS
    offer = build(
        SourceProgram.GOIMAPNOTIFY,
        place,
        name=name,
        host=host,
        user=user,
        port=number(keys.get("port")),
        security=encrypted if _is_true(keys.get("tls")) else Security.NONE,
        mailboxes=_mailboxes(keys.get("boxes")),
        notes=[tr("Any certificate is trusted there; here it is checked.")]
        if _is_true(keys.get("tls")) and _is_false(options.get("rejectunauthorized"))
        else [],
    )
    return _with_secret(offer, keys)


def _with_secret(offer: ForeignAccount, keys: dict[str, object]) -> ForeignAccount | str:
    if not keys.get("boxes"):
        offer = with_note(
            offer, tr("All folders are watched there; here INBOX alone, until you choose more.")
        )
    token = _is_true(keys.get("xoauth2"))
    command = keys.get("passwordcmd")
    if isinstance(command, str) and command.strip():
        return with_command(offer, command, Login.TOKEN if token else Login.PASSWORD)
    if token:
        return replace(offer, account=replace(offer.account, secret=SecretSource.OAUTH))
    return offer


def _mailboxes(boxes: object) -> list[str]:
    """The names in a list of names or, since version 2.4, of tables."""
    if not isinstance(boxes, list):
        return []
    return [clean(_lower(box).get("mailbox")) if isinstance(box, dict) else clean(box) for box in boxes]
