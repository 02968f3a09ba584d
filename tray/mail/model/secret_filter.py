"""Suppresses texts of servers, proxies and authorisation servers that repeat a secret in any encoding."""

from __future__ import annotations

import json
import re
from base64 import b64decode, b64encode
from itertools import chain
from typing import TYPE_CHECKING
from unicodedata import normalize
from urllib.parse import quote

from tray.imap.text import decode_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tray.mail.model.secret import Secret

WHOLE_MIN = 4
"""Characters of a secret that is searched for anywhere in a text. A secret of two or three is searched for as a whole
word only, one of a single character not at all: it would suppress every text.
"""
PIECE_MIN = 6
PIECE_MAX = 16
"""A piece of a secret is as secret as the whole where it has half its characters, but at least and at most so many."""
TEXT_LIMIT = 100_000
"""Characters of a text; a longer one is suppressed unread."""
_CHUNK = 2000  # characters
_OVERLAP = 500
_READINGS_LIMIT = 24  # of one chunk, with decodings of decodings
_DEPTH = 3
_TOKEN = re.compile(r"[^\s\"',:{}\[\]\\]{8,}")
_LOOSE = re.compile(
    "[\\s\\x00-\\x1f\\x7f-\\xa0\\xad\\u034f\\u061c\\u180e\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff]+"
)
_OCTETS = re.compile(r"(?:%[0-9a-fA-F]{2}|=[0-9a-fA-F]{2}|\\x[0-9a-fA-F]{2}|\\[0-3][0-7]{2})+")
_OCTET = re.compile(r"[%=]([0-9a-fA-F]{2})|\\x([0-9a-fA-F]{2})|\\([0-3][0-7]{2})")
_UNICODE = re.compile(r"\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})|\\u\{([0-9a-fA-F]{1,6})\}")
_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{16,}")
_RUN = re.compile(r"[a-z0-9+/]{8,}")
_NOT_ASCII = re.compile("([^\x00-\x7f]+)")
_UTF7 = re.compile(r"[+&]([A-Za-z0-9+/,]+)-?")
_HEX = re.compile(r"[0-9a-f]{12,}")
_BETWEEN_HEX = re.compile(r"0x|\\x|[\s:,.-]+")
# Ordinary words of server texts: a piece of a secret that is also a piece of these does not suppress a text.
_COMMON = (
    "authentication authenticated authorization authenticate application-specific password passwords username "
    "credentials invalid incorrect account accounts mailbox server service connection connections temporarily "
    "unavailable certificate access denied disabled login failed failure internal error required expired imap"
)


class SecretFilter:
    """Returns a text unchanged, or empty where it repeats one of `secrets` in any form.

    The whole text is suppressed: a gap would show the position and length of the secret. `names` are texts that are
    not secret, such as the user name, although they may share pieces with a password.
    """

    def __init__(self, secrets: Iterable[Secret | str], names: Iterable[str] = ()) -> None:
        self._names = tuple({name for name in names if name})
        self._ordinary = _squeezed(" ".join((_COMMON, *self._names)))
        self._secrets: dict[str, _Forms] = {}
        self._exact: set[str] = set()
        self._harmless = ""  # the last text without a secret: at rest a server says the same again and again
        for secret in secrets:
            self.add(secret)

    def __repr__(self) -> str:
        return "SecretFilter(…)"

    def __call__(self, text: str) -> str:
        """`text`, or empty where it repeats a secret."""
        if text != self._harmless:
            if self.repeats_secret(text):
                return ""
            self._harmless = text
        return text

    def add(self, secret: Secret | str) -> None:
        """Add a secret, such as a renewed access token."""
        self._harmless = ""
        text = (secret if isinstance(secret, str) else secret.reveal()).strip()
        parts = {text, *(_TOKEN.findall(text) if text.startswith("{") else ())}  # a set of tokens, as JSON
        for part in filter(None, parts):
            if len(part) >= WHOLE_MIN:
                self._secrets.setdefault(part, _Forms(part))
            else:
                self._exact |= _forms_of_short(part, self._names)

    def add_exchange(self, sent: bytes) -> None:
        """Add a message of a log-in, which is secret as a whole only: its parts may be as common as a user name."""
        self._harmless = ""
        for text in (sent.decode("utf-8", "replace"), b64encode(sent).decode("ascii")):
            if len(squeezed := _squeezed(text)) >= WHOLE_MIN:
                self._exact.add(squeezed)

    def repeats_secret(self, text: str) -> bool:
        """Whether `text` has a secret, or a piece of one, in any known form."""
        if not text or not (self._secrets or self._exact):
            return False
        if len(text) > TEXT_LIMIT:
            return True
        parts = (text[start : start + _CHUNK] for start in range(0, len(text), _CHUNK - _OVERLAP))
        return any(self._shows(reading) for part in parts for reading in _readings(part))

    def _shows(self, reading: str) -> bool:
        plain, squeezed = reading.casefold(), _squeezed(reading)
        for form in self._exact:
            word = rf"(?<!\w){re.escape(form[1:])}(?!\w)"
            if re.search(word, plain) if form[:1] == " " else form in squeezed:
                return True
        return any(forms.appear_in(plain, squeezed, self._ordinary) for forms in self._secrets.values())


