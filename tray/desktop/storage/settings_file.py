"""The settings file: read at start, and written without losing comments, unknown keys or changes by hand."""

from __future__ import annotations

import logging
import re
import sys
from typing import TYPE_CHECKING, Any

from tray.desktop.storage.files import read_own, write_atomically
from tray.files import TooLarge, Unsafe
from tray.i18n import tr
from tray.mail.settings.settings import Settings, SettingsError, parse, warnings

if TYPE_CHECKING:
    from pathlib import Path

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib  # type: ignore[import-not-found, unused-ignore]

log = logging.getLogger(__name__)

_HEADER = "# The settings of Mailbell. It may be edited by hand: comments and unknown keys are kept.\n\n"
_LIMIT = 512 * 1024
"""Bytes; fifty accounts with all settings have 50,000."""
_NESTED = re.compile(r"""(?<![\w-])(?:(?:[\w-]+|"[^"\n]*"|'[^'\n]*')[ \t]*\.[ \t]*){24}""", re.ASCII)
"""A key of more parts than any setting has: the time for reading it grows with the square of their number."""
_PLACE = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)$")


class SettingsFile:
    """One TOML file; keeps the settings that were read last, to detect changes by hand before writing."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._base = Settings()

    def load(self) -> Settings:
        """The settings; the default ones where there is no file. Raises SettingsError with the mistake.

        Unknown keys are logged: they may be typing errors.
        """
        self._base = self._parse(self._read(), warn=True)
        return self._base

    def save(self, settings: Settings, base: Settings | None = None) -> Settings:
        """Write the changes since the last `load` or `save`, or since `base`; returns the settings of the file.

        Other changes of the file stay. Raises SettingsError, with nothing written, when the same setting was changed
        there, when the file is invalid now, or when it cannot be written.
        """
        text = self._read()
        merged = self._merged(text, settings, self._base if base is None else base)
        result = self._parse(merged)  # so that only a valid file is written
        if merged != text:
            self._write(merged)
        self._base = result
        return result

    def _merged(self, text: str, settings: Settings, base: Settings) -> str:
        import tomlkit

        from tray.desktop.storage.settings_merge import MergeConflict, merge

        theirs = self._parse(text)
        try:
            document = tomlkit.parse(text or _HEADER)
            merge(document, base, theirs, settings)
            return tomlkit.dumps(document)
        except MergeConflict as conflict:
            sentence = tr(
                "“{setting}” was changed in {file} by hand while Mailbell was running, so nothing was saved. "
                "Start Mailbell again to use that change, then make yours."
            )
            raise SettingsError(sentence.format(setting=conflict, file=self.path)) from conflict
        # tomlkit is stricter than tomllib, and its recursion is limited more.
        except (tomlkit.exceptions.TOMLKitError, RecursionError) as error:
            raise self._no_settings() from error

    def _read(self) -> str:
        try:
            # May be a link: many users keep their settings under version control elsewhere. Only the user can write to
            # the folder of the link (tray/desktop/storage/paths.py), and the target must be the user's own.
            text = read_own(self.path, _LIMIT, linked=True).decode("utf-8")
        except FileNotFoundError:
            return ""
        except UnicodeDecodeError as error:
            sentence = tr("The settings file {file} is not UTF-8 text. Correct it or put it aside.")
            raise SettingsError(sentence.format(file=self.path)) from error
        except TooLarge as error:
            sentence = tr(
                "The settings file {file} is too large: it has more than {limit} kilobytes. Put it aside."
            )
            raise SettingsError(sentence.format(file=self.path, limit=_LIMIT // 1024)) from error
        except Unsafe as error:
            sentence = tr(
                "The settings file {file} is not used, because {reason}. "
                "Put a file in its place that nobody but you can change."
            )
            raise SettingsError(sentence.format(file=self.path, reason=error.strerror)) from error
        except OSError as error:
            sentence = tr(
                "The settings file {file} cannot be read: {reason}. Make it readable or put it aside."
            )
            raise SettingsError(sentence.format(file=self.path, reason=error.strerror)) from error
        if not text:  # Mailbell never writes an empty file: it was truncated, as on a full disk
            sentence = tr(
                "The settings file {file} is empty. Put a copy in its place, or remove it to begin anew."
            )
            raise SettingsError(sentence.format(file=self.path))
        return text

    def _parse(self, text: str, *, warn: bool = False) -> Settings:
        if _NESTED.search(text):
            raise self._no_settings()
        try:
            document: dict[str, Any] = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            place = _PLACE.search(str(error))
            line = (place and place[1]) or str(text.count("\n") + 1)
            sentence = tr(
                "The settings file {file} has a mistake in line {line}: {reason}. Correct it or put it aside."
            )
            reason = _PLACE.sub("", str(error))
            raise SettingsError(sentence.format(file=self.path, line=line, reason=reason)) from error
        except (ValueError, RecursionError) as error:  # numbers of thousands of digits, lists a thousand deep
            raise self._no_settings() from error
        try:
            settings = parse(document)
        except SettingsError as error:
            sentence = tr("The settings file {file} cannot be used: {reason}. Correct it or put it aside.")
            raise SettingsError(sentence.format(file=self.path, reason=str(error).rstrip("."))) from error
        except RecursionError as error:
            raise self._no_settings() from error
        for sentence in warnings(document) if warn else ():
            log.warning("The settings file %s: %s", self.path, sentence)
        return settings

    def _no_settings(self) -> SettingsError:
        sentence = tr("The settings file {file} holds what no settings hold. Correct it or put it aside.")
        return SettingsError(sentence.format(file=self.path))

    def _write(self, text: str) -> None:
        try:
            write_atomically(self.path, text.encode(), linked=True)
        except OSError as error:
            raise self._unwritable(error) from error

    def _unwritable(self, error: OSError) -> SettingsError:
        sentence = tr("The settings file {file} cannot be written: {reason}. Free space or make it writable.")
        return SettingsError(sentence.format(file=self.path, reason=error.strerror))
