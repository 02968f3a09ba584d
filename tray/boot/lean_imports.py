"""What libraries name at their import, and Mailbell hardly ever uses, is loaded or compiled on first use.

Twisted 26 imports asyncio for three names, and http.cookiejar for one that nobody asks for; with them come the HTTP
client, ssl, subprocess transports, queues and thirty other modules: 3 MB and a twentieth of the start (decision 0025).
Whoever uses any of it gets the whole module, as always.
"""

from __future__ import annotations

import re
import sys
from functools import partial
from importlib import import_module
from importlib.machinery import PathFinder
from importlib.util import find_spec, module_from_spec
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType

_LATER = frozenset(
    {
        "bz2",  # zipfile, shutil
        "calendar",  # OpenSSL
        "cryptography.hazmat.asn1",  # service_identity
        "email.base64mime",  # email.charset
        "email.errors",
        "email.quoprimime",
        "http.cookiejar",  # twisted.python.compat
        "idna",  # service_identity
        "lzma",  # zipfile, shutil
        "ntpath",  # pathlib
        "pickle",  # logging.handlers
        "pty",  # twisted.internet.process
        "tempfile",
        "textwrap",  # traceback
        "tokenize",  # linecache, inspect
    }
)
"""By whom they are named, who uses them late or never."""
_FUNCTIONS_LATER: dict[str, set[str] | None] = {
    "cryptography.hazmat.primitives.serialization.ssh": None,  # bcrypt and all ciphers: 3 ms
    "email.utils": {"parseaddr", "parsedate_tz"},  # cryptography, tray.imap.dates: 2 ms
    "html": {"escape"},  # twisted.python.compat; the table of entities: 1.5 ms
    "twisted.python.modules": {"getModule"},  # twisted.plugin; zipfile, shutil: 2.5 ms
}
"""Modules from which others import these functions, or all that they name, and hardly ever call them."""
_PATTERNS_LATER = frozenset(
    {
        "cryptography.x509.name",  # of RFC 4514, which nobody reads here: 8 ms
        "locale",
        "logging",
        "platform",
        "service_identity.hazmat",
        "string",
        "tray.desktop.storage.settings_file",
        "tray.imap.addresses",
        "tray.imap.encoded_words",
        "tray.mail.model.host_names",
        "tray.mail.model.secret_filter",
        "tray.mail.presentation.message_texts",
        "tray.mail.settings.fields",
        "twisted.cred.credentials",
        "twisted.mail.imap4",
        "twisted.protocols.basic",
        "urllib.parse",
    }
)
"""Modules with patterns of which a start needs few or none: 12 ms. Not gettext, which gives one to a function."""
_WITHOUT = {
    "hashlib": "_hashlib",
    "hmac": "_hashlib",
    "twisted.internet.endpoints": "twisted.internet.stdio",
    "twisted.python.win32": "ctypes",
}
"""What works as well without another module: the OpenSSL of Python, which is a second one beside that of cryptography
(2.3 ms, 0.9 MB); endpoints for standard input (0.5 ms); what only Windows needs (2.2 ms)."""
_BUILT_IN_HASHES = frozenset({"_blake2", "_md5", "_sha1", "_sha3"})
"""Fedora's Python lacks some."""
_PACKAGES = ("asyncio", "http")
"""Executed when something else of them is used than their modules or `_NAMES`; http has two large enums (2.5 ms)."""
_NAMES = {"AbstractEventLoop": "events", "Future": "futures", "iscoroutine": "coroutines"}
"""What ``twisted.internet.defer`` takes from asyncio, and the modules that have it."""


def install() -> None:
    """To be called before other imports; does nothing for what is imported already."""
    if any(isinstance(finder, _Finder) for finder in sys.meta_path):
        return
    sys.meta_path.insert(0, _Finder())
    for name in _PACKAGES:
        spec = find_spec(name)
        if name not in sys.modules and spec is not None and spec.loader is not None:
            package = sys.modules[name] = module_from_spec(spec)
            package.__getattr__ = _Package(package)  # type: ignore[method-assign]  # PEP 562


class _Finder:
    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        loader: Any = _LOADERS.get(name)
        if loader is None:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = loader(spec.loader)
        return spec


class _Loader:
    """Does what the loader does that it is given."""

    def __init__(self, loader: Any) -> None:
        self._loader = loader

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)