class _Forms:
    """The forms of one secret: plain, misread, in base64 and in hexadecimal; other forms are decoded in the text."""

    __slots__ = ("_bare", "_base64", "_hex", "_misread", "_whole", "_width")

    def __init__(self, secret: str) -> None:
        self._whole, self._bare = secret.casefold(), _squeezed(secret)
        self._misread = _misread(secret)
        self._width = min(PIECE_MAX, max(PIECE_MIN, len(self._bare) // 2))
        written = list(dict.fromkeys(_written(secret)))
        self._base64 = " ".join(form for octets in written for form in _in_base64(octets)).casefold()
        self._hex = " ".join(octets.hex() for octets in written)

    def appear_in(self, plain: str, squeezed: str, ordinary: str) -> bool:
        bare = len(self._bare) >= WHOLE_MIN and self._bare in squeezed
        if bare or self._whole in plain or any(form in squeezed for form in self._misread):
            return True
        width = self._width
        if any(piece not in ordinary for piece in _shared(self._bare, squeezed, width)):
            return True
        spaced = self._whole != self._bare
        if spaced and any(_squeezed(piece) not in ordinary for piece in _shared(self._whole, plain, width)):
            return True
        usual = squeezed.replace("-", "+").replace("_", "/").replace("=", "")  # RFC 4648, 5
        if any(any(_shared(run, self._base64, width * 4 // 3)) for run in _RUN.findall(usual)):
            return True
        digits = _BETWEEN_HEX.sub("", squeezed)
        return any(any(_shared(run, self._hex, 2 * width)) for run in _HEX.findall(digits))


def _forms_of_short(short: str, names: Iterable[str]) -> set[str]:
    """The texts to search for where a secret is shorter than `WHOLE_MIN`."""
    found = set()
    for name in names:
        for text in (f"{name}{short}", f"{short}{name}"):
            if len(squeezed := _squeezed(text)) >= WHOLE_MIN:
                found.add(squeezed)
        for sent in (f"\0{name}\0{short}", f"{name}\0{name}\0{short}", f"{name}:{short}"):
            found.add(b64encode(sent.encode("utf-8", "surrogatepass")).decode("ascii").casefold())
    if len(short) > 1:
        found.add(f" {short.casefold()}")  # as a word by itself
    return found


def _written(secret: str) -> Iterator[bytes]:
    """The octets of the secret, plain and escaped as other software may have written it."""
    yield secret.encode("utf-8", "surrogatepass")
    if not secret.isascii():
        yield secret.encode("latin-1", "replace")
    yield json.dumps(secret)[1:-1].encode("ascii")
    yield quote(secret, safe="", errors="replace").encode("ascii")
    yield secret.replace("\\", "\\\\").replace('"', '\\"').encode("utf-8", "surrogatepass")


def _misread(secret: str) -> tuple[str, ...]:
    """The secret's UTF-8 read as another charset, without control characters."""
    if secret.isascii():
        return ()
    octets = secret.encode("utf-8", "surrogatepass")
    found = {_squeezed(octets.decode(charset, "ignore")) for charset in ("latin-1", "cp1252")}
    return tuple(text for text in found if len(text) >= WHOLE_MIN)


def _in_base64(octets: bytes) -> Iterator[str]:
    """The part of the base64 text that does not depend on the neighbours: one for each offset in a group of three."""
    for before, changed in enumerate((0, 2, 3)):
        whole = b64encode(b"\0" * before + octets).decode("ascii")
        yield whole[changed : (before + len(octets)) * 8 // 6]


def _shared(one: str, other: str, width: int) -> Iterator[str]:
    """The pieces of `width` characters that both have."""
    if len(one) > len(other):
        one, other = other, one
    pieces = (one[start : start + width] for start in range(len(one) - width + 1))
    return (piece for piece in pieces if piece in other)


def _squeezed(text: str) -> str:
    """Without spaces, line breaks and characters of no width; case-folded and in NFKC."""
    return _LOOSE.sub("", text if text.isascii() else normalize("NFKC", text)).casefold()


def _readings(text: str) -> Iterator[str]:
    """`text` and its decodings, repeated `_DEPTH` times for texts that were encoded more than once."""
    seen, latest = {text}, [text]
    yield text
    for _ in range(_DEPTH):
        found = dict.fromkeys(chain.from_iterable(map(_decoded, latest)))
        latest = [reading for reading in found if reading not in seen][: _READINGS_LIMIT - len(seen)]
        seen.update(latest)
        yield from latest


def _decoded(text: str) -> Iterator[str]:
    """`text` with each known encoding undone."""
    if "%" in text or "=" in text or "\\" in text:
        yield _OCTETS.sub(_octets, text)
    if "\\" in text:
        characters = _UNICODE.sub(_character, text)
        yield _PAIR.sub(lambda pair: pair[0].encode("utf-16", "surrogatepass").decode("utf-16"), characters)
        yield _ESCAPED.sub(r"\1", text)  # RFC 3501, 9: quoted
    if "&" in text:
        from html import unescape  # noqa: PLC0415 -- its table is for few texts

        yield unescape(text)
    if "+" in text:
        yield text.replace("+", " ")  # form encoding
    if "&" in text or "+" in text:
        yield _UTF7.sub(_utf7, text)
    if not text.isascii():
        for charset in ("latin-1", "cp1252"):  # UTF-8 that was read as another charset
            yield "".join(_redecoded(run, charset) for run in _NOT_ASCII.split(text))
    for run in _BASE64.findall(text):
        octets = b64decode(run.replace("-", "+").replace("_", "/")[: len(run) // 4 * 4])
        if octets.isascii() and octets.decode("ascii").isprintable():
            yield octets.decode("ascii")


def _octets(found: re.Match[str]) -> str:
    values = (
        int(octal, 8) if octal else int(first or second, 16)
        for first, second, octal in _OCTET.findall(found[0])
    )
    return decode_bytes(bytes(values))


def _character(found: re.Match[str]) -> str:
    number = int(found[1] or found[2] or found[3], 16)
    return chr(number) if number <= 0x10FFFF else ""  # noqa: PLR2004 -- the last code point


def _utf7(found: re.Match[str]) -> str:
    """RFC 3501, 5.1.3, and RFC 2152."""
    run = found[1].replace(",", "/")
    run = run[: len(run) - (len(run) % 4 == 1)]
    return b64decode(run + "=" * (-len(run) % 4)).decode("utf-16-be", "replace")


def _redecoded(run: str, charset: str) -> str:
    try:
        return run.encode(charset).decode()
    except UnicodeError:
        return run
