"""Secrets in the desktop's keyring, through the keyring library."""

from __future__ import annotations

import enum
import sys
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING, Any

from tray.i18n import tr
from tray.mail.model.secret import KeyringUnavailable, Secret

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tray.mail.model.account import AccountId

    _Errors = tuple[type[Exception], ...]


class KeyringState(enum.Enum):
    """What can be said of the keyring without a prompt."""

    OPEN = "open"
    LOCKED = "locked"
    EMPTY = "empty"
    """There is no keyring yet: the first password makes one."""
    UNKNOWN = "unknown"
    """It may prompt, and has no question for that."""


def read(service: str, account: AccountId) -> Secret | None:
    """The secret, None where the keyring has none; raises KeyringUnavailable."""
    with _explained():
        backend = _backend()
        text = None if _has_nothing(backend) else backend.get_password(service, account)
    return None if text is None else Secret(text)


def write(service: str, account: AccountId, secret: Secret) -> None:
    """Write the secret, in place of an older one; raises KeyringUnavailable."""
    with _explained():
        _backend().set_password(service, account, secret.reveal())


def remove(service: str, account: AccountId) -> None:
    """Remove the secret, if there is one; raises KeyringUnavailable."""
    from keyring.errors import PasswordDeleteError

    with _explained(), suppress(PasswordDeleteError):
        backend = _backend()
        if not _has_nothing(backend):
            backend.delete_password(service, account)


def is_open() -> bool:
    """Whether the Secret Service's default collection is unlocked; does not prompt for a password.

    The Credential Manager and the Keychain of the log-in are open as long as the user is logged in.
    """
    if sys.platform in {"win32", "darwin"}:
        return True
    with suppress(KeyringUnavailable), _explained():
        import secretstorage

        with closing(secretstorage.dbus_init()) as connection:
            return not secretstorage.get_any_collection(connection).is_locked()
    return False


def state() -> tuple[str, KeyringState]:
    """The name of the library's back end, and the state of the keyring; raises KeyringUnavailable. Never prompts."""
    from keyring.errors import NoKeyringError

    with _explained():
        backend = _backend()
        kind = type(backend)
        name = f"{kind.__module__}.{kind.__qualname__}".removeprefix("keyring.backends.")
        if kind.__module__ in {"keyring.backends.fail", "keyring.backends.null"}:
            raise NoKeyringError
        if kind.__name__ in {"SplitKeyring", "PlaintextKeyring"}:
            return name, KeyringState.OPEN
        if not _is_secret_service(backend):
            return name, KeyringState.UNKNOWN
        if _has_nothing(backend):
            return name, KeyringState.EMPTY
        with _collection(backend) as collection:
            return name, KeyringState.LOCKED if collection.is_locked() else KeyringState.OPEN


def read_silently(service: str, account: AccountId) -> Secret | None:
    """As `read`, but raises KeyringUnavailable where the user would be prompted, or may be."""
    _, found = state()
    if found is KeyringState.EMPTY:
        return None
    if found is KeyringState.UNKNOWN:
        raise KeyringUnavailable.because(tr("The keyring might ask for its password."))
    if found is KeyringState.OPEN and not _is_locked(service, account):
        return read(service, account)
    raise KeyringUnavailable.because(tr("The keyring is locked."), tr("Unlock it."))


def _is_locked(service: str, account: AccountId) -> bool:
    """Whether the secret itself is locked: keyrings such as KeePassXC lock each of them."""
    with _explained():
        backend = _backend()
        if not _is_secret_service(backend):
            return False
        with _collection(backend) as collection:
            items = collection.search_items({"service": service, "username": account})
            return any(item.is_locked() for item in items)


def _is_secret_service(backend: Any) -> bool:
    from keyring.backends.SecretService import Keyring as SecretService

    return isinstance(backend, SecretService)


@contextmanager
def _collection(backend: Any) -> Iterator[Any]:
    """The collection that `backend` would use, as it is, without unlocking it."""
    import secretstorage

    with closing(secretstorage.dbus_init()) as connection:
        chosen = getattr(backend, "preferred_collection", "")
        if chosen:
            yield secretstorage.Collection(connection, chosen)
        else:
            yield secretstorage.get_collection_by_alias(connection, "default")


def _has_nothing(backend: Any) -> bool:
    """Whether the Secret Service has no keyring yet.

    To read a secret, the library would create one, and prompt the user for a password for it.
    """
    if not _is_secret_service(backend) or hasattr(backend, "preferred_collection"):
        return False
    import secretstorage
    from secretstorage.exceptions import ItemNotFoundException

    with closing(secretstorage.dbus_init()) as connection:
        try:
            secretstorage.get_collection_by_alias(connection, "default")
        except ItemNotFoundException:
            return True
    return False


def _backend() -> Any:
    """The keyring to use, searched each time: at log-in it may start later than Mailbell.

    The library's own search takes 130 ms and caches that there was none, so the user's configuration of the library
    is used first, then the Secret Service if it is running, and only then that search.
    """
    from keyring import backend, core
    from keyring.backends.SecretService import Keyring as SecretService

    chosen = core.load_env() or core.load_config()
    if chosen is not None:
        return chosen
    if SecretService.viable:
        return SecretService()
    search: Any = backend.get_all_keyring
    if hasattr(search, "reset"):
        with suppress(KeyError):  # nothing is cached yet
            search.reset()
    else:  # keyring before 25
        vars(search.__wrapped__).pop("always_returns", None)
    core.init_backend()
    found = core.get_keyring()
    if sys.platform == "win32":
        from tray.desktop.secrets.split_keyring import SplitKeyring

        return SplitKeyring(found)
    return found


@contextmanager
def _explained() -> Iterator[None]:
    """Raise KeyringUnavailable, with a text for users, for all known exceptions of keyrings."""
    from keyring.errors import InitError, KeyringError, KeyringLocked, NoKeyringError

    dismissed, others = _library_errors()
    locked: _Errors = (KeyringLocked, *dismissed)
    # ImportError: a backend that the user configured may be missing
    broken: _Errors = (KeyringError, OSError, RuntimeError, ImportError, UnicodeError, *others)
    try:
        yield
    except NoKeyringError as error:
        raise KeyringUnavailable.because(
            tr("There is no keyring to keep passwords in."),
            tr("Start a keyring such as GNOME Keyring or KWallet, or let Mailbell ask for the password."),
        ) from error
    except locked as error:
        raise KeyringUnavailable.because(tr("The keyring is locked."), tr("Unlock it.")) from error
    except InitError as error:
        raise KeyringUnavailable.because(
            tr("The keyring cannot be opened."), tr("Unlock it, or make a default keyring.")
        ) from error
    except broken as error:
        raise KeyringUnavailable.because(
            tr("The keyring did not answer as it should."), tr("Look whether the keyring is running.")
        ) from error


def _library_errors() -> tuple[_Errors, _Errors]:
    """Exceptions of its libraries that the backends let through: of dismissed prompts, and others."""
    if sys.platform == "win32":
        import importlib

        windows: Any = importlib.import_module("win32ctypes.pywin32.pywintypes")
        return (), (windows.error,)
    try:
        from jeepney import DBusErrorResponse  # type: ignore[import-untyped, import-not-found, unused-ignore]
        from secretstorage import exceptions
    except ImportError:  # not on this system
        return (), ()
    return (
        (exceptions.LockedException, exceptions.PromptDismissedException),
        (DBusErrorResponse, exceptions.SecretStorageException),
    )
