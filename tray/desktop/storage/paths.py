"""The files of a profile: in the desktop's folders for the user's own, in one folder for a ``--profile``."""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tray.desktop.storage.files import check_folder, own_folder
from tray.files import Unsafe
from tray.i18n import system_reason, tr
from tray.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable

    Prepare = Callable[[Path], Path]

APP_ID = "io.github.mailbell.Mailbell"
"""Names the program to the desktop: .desktop file, AppStream, icon, notifications."""

_FLATPAK = Path("/.flatpak-info")
"""Exists in every sandbox of Flatpak, and nowhere else."""
_NAME = "mailbell"
_SOCKET_PATH_LIMIT = 100
"""Bytes; a Unix socket's path holds 107 on Linux and 103 on macOS (unix(7))."""


class PathsError(Exception):
    """A folder that the program needs cannot be used; the text contains its name, the reason and advice."""


@dataclass(frozen=True, slots=True)
class Paths:
    """The files and folders of one profile; every folder exists, but for those of `planned`."""

    config: Path
    state: Path
    socket: Path
    """The socket of the running program, for the command line."""
    keyring_service: str
    """The service name of this profile's secrets in the keyring."""
    profile: Path | None = None
    """The folder given by ``--profile``; None for the user's own profile."""

    @property
    def settings_file(self) -> Path:
        """The settings, TOML."""
        return self.config / "settings.toml"

    @property
    def secret_file(self) -> Path:
        """The secrets of accounts with `SecretSource.FILE`."""
        return self.config / "insecure-secrets.json"

    @property
    def state_file(self) -> Path:
        """The announced UIDs and the newest messages, SQLite."""
        return self.state / "state.sqlite3"

    @property
    def window_size(self) -> Path:
        """The size of the window with the newest messages."""
        return self.state / "window-size"

    @property
    def new_mail_file(self) -> Path:
        """The ids of the messages that are new to the user, JSON."""
        return self.state / "new-mail.json"

    @property
    def log_file(self) -> Path:
        """The log, rotated."""
        return self.state / "mailbell.log"

    @property
    def lock(self) -> Path:
        """Held by the program that runs this profile; beside the state, which two programs would damage."""
        return self.state / "mailbell.lock"

    @property
    def lock_elsewhere(self) -> Path:
        """Used instead of `lock` where its disk supports no locks; on a disk of this computer."""
        return _of_this_computer(f"{_digest(self.state)}.lock", _private)


def for_user() -> Paths:
    """The user's own profile, in the folders of the XDG Base Directory Specification, or of other systems."""
    return _for_user(_private)


def for_profile(folder: Path | str) -> Paths:
    """A profile in `folder`; profiles in different folders share no files, sockets or secrets."""
    return _for_profile(folder, _private)


def planned(profile: Path | str | None) -> Paths:
    """The files of a profile, None for the user's own, where nothing is made or checked."""
    return _for_user(Path) if profile is None else _for_profile(profile, Path)


def _for_user(prepare: Prepare) -> Paths:
    from platformdirs import PlatformDirs

    folders = PlatformDirs(_NAME, appauthor=False, roaming=False)
    config, state = prepare(folders.user_config_path), prepare(folders.user_state_path)
    session = _session_folder()
    runtime = prepare(session / _NAME) if session is not None else state
    return Paths(
        config=config,
        state=state,
        socket=_socket(runtime / "mailbell.sock", prepare),
        keyring_service=_NAME,
    )


def _for_profile(folder: Path | str, prepare: Prepare) -> Paths:
    root = Path(os.path.realpath(prepare(Path(folder).expanduser())))
    return Paths(
        config=root,
        state=root,
        socket=_socket(root / "mailbell.sock", prepare),
        keyring_service=f"{_NAME}:{_digest(root)}",
        profile=root,
    )


def in_flatpak() -> bool:
    """Whether this program runs in a sandbox of Flatpak, of whose files other programs see nothing."""
    return _FLATPAK.exists()


def _private(folder: Path) -> Path:
    """Make `folder`, mode 0700, where it is missing; raises PathsError, also where others can write to it."""
    try:
        own_folder(folder)
    except Unsafe as error:
        text = tr(
            "The folder {folder} is not used for settings and passwords, because {reason}. "
            "Make it yours alone (chown, chmod go-w), or choose another one with --profile."
        )
        raise PathsError(text.format(folder=folder, reason=system_reason(error))) from error
    except OSError as error:
        text = tr(
            "The folder {folder} cannot be made: {reason}. Make it, or choose another one with --profile."
        )
        raise PathsError(text.format(folder=folder, reason=system_reason(error))) from error
    return folder


def _session_folder() -> Path | None:
    """The folder of the log-in session, also without XDG_RUNTIME_DIR, as in a command run by cron.

    None where others can write to it, which the XDG Base Directory Specification forbids. In Flatpak it is the part of
    it that all sandboxes of Mailbell share: each command runs in one of its own.
    """
    named = os.environ.get("XDG_RUNTIME_DIR", "")
    if named and in_flatpak():
        named = f"{named}/app/{APP_ID}"
    if not named and sys.platform == "linux":
        named = f"/run/user/{os.getuid()}"
    if not named or not os.access(named, os.W_OK | os.X_OK):
        return None
    try:
        check_folder(Path(named))
    except OSError:
        return None
    return Path(named)


def _socket(wanted: Path, prepare: Prepare) -> Path:
    if sys.platform == "win32" or len(os.fsencode(wanted)) < _SOCKET_PATH_LIMIT:
        return wanted  # on Windows it is a file with a number of a port
    return _of_this_computer(f"{_digest(wanted)}.sock", prepare)


def _of_this_computer(name: str, prepare: Prepare) -> Path:
    session = _session_folder()
    folder = prepare(session / _NAME) if session is not None else _own_temporary_folder(prepare)
    return folder / name


def _own_temporary_folder(prepare: Prepare) -> Path:
    """A folder with a short path that no other user can have prepared."""
    user = os.getuid() if hasattr(os, "getuid") else 0
    folder = prepare(Path(tempfile.gettempdir(), f"{_NAME}-{user}"))
    if prepare is not _private:
        return folder
    facts = folder.lstat()
    if hasattr(os, "getuid") and (facts.st_uid != user or facts.st_mode & 0o077 or folder.is_symlink()):
        text = tr("The folder {folder} belongs to another user or is open to others. Remove it.")
        raise PathsError(text.format(folder=folder))
    return folder


def _digest(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]
