"""Parts of the standard library that Twisted names at its import, and Mailbell never uses, are loaded on first use.

Twisted 26 imports asyncio for three names, and http.cookiejar for one that nobody asks for; with them come the HTTP
client, ssl, subprocess transports, queues and thirty other modules: 3 MB and a twentieth of the start (decision 0025).
Whoever uses any of it gets the whole module, as always.
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.machinery import PathFinder
from importlib.util import LazyLoader, find_spec, module_from_spec
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType

_LAZY = frozenset({"http.cookiejar", "idna", "pickle"})
"""Named by ``twisted.python.compat``, ``service_identity`` and ``logging.handlers``, which use them late or never."""
_NAMES = {"AbstractEventLoop": "events", "Future": "futures", "iscoroutine": "coroutines"}
"""What ``twisted.internet.defer`` takes from asyncio, and the modules that have it."""


def install() -> None:
    """To be called before the first import of Twisted; does nothing for what is imported already."""
    sys.meta_path.insert(0, _LazyFinder())
    spec = find_spec("asyncio")
    if "asyncio" in sys.modules or spec is None or spec.loader is None:
        return
    asyncio = sys.modules["asyncio"] = module_from_spec(spec)
    asyncio.__getattr__ = _Package(asyncio)  # type: ignore[method-assign]  # PEP 562


class _LazyFinder:
    """Finds the modules of `_LAZY`; a module is executed when one of its attributes is first asked for."""

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name not in _LAZY:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = LazyLoader(spec.loader)
        return spec


class _Package:
    """Gives single names of asyncio from its modules; any other name executes the package itself."""

    def __init__(self, package: ModuleType) -> None:
        self._package = package

    def __call__(self, name: str) -> Any:
        package = self._package
        if name in _NAMES:
            return getattr(import_module(f"asyncio.{_NAMES[name]}"), name)
        spec = package.__spec__
        assert spec is not None
        if not name.startswith("__") and find_spec(f"asyncio.{name}") is not None:
            return import_module(f"asyncio.{name}")  # ``from . import format_helpers`` within the package
        if "__getattr__" in vars(package):
            del package.__getattr__
            assert spec.loader is not None
            spec.loader.exec_module(package)
        return getattr(package, name)
