"""Finds and reads the files in which other programs store their accounts."""

from __future__ import annotations

import os
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from tray.files import TooLarge, Unsafe, read_regular_file
from tray.i18n import system_reason, tr
from tray.mail.importers import geary, goimapnotify, mailnag, mbsync, thunderbird
from tray.mail.importers.candidates import ImportResult, Source, SourceProgram

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    Parser = Callable[[str, Source], ImportResult]

_TEXT_LIMIT = 1_000_000
_PREFERENCES_LIMIT = 8_000_000
"""Bytes; an old ``prefs.js`` contains the columns of thousands of folders."""
_FILES_LIMIT = 100

# Folders with profiles of Thunderbird and its variants, relative to the home folder.
_THUNDERBIRD = (
    ".thunderbird",
    "snap/thunderbird/common/.thunderbird",
    ".var/app/org.mozilla.Thunderbird/.thunderbird",
    ".var/app/org.mozilla.thunderbird/.thunderbird",
    ".var/app/eu.betterbird.Betterbird/.thunderbird",
    "Library/Thunderbird",
)
_GEARY_FLATPAK = ".var/app/org.gnome.Geary/config"
_NOTIFY_ENDS = (".yaml", ".yml", ".json", ".conf")


class ImportFiles:
    """The files below one home folder; to be read in a worker thread, because a disk may be slow."""

    def __init__(self, home: Path | None = None, environment: Mapping[str, str] | None = None) -> None:
        environment = os.environ if environment is None else environment
        self._home = Path.home() if home is None else home
        config = environment.get("XDG_CONFIG_HOME", "")
        self._roaming = environment.get("APPDATA", "")
        self._config = Path(config) if config.startswith(os.sep) else self._home / ".config"

    def readings(
        self, origins: Collection[SourceProgram] = frozenset(SourceProgram)
    ) -> tuple[ImportResult, ...]:
        """What each of the files holds that are there; a file that cannot be read gives a sentence."""
        found: list[ImportResult] = []
        for origin in SourceProgram:
            if origin in origins:
                for file, parse in self._files_of(origin, found):
                    self._read(Source(origin, self._shown(file)), file, parse, found)
        return tuple(found)

    def _files_of(self, origin: SourceProgram, found: list[ImportResult]) -> Iterator[tuple[Path, Parser]]:
        """The files of a program that may be there, and what reads each."""
        match origin:
            case SourceProgram.THUNDERBIRD:
                for file in self._thunderbird(found):
                    yield file, thunderbird.parse
            case SourceProgram.MBSYNC:
                # From version 1.5 mbsync reads the second where the first is missing; older ones read only the second.
                for file in (self._config / "isyncrc", self._home / ".mbsyncrc"):
                    yield file, partial(mbsync.parse, home=str(self._home), folder=str(file.parent))
            case SourceProgram.GOIMAPNOTIFY:
                for name in ("goimapnotify", "imapnotify"):
                    for file in _files(self._config / name):
                        if file.suffix in _NOTIFY_ENDS:
                            yield file, goimapnotify.parse
            case SourceProgram.GEARY:
                for config in (self._config, self._home / _GEARY_FLATPAK):
                    for folder in _files(config / "geary"):
                        yield folder / "geary.ini", geary.parse
            case SourceProgram.MAILNAG:
                yield self._config / "mailnag" / "mailnag.cfg", mailnag.parse
            case _:  # online accounts have no file
                pass

    def _thunderbird(self, found: list[ImportResult]) -> Iterator[Path]:
        """The ``prefs.js`` of each profile, once: two installations may use the same profile."""
        seen: set[str] = set()
        for root in self._thunderbird_roots():
            list_file = root / "profiles.ini"
            text = self._text(Source(SourceProgram.THUNDERBIRD, self._shown(list_file)), list_file, found)
            for profile in thunderbird.profiles(text or ""):
                file = (root / profile.path if profile.relative else Path(profile.path)) / "prefs.js"
                if (real := os.path.realpath(file)) not in seen:
                    seen.add(real)
                    yield file

    def _thunderbird_roots(self) -> list[Path]:
        on_windows = [Path(self._roaming, "Thunderbird")] if self._roaming else []
        return [self._home / name for name in _THUNDERBIRD] + on_windows

    def _read(self, source: Source, file: Path, parse: Parser, found: list[ImportResult]) -> None:
        text = self._text(source, file, found)
        if text is not None:
            found.append(parse(text, source))

    def _text(self, source: Source, file: Path, found: list[ImportResult]) -> str | None:
        """The text of a file, None where there is none; a complaint is added to `found` where it cannot be read."""
        limit = _PREFERENCES_LIMIT if file.name == "prefs.js" else _TEXT_LIMIT
        try:
            return read_regular_file(file, limit).decode("utf-8", "replace").removeprefix("\ufeff")
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError, Unsafe):  # another kind of thing
            return None
        except TooLarge:
            reason = tr("it is too large to be meant.")
        except OSError as error:
            reason = tr("it cannot be read: {reason}.").format(reason=system_reason(error))
        found.append(ImportResult(complaints=(source.complaint(reason),)))
        return None

    def _shown(self, file: Path) -> str:
        inside = file.is_relative_to(self._home)
        return f"~/{file.relative_to(self._home)}" if inside else str(file)


def _files(folder: Path) -> list[Path]:
    """The entries of a folder, by name; none where it cannot be read."""
    try:
        return sorted(islice(folder.iterdir(), _FILES_LIMIT))
    except OSError:
        return []
