"""The part of YAML 1.2 in which people write configurations: blocks of keys and lists, quoted and plain texts.

A library for all of YAML would be a dependency for one file of one program. What is not of this part (anchors, tags,
maps in braces, plain texts over several lines) is refused, not guessed at.
"""

from __future__ import annotations

import re

_DEPTH_MOST = 20
_LINES_MOST = 20_000
_KEY = re.compile(
    r"""(?: "((?:[^"\\]|\\.)*)"\s*
          | '((?:[^']|'')*)'\s*
          | ([^\s"'\[\]{}&*!|>%@`#,-][^:#]*|-[^\s:#][^:#]*) ):(?:\s+|$)""",
    re.VERBOSE,
)
_QUOTED = re.compile(r"""(?: "((?:[^"\\]|\\.)*)" | '((?:[^']|'')*)' )\s*(?:\#.*)?""", re.VERBOSE)
_FLOW = re.compile(
    r"""(?: \s*"((?:[^"\\]|\\.)*)"\s* | \s*'((?:[^']|'')*)'\s* | ([^"'\[\]{},]*) )(?:,|$)""", re.VERBOSE
)
_BLOCK = re.compile(r"([|>])[-+0-9]*\s*(?:#.*)?")
_NUMBER = re.compile(r"[-+]?[0-9]{1,18}")
_ESCAPE = re.compile(r"\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|(.))")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "e": "\x1b"}
_WORDS: dict[str, object] = {"true": True, "false": False, "null": None, "~": None, "": None}
_UNREAD = ("&", "*", "!", "{", "%", "@", "`", "|", ">", "? ")


class YamlError(ValueError):
    """A line that is no YAML, or not of the part that is read here; args[0] is its number."""


def load(text: str) -> object:
    """The first document: dicts with texts as keys, lists, texts, whole numbers, booleans, None. YamlError."""
    lines = text.splitlines()
    if len(lines) > _LINES_MOST:
        raise YamlError(_LINES_MOST)
    reader = _Reader(lines)
    if reader.peek() is None:
        return None
    value = reader.block(0, 0)
    if reader.peek() is not None:
        raise YamlError(reader.at + 1)
    return value


class _Reader:
    """Goes down the lines once; `at` is the line that comes next, `_rest` what is left of it behind a ``- ``."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines
        self.at = 0
        self._rest: tuple[int, str] | None = None
        self._began = False

    def peek(self) -> tuple[int, str] | None:
        """Indentation and text of the next line that says something."""
        if self._rest is not None:
            return self._rest
        while self.at < len(self._lines):
            line = self._lines[self.at]
            text = line.strip()
            if text.startswith("---") and not self._began and text.partition("#")[0].strip() == "---":
                self._began = True
            elif line.startswith(("---", "...")) and text in {"---", "..."}:
                self.at = len(self._lines)
                return None
            elif text and not text.startswith("#"):
                indent = len(line) - len(line.lstrip(" "))
                if line[indent] == "\t":
                    raise YamlError(self.at + 1)
                self._began = True
                return indent, text
            self.at += 1
        return None

    def block(self, least: int, depth: int) -> object:
        """The value whose lines are indented by `least` or more."""
        line = self.peek()
        if line is None or line[0] < least:
            return None
        if depth > _DEPTH_MOST:
            raise YamlError(self.at + 1)
        indent, text = line
        if text == "-" or text.startswith("- "):
            return self._list(indent, depth)
        if _KEY.match(text):
            return self._map(indent, depth)
        self._next()
        return self._scalar(text, indent)

    def _next(self) -> None:
        self._rest = None
        self.at += 1

    def _list(self, indent: int, depth: int) -> list[object]:
        found: list[object] = []
        while (line := self.peek()) is not None and line[0] == indent:
            text = line[1]
            if text != "-" and not text.startswith("- "):
                break
            rest = text[1:].lstrip()
            if not rest or rest.startswith("#"):
                self._next()
            else:  # what stands behind the dash is a block of its own, indented by where it begins
                self._rest = indent + len(text) - len(rest), rest
            found.append(self.block(indent + 1, depth + 1))
        return found

    def _map(self, indent: int, depth: int) -> dict[str, object]:
        found: dict[str, object] = {}
        while (line := self.peek()) is not None and line[0] == indent:
            match = _KEY.match(line[1])
            if match is None:
                break
            rest = line[1][match.end() :]
            self._next()
            if not rest or rest.startswith("#"):
                below = self.peek()
                beside = below is not None and below[0] == indent and (below[1] + " ").startswith("- ")
                value = self.block(indent if beside else indent + 1, depth + 1)
            else:
                value = self._scalar(rest, indent)
            found[_unquoted(match, 3)] = value
        line = self.peek()
        if line is not None and line[0] > indent:
            raise YamlError(self.at + 1)
        return found

    def _scalar(self, text: str, indent: int) -> object:
        """The value of a text whose line was consumed."""
        if block := _BLOCK.fullmatch(text):
            return self._text_block(indent, folded=block[1] == ">")
        if text[0] in "\"'":
            quoted = _QUOTED.fullmatch(text)
            if quoted is None:
                raise YamlError(self.at)
            return _unquoted(quoted, 0)
        plain = re.split(r"\s#", text, maxsplit=1)[0].strip()
        if plain.startswith("["):
            return self._flow(plain)
        if plain == "{}":
            return {}
        if plain.startswith(_UNREAD) or ": " in plain:
            raise YamlError(self.at)
        if _NUMBER.fullmatch(plain):
            return int(plain)
        word = plain.lower()
        return _WORDS.get(word, plain)

    def _flow(self, text: str) -> list[object]:
        if not text.endswith("]"):
            raise YamlError(self.at)
        inner, found = text[1:-1].strip(), []
        position = 0
        while position < len(inner):
            match = _FLOW.match(inner, position)
            if match is None or match.end() == position:
                raise YamlError(self.at)
            position = match.end()
            plain = match[3]
            found.append(_unquoted(match, 0) if plain is None else self._scalar(plain.strip() or "~", 0))
        return found

    def _text_block(self, indent: int, *, folded: bool) -> str:
        texts: list[str] = []
        while self.at < len(self._lines):
            line = self._lines[self.at]
            if line.strip() and len(line) - len(line.lstrip(" ")) <= indent:
                break
            texts.append(line.strip())
            self.at += 1
        return (" " if folded else "\n").join(texts).strip()


def _unquoted(match: re.Match[str], plain: int) -> str:
    """The text of a match: its first group was in double quotes, its second in single ones."""
    if match[1] is not None:
        return _ESCAPE.sub(_character, match[1])
    if match[2] is not None:
        return match[2].replace("''", "'")
    return match[plain].strip()


def _character(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    return chr(int(code, 16)) if code else _ESCAPES.get(match[3], match[3])
