"""goimapnotify: the accounts of one of its files, JSON or YAML (config.go and client.go of its source).

Its keys are the same in any case. ``password`` is never looked at.
"""

from __future__ import annotations

import json
from dataclasses import replace

from tray.i18n import tr
from tray.mail.importers import yaml
from tray.mail.importers.candidates import (
    LIMIT,
    ForeignAccount,
    ImportResult,
    SourceProgram,
    build,
    clean,
    named,
    number,
    unnamed,
    with_command,
    with_note,
)
from tray.mail.model.account import Login, SecretSource, Security


def parse(text: str, place: str) -> ImportResult:
    """The accounts of one file; never raises."""
    try:
        document = json.loads(text) if text.lstrip().startswith(("{", "[")) else yaml.load(text)
    except yaml.YamlError as error:
        sentence = tr("line {number} cannot be understood; add the account by hand.")
        return _complaint(place, sentence.format(number=error.args[0]))
    except (ValueError, RecursionError):
        return _complaint(place, tr("this is no JSON; add the account by hand."))
    top = _lower(document)
    tables = top.get("configurations", document)  # before version 2.4, or an even older list
    accounts = [_lower(each) for each in (tables if isinstance(tables, list) else [tables])][:LIMIT]
    found = [_offer(keys, place) for keys in accounts if keys.get("host") or keys.get("hostcmd")]
    return ImportResult.of(found) if found else _complaint(place, tr("there is no IMAP account in it."))


def _complaint(place: str, sentence: str) -> ImportResult:
    return ImportResult(complaints=(unnamed(SourceProgram.GOIMAPNOTIFY, place) + sentence,))


def _lower(value: object) -> dict[str, object]:
    return {str(key).lower(): each for key, each in value.items()} if isinstance(value, dict) else {}


def _offer(keys: dict[str, object], place: str) -> ForeignAccount | str:
    host, user = clean(keys.get("host")), clean(keys.get("username"))
    name = clean(keys.get("alias")) or user or host
    if keys.get("hostcmd") or keys.get("usernamecmd"):
        return named(SourceProgram.GOIMAPNOTIFY, place, name) + tr(
            "its server or user name comes from a command, which Mailbell does not run; add the account by hand."
        )
    options = _lower(keys.get("tlsoptions"))
    upgraded = options.get("starttls") is True
    offer = build(
        SourceProgram.GOIMAPNOTIFY,
        place,
        name=name,
        host=host,
        user=user,
        port=number(keys.get("port")),
        security=(Security.STARTTLS if upgraded else Security.TLS)
        if keys.get("tls") is True
        else Security.NONE,
        mailboxes=_mailboxes(keys.get("boxes")),
        notes=[tr("Any certificate is trusted there; here it is checked.")]
        if keys.get("tls") is True and options.get("rejectunauthorized") is False
        else [],
    )
    return _signed_in(offer, keys)


def _signed_in(offer: ForeignAccount, keys: dict[str, object]) -> ForeignAccount | str:
    if not keys.get("boxes"):
        offer = with_note(
            offer, tr("All folders are watched there; here INBOX alone, until you choose more.")
        )
    token = keys.get("xoauth2") is True
    command = keys.get("passwordcmd")
    if isinstance(command, str) and command.strip():
        return with_command(offer, command, Login.TOKEN if token else Login.PASSWORD)
    if token:
        return replace(offer, account=replace(offer.account, secret=SecretSource.OAUTH))
    return offer


def _mailboxes(boxes: object) -> list[str]:
    """Names, or, since version 2.4, tables with a name in each."""
    if not isinstance(boxes, list):
        return []
    return [clean(_lower(box).get("mailbox")) if isinstance(box, dict) else clean(box) for box in boxes]
