"""Fuzz targets for what servers, proxies and browsers answer on the way to mail: sign-ins, tunnels, folders."""

from __future__ import annotations

import unicodedata
from urllib.parse import parse_qs

from tests.fuzz.safety import is_safe
from tray.imap.errors import RemoteProtocolError
from tray.imap.events import Listed, Namespaces
from tray.imap.framer import Framer
from tray.imap.responses import parse
from tray.imap.types import INBOX
from tray.mail.folders.folders import folders_of
from tray.mail.folders.tree import flat, tree
from tray.mail.model.account import Security
from tray.mail.model.secret import Secret
from tray.mail.oauth import flows
from tray.mail.oauth.flows import Attempt, MalformedOAuthAnswer, OAuthClientCredentials, OAuthError, TokenSet
from tray.mail.presentation.setup import sign_in_texts
from tray.mail.settings.oauth_clients import OAuthProvider, is_endpoint
from tray.mail.setup import autoconfig
from tray.net.errors import ProxyFailed
from tray.net.proxy.handshakes import HEAD_LIMIT, Handshake, http_connect, socks5

SECRET = "p4ssw0rd-of-nobody"
_BEFORE = TokenSet("test", "access", 1_000_000.0, 1_003_600.0, "refresh")
_PROVIDER = OAuthProvider("test", "Test", authorize="https://a.example/", issuer="https://a.example")
_ATTEMPT = Attempt(OAuthClientCredentials(_PROVIDER, "id"), "http://127.0.0.1:1/", "state", SECRET)
_DEEPEST = 40


def sign_ins(data: bytes) -> None:
    """An authorisation server's answers, and what a browser brings back: values within bounds, or words."""
    status = 200 if data[:1] <= b"\x7f" else 400
    body = data[1:]
    try:
        tokens = flows.tokens("test", status, body, 1_000_000.0, _BEFORE)
    except (OAuthError, MalformedOAuthAnswer) as error:
        _words(error)
    else:
        assert tokens.access.isascii()
        assert tokens.access.isprintable()
        assert tokens.expires is None or 1_000_000 < tokens.expires < 1e9
        assert TokenSet.from_secret(tokens.to_secret()) == tokens
        assert tokens.access not in repr(tokens) or tokens.access in "TokenSet('test', …)"
    try:
        code = flows.device_code(status, body)
    except (OAuthError, MalformedOAuthAnswer) as error:
        _words(error)
    else:
        shown = code.shown
        assert is_safe(shown.code, 100)
        assert is_endpoint(shown.url)
        assert not shown.filled_in or is_endpoint(shown.filled_in)
        assert 1 <= code.interval <= 120
        assert 0 < shown.until <= 3600
    _redirected(body.decode("latin-1"))
    try:
        TokenSet.from_secret(Secret(body.decode("utf-8", "replace")))
    except ValueError as error:
        assert str(error) == "no token set"  # noqa: PT017


def _redirected(query: str) -> None:
    try:
        code = _ATTEMPT.code(query)
    except (OAuthError, MalformedOAuthAnswer) as error:
        _words(error)
        code = None
    if code is not None:
        assert parse_qs(query)["state"] == ["state"]
        code.encode()


def _words(error: OAuthError | MalformedOAuthAnswer) -> None:
    if isinstance(error, OAuthError):
        assert is_safe(error.code, 300)
        assert is_safe(error.description, 300)
        problem = sign_in_texts.refused(error, "Test")
    else:
        problem = sign_in_texts.malformed_answer(error, "Test")
    assert problem.sentence
    assert SECRET not in f"{problem}"


def proxies(data: bytes) -> None:
    """Answers of a proxy, cut as the first byte says: a tunnel, or a fault in safe words."""
    if not data:
        return
    kind, size, data = data[0], 1 + data[0] // 4, data[1:]
    say = socks5 if kind % 2 else http_connect
    talk = Handshake(say("mail.example.org", 993, "anna" if kind % 4 < 2 else "", SECRET))
    said = talk.start()
    used = 0
    try:
        for start in range(0, len(data), size):
            if talk.is_done:
                break
            used += len(data[start : start + size])
            said += talk.receive(data[start : start + size])
            assert len(talk.rest) <= HEAD_LIMIT + size
    except ProxyFailed as failed:
        assert is_safe(failed.text, 200)  # noqa: PT017
        assert SECRET not in str(failed)  # noqa: PT017
    if say is socks5 and SECRET.encode() in said:
        assert data.startswith(b"\x05\x02")
    if talk.is_done:
        assert data[:used].endswith(talk.rest)


def folders(data: bytes) -> None:
    """LIST, XLIST and NAMESPACE: what can be ticked has a name that comes back, and words that are safe to show."""
    framer = Framer()
    listed: list[Listed] = []
    namespaces: Namespaces | None = None
    try:
        framer.feed(data)
        while (frame := framer.next()) is not None:
            event = parse(frame)
            if isinstance(event, Listed):
                listed.append(event)
            elif isinstance(event, Namespaces):
                namespaces = event
    except RemoteProtocolError:
        pass
    found = folders_of(listed, namespaces)
    assert len({folder.name for folder in found}) == len(found)
    for folder in found:
        assert folder.parts
        assert len(folder.parts) <= _DEEPEST
        assert all(is_safe(part, 120) and part for part in folder.parts)
        assert is_safe(folder.path, 8000)
        assert folder.label
        assert not any(unicodedata.category(char) == "Cs" for char in folder.name)
        assert (folder.name == INBOX) is (folder.name.lower() == "inbox")
    assert sorted(folder.name for folder in flat(tree(found))) == sorted(folder.name for folder in found)


def provider_files(data: bytes) -> None:
    """A provider's autoconfig file: servers with encryption that our settings take, or one sentence of ours."""
    try:
        config = autoconfig.read(data, "anna@example.org")
    except autoconfig.AutoconfigError as error:
        assert is_safe(str(error), 100)  # noqa: PT017
        return
    assert not config.webmail or config.webmail.startswith("https://")
    for server in config.servers:
        assert server.security is not Security.NONE
        assert 0 < server.port < 2**16
        assert is_safe(server.host, 300)
        assert is_safe(server.user, 2000)
