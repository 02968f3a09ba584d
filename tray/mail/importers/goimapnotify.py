"""goimapnotify: the accounts of one of its files, JSON or YAML (config.go and client.go of its source).

Its keys are case-insensitive. ``password`` is never read.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import yaml

from tray.i18n import tr
from tray.mail.importers.candidates import LIMIT, ImportResult, clean
from tray.mail.model.account import Login, SecretSource, Security

if TYPE_CHECKING:
    from tray.mail.importers.candidates import ForeignAccount, Source

_LENGTH_LIMIT = 100_000
"""Characters: PyYAML reads so many in less than a second, and these files have some hundred."""
_TRUE, _FALSE = {"y", "yes", "true", "on"}, {"n", "no", "false", "off"}
"""Booleans of its YAML library (the README of go-yaml, version 3)."""
_NULL = {"~", "null", "Null", "NULL"}


def parse(text: str, source: Source) -> ImportResult:
    """The accounts of one file; never raises."""
    tables, mistake = _tables(text)
    accounts = [_lower(table) for table in tables[:LIMIT]]
    found = [_entry(keys, source) for keys in accounts if keys.get("host") or keys.get("hostcmd")]
    return ImportResult.of(found or [source.complaint(mistake or tr("there is no IMAP account in it."))])


def _tables(text: str) -> tuple[list[object], str]:
    """What may be the accounts, and a sentence where the file cannot be read."""
    line = 0
    try:
        if len(text) > _LENGTH_LIMIT:
            return [], tr("it is too large to be meant.")
        if text.lstrip().startswith(("{", "[")):
            document = json.loads(text)
        else:
            # BaseLoader reads every value as text; other loaders read "pass: 0123" as the number 83.
            document = next(yaml.load_all(text, yaml.BaseLoader), None)
        tables = _lower(document).get("configurations", document)  # without that key before version 2.4
        return tables if isinstance(tables, list) else [tables], ""
    except json.JSONDecodeError as error:
        line = error.lineno
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
    except (yaml.YAMLError, ValueError, RecursionError):
        return [], tr("it cannot be understood; add the account by hand.")
    return [], tr("line {number} cannot be understood; add the account by hand.").format(number=line)


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


def _entry(keys: dict[str, object], source: Source) -> ForeignAccount | str:
    host, user = clean(keys.get("host")), clean(keys.get("username"))
    name = clean(keys.get("alias")) or user or host
    if keys.get("hostcmd") or keys.get("usernamecmd"):
        sentence = tr(
            "its server or user name comes from a command, which Mailbell does not run; add the account by hand."
        )
        return source.complaint(sentence, name)
    options = _lower(keys.get("tlsoptions"))
    tls, token = _is_true(keys.get("tls")), _is_true(keys.get("xoauth2"))
    encrypted = Security.STARTTLS if _is_true(options.get("starttls")) else Security.TLS
    notes = []
    if tls and _is_false(options.get("rejectunauthorized")):
        notes.append(tr("Any certificate is trusted there; here it is checked."))
    if not keys.get("boxes"):
        notes.append(tr("All folders are watched there; here only the inbox, until you choose more."))
    command = keys.get("passwordcmd")
    command = command.strip() if isinstance(command, str) else ""
    return source.entry(
        name=name,
        host=host,
        user=user,
        port=keys.get("port"),
        security=encrypted if tls else Security.NONE,
        mailboxes=_mailboxes(keys.get("boxes")),
        notes=notes,
        command=command,
        secret=SecretSource.OAUTH if token else SecretSource.KEYRING,
        login=Login.TOKEN if token and command else Login.PASSWORD,
    )


def _mailboxes(boxes: object) -> list[str]:
    """The names in a list of names or, since version 2.4, of tables."""
    if not isinstance(boxes, list):
        return []
    return [clean(_lower(box).get("mailbox")) if isinstance(box, dict) else clean(box) for box in boxes]
