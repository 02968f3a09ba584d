"""Finds and reads the files in which other programs store their accounts."""

from __future__ import annotations

import os
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from tray.files import TooLarge, Unsafe, read_regular_file
from tray.i18n import tr
from tray.mail.importers import geary, goimapnotify, mailnag, mbsync, thunderbird
from tray.mail.importers.candidates import ImportResult, SourceProgram, displayable_path, file_prefix

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

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
        self._config = Path(config) if config.startswith(os.sep) else self._home / ".config"

    def readings(
        self, origins: Collection[SourceProgram] = frozenset(SourceProgram)
    ) -> tuple[ImportResult, ...]:
        """What each of the files holds that are there; a file that cannot be read gives a sentence."""
        sources: dict[SourceProgram, Callable[[], Iterator[ImportResult]]] = {
            SourceProgram.THUNDERBIRD: self._thunderbird,
            SourceProgram.MBSYNC: self._mbsync,
            SourceProgram.GOIMAPNOTIFY: self._goimapnotify,
            SourceProgram.GEARY: self._geary,
            SourceProgram.MAILNAG: self._mailnag,
        }
        return tuple(
            reading
            for origin in SourceProgram
            if origin in sources and origin in origins
            for reading in sources[origin]()
        )

    def _thunderbird(self) -> Iterator[ImportResult]:
        seen: set[Path] = set()
        for root in (self._home / name for name in _THUNDERBIRD):
            text, complaint = self._read(SourceProgram.THUNDERBIRD, root / "profiles.ini")
            if complaint:
                yield complaint
            for profile in thunderbird.profiles(text or ""):
                folder = root / profile.path if profile.relative else Path(profile.path)
                file = _real(folder / "prefs.js")
                if file not in seen:  # two installations may use the same profile
                    seen.add(file)
                    yield from self._parsed(
                        SourceProgram.THUNDERBIRD, folder / "prefs.js", thunderbird.parse, _PREFERENCES_LIMIT
                    )

    def _mbsync(self) -> Iterator[ImportResult]:
        # From version 1.5 mbsync reads the second where the first is missing; older versions read only the second.
        for file in (self._config / "isyncrc", self._home / ".mbsyncrc"):

            def parse(text: str, place: str, folder: str = str(file.parent)) -> ImportResult:
                return mbsync.parse(text, place, str(self._home), folder)

            yield from self._parsed(SourceProgram.MBSYNC, file, parse)

    def _goimapnotify(self) -> Iterator[ImportResult]:
        for folder in (self._config / "goimapnotify", self._config / "imapnotify"):
            for file in _files(folder):
                if file.suffix in _NOTIFY_ENDS:
                    yield from self._parsed(SourceProgram.GOIMAPNOTIFY, file, goimapnotify.parse)

    def _geary(self) -> Iterator[ImportResult]:
        for config in (self._config, self._home / _GEARY_FLATPAK):
            for folder in _files(config / "geary"):
                yield from self._parsed(SourceProgram.GEARY, folder / "geary.ini", geary.parse)

    def _mailnag(self) -> Iterator[ImportResult]:
        yield from self._parsed(
            SourceProgram.MAILNAG, self._config / "mailnag" / "mailnag.cfg", mailnag.parse
        )

    def _parsed(
        self,
        origin: SourceProgram,
        file: Path,
        parse: Callable[[str, str], ImportResult],
        limit: int = _TEXT_LIMIT,
    ) -> Iterator[ImportResult]:
        text, complaint = self._read(origin, file, limit)
        if complaint:
            yield complaint
        if text is not None:
            yield parse(text, self._shown(file))

    def _read(
        self, origin: SourceProgram, file: Path, limit: int = _TEXT_LIMIT
    ) -> tuple[str | None, ImportResult | None]:
        """The text of a file, None where there is none; and a complaint where it cannot be read."""
        try:
            return read_regular_file(file, limit).decode("utf-8", errors="replace").removeprefix(
                "\ufeff"
            ), None
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError, Unsafe):  # another kind of thing
            return None, None
        except TooLarge:
            reason = tr("it is too large to be meant.")
        except OSError as error:
            reason = tr("it cannot be read: {reason}.").format(reason=error.strerror or type(error).__name__)
        return None, ImportResult(complaints=(file_prefix(origin, self._shown(file)) + reason,))

    def _shown(self, file: Path) -> str:
        with suppress(ValueError):
            return displayable_path(f"~/{file.relative_to(self._home)}")
        return displayable_path(str(file))


def _files(folder: Path) -> list[Path]:
    """The entries of a folder, by name; none where it cannot be read."""
    try:
        return sorted(islice(folder.iterdir(), _FILES_LIMIT))
    except OSError:
        return []


def _real(file: Path) -> Path:
    return Path(os.path.realpath(file))