class _Later(_Loader):
    """Executes a module when a name of it is first asked for; importlib's LazyLoader does it at the second import."""

    def exec_module(self, module: ModuleType) -> None:
        path = vars(module).pop("__path__", None)  # so that the import of a part executes its package first
        waits = True

        def attribute(name: str) -> Any:
            nonlocal waits
            if waits:
                waits = False
                del module.__getattr__  # the module may have one of its own
                if path is not None:
                    module.__path__ = path
                self._loader.exec_module(module)
            return getattr(module, name)

        module.__getattr__ = attribute  # type: ignore[method-assign]  # PEP 562


class _FunctionsLater(_Later):
    """Gives stand-ins for functions, which execute the module when they are called."""

    def exec_module(self, module: ModuleType) -> None:
        path = vars(module).get("__path__")
        super().exec_module(module)
        if path is not None:
            module.__path__ = path
        at_once, names = module.__getattr__, _FUNCTIONS_LATER[module.__name__]

        def attribute(name: str) -> Any:
            if name == "__path__":  # the import system asks whether this is a package
                raise AttributeError(name)
            stands_in = not name.startswith("_") and (names is None or name in names)
            return _Function(partial(at_once, name)) if stands_in else at_once(name)

        module.__getattr__ = attribute  # type: ignore[method-assign]  # PEP 562


class _Function:
    """Stands for a function, or a class that is called."""

    def __init__(self, find: Callable[[], Any]) -> None:
        self._find = find

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        return self._find()(*arguments, **named)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._find(), name)


class _Without(_Loader):
    """Executes a module as if the other one of `_WITHOUT` was absent, unless that is loaded."""

    def exec_module(self, module: ModuleType) -> None:
        absent = _WITHOUT[module.__name__]
        hidden = absent not in sys.modules and (absent != "_hashlib" or _has_hashes())
        if hidden:
            sys.modules[absent] = None  # type: ignore[assignment]  # makes its import raise ModuleNotFoundError
        try:
            self._loader.exec_module(module)
        finally:
            if hidden:
                del sys.modules[absent]
        if hidden and module.__name__ == "hashlib":
            vars(module).pop("pbkdf2_hmac", None)  # its own is slow and deprecated
            module.__getattr__ = _of_openssl  # type: ignore[method-assign]  # PEP 562


def _of_openssl(name: str) -> Any:
    """What ``hashlib`` has only with OpenSSL."""
    if name not in {"pbkdf2_hmac", "scrypt"}:
        raise AttributeError(f"module 'hashlib' has no attribute {name!r}")
    return getattr(import_module("_hashlib"), name)


def _has_hashes() -> bool:
    return all(name in sys.builtin_module_names or find_spec(name) for name in _BUILT_IN_HASHES)


class _PatternsLater(_Loader):
    """Compiles each pattern of a module when one of its methods is first asked for."""

    def exec_module(self, module: ModuleType) -> None:
        before = re.compile  # `_Pattern`, if a module of `_PATTERNS_LATER` imports this one
        re.compile = _Pattern  # type: ignore[assignment]
        try:
            self._loader.exec_module(module)
        finally:
            re.compile = before


_compile = re.compile


class _Pattern:
    def __init__(self, pattern: str, flags: int = 0) -> None:
        self._arguments = pattern, flags

    def __getattr__(self, name: str) -> Any:
        found = getattr(_compile(*self._arguments), name)  # `re` remembers the pattern
        setattr(self, name, found)
        return found


_LOADERS = {
    **dict.fromkeys(_LATER, _Later),
    **dict.fromkeys(_FUNCTIONS_LATER, _FunctionsLater),
    **dict.fromkeys(_WITHOUT, _Without),
    **dict.fromkeys(_PATTERNS_LATER, _PatternsLater),
}


class _Package:
    """Gives modules of a package, and single names of asyncio; any other name executes the package itself."""

    def __init__(self, package: ModuleType) -> None:
        self._package = package

    def __call__(self, name: str) -> Any:
        package = self._package
        if name in _NAMES and package.__name__ == "asyncio":
            return getattr(import_module(f"asyncio.{_NAMES[name]}"), name)
        spec = package.__spec__
        assert spec is not None
        if not name.startswith("__") and find_spec(f"{package.__name__}.{name}") is not None:
            return import_module(
                f"{package.__name__}.{name}"
            )  # ``from . import format_helpers`` within asyncio
        if "__getattr__" in vars(package):
            del package.__getattr__
            assert spec.loader is not None
            spec.loader.exec_module(package)
        return getattr(package, name)
