"""What is fuzzed: each target takes any bytes, and raises only where a promise of the program is broken."""

# ruff: noqa: PT017 -- what an error says is a promise too, and no test runner is at hand here

from __future__ import annotations

import math
import re
import sys
from typing import TYPE_CHECKING

from tests.fuzz import server_targets, user_targets
from tests.fuzz.safety import is_safe
from tray.imap import modified_utf7
from tray.imap.envelope import envelope
from tray.imap.errors import LocalProtocolError, RemoteProtocolError, SaslError
from tray.imap.events import Fetched, StatusResponse, Tagged
from tray.imap.framer import Framer
from tray.imap.responses import parse
from tray.imap.sasl.mechanism import (
    CramMd5,
    LoginMechanism,
    Mechanism,
    OAuthBearer,
    Plain,
    XOAuth2,
    decode_challenge,
)
from tray.imap.sasl.scram import ScramSha256
from tray.mail.settings.settings import SettingsError, to_document, warnings
from tray.mail.settings.settings import parse as parse_settings

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.imap.events import Event

SECRET = "p4ssw0rd-of-nobody"
_BYTE_WISE_LIMIT = 80


def responses(data: bytes) -> None:
    """Framer and parser: the first byte says how the rest is cut, and cutting changes nothing."""
    if not data:
        return
    size, data = data[0] or len(data), data[1:]
    found = _events(data, size)
    if len(data) <= _BYTE_WISE_LIMIT:
        assert _events(data, 1) == found
    for event in found:
        _check_event(event)


def _events(data: bytes, size: int) -> list[Event]:
    framer = Framer()
    framer.allow_long_line = size % 2 == 0
    found: list[Event] = []
    try:
        for start in range(0, len(data), size):
            framer.feed(data[start : start + size])
            while (frame := framer.next()) is not None:
                found.append(parse(frame))
            assert framer.buffered <= start + size
    except RemoteProtocolError as error:
        assert is_safe(str(error), 200)
    return found


def _check_event(event: Event) -> None:
    hash(event)
    if isinstance(event, (StatusResponse, Tagged)):
        assert is_safe(event.text, 500)
        if event.code is not None:
            assert event.code.number is None or 0 <= event.code.number < 10**20
            assert event.code.capabilities is None or event.code.name == "CAPABILITY"
    elif isinstance(event, Fetched):
        assert event.uid is None or 1 <= event.uid < 2**32
        assert 1 <= event.sequence < 2**32
        if event.headers is not None:
            headers(event.headers)


def headers(data: bytes) -> None:
    """What is shown of a mail: one safe, bounded line each, and a date that a calendar has."""
    found = envelope(data, None)
    assert is_safe(found.subject, 500)
    assert is_safe(found.sender.name, 200)
    assert is_safe(found.sender.address, 320)
    assert is_safe(found.message_id, 998)
    assert found.date is None or math.isfinite(found.date)


def names(data: bytes) -> None:
    """Mailbox names: any bytes give a name, and a name that can be sent comes back as itself."""
    name = modified_utf7.decode(data)
    try:
        sent = modified_utf7.encode(name)
    except LocalProtocolError:
        return
    assert sent.isascii()
    assert modified_utf7.decode(sent) == name


def challenges(data: bytes) -> None:
    """SASL: a server's challenges, one a line, are answered or refused, never by the bare secret out of turn."""
    if not data:
        return
    kind, *lines = data.split(b"\n")
    mechanism = _MECHANISMS[kind[0] % len(_MECHANISMS) if kind else 0]()
    answers = [mechanism.start()]
    try:
        for line in lines[:8]:
            challenge = decode_challenge(line)
            if not _MANY_ITERATIONS.search(challenge):  # allowed, and slow: a fuzzer would do nothing else
                answers.append(mechanism.respond(challenge))
    except (SaslError, RemoteProtocolError) as error:
        assert SECRET not in str(error)
        assert is_safe(str(error), 700)
    assert is_safe(mechanism.failure, 500)
    assert SECRET not in repr(mechanism)
    if isinstance(mechanism, (ScramSha256, CramMd5)):
        assert not any(SECRET.encode() in answer for answer in answers if answer)
    if isinstance(mechanism, ScramSha256):
        assert not mechanism.verified or b"v=" in decode_challenge(lines[1])


_MANY_ITERATIONS = re.compile(rb"i=[0-9]{5,}")
_MECHANISMS: tuple[Callable[[], Mechanism], ...] = (
    lambda: ScramSha256("anna", SECRET, nonce="n"),
    lambda: CramMd5("anna", SECRET),
    lambda: XOAuth2("anna", SECRET),
    lambda: OAuthBearer("anna", SECRET, "mail.example.org", 993),
    lambda: LoginMechanism("anna", SECRET),
    lambda: Plain("anna", SECRET),
)


def settings(data: bytes) -> None:
    """A settings file by hand: it is understood, or refused in one sentence; understood, it can be written."""
    try:
        document = tomllib.loads(data.decode())
    except (ValueError, RecursionError):  # judged by SettingsFile; here it is about what can be read
        return
    try:
        found = parse_settings(document)
    except SettingsError as error:
        assert "\n" not in str(error)
        assert len(str(error)) <= 600, str(error)
        return
    for sentence in warnings(document):
        assert len(sentence) <= 600, sentence
    assert parse_settings(to_document(found)) == found


TARGETS: dict[str, Callable[[bytes], None]] = {
    "responses": responses,
    "headers": headers,
    "names": names,
    "challenges": challenges,
    "settings": settings,
    "sign_ins": server_targets.sign_ins,
    "proxies": server_targets.proxies,
    "folders": server_targets.folders,
    "provider_files": server_targets.provider_files,
    "imports": user_targets.imports,
    "typed": user_targets.typed,
    "opened": user_targets.opened,
}
