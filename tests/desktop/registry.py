"""A registry of Windows in memory, with the functions of `winreg` that are called."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_FOLDERS = r"Software\Microsoft\Windows\CurrentVersion\Explorer\Shell Folders"


class Registry:
    """Keys by their root and path; each is a dictionary of values."""

    HKEY_CURRENT_USER, HKEY_LOCAL_MACHINE = "HKCU", "HKLM"
    REG_SZ = 1

    def __init__(self) -> None:
        self.keys: dict[tuple[str, str], dict[str, Any]] = {}
        self.refuses: OSError | None = None
        """Is raised instead of opening a key to write."""

    @classmethod
    def of_a_new_user(cls, home: Path) -> Registry:
        registry = cls()
        registry.keys["HKCU", _FOLDERS] = {"Local AppData": str(home / "AppData" / "Local")}
        return registry

    @contextmanager
    def CreateKey(self, root: str, path: str) -> Iterator[tuple[str, str]]:
        if self.refuses is not None:
            raise self.refuses
        self.keys.setdefault((root, path), {})
        yield root, path

    def OpenKey(self, root: Any, path: str) -> Any:
        if isinstance(root, _Opened):
            root, path = root.key[0], rf"{root.key[1]}\{path}"
        if (root, path) not in self.keys:
            raise FileNotFoundError
        return _Opened((root, path))

    def QueryInfoKey(self, key: _Opened) -> tuple[int, int, int]:
        return len(self._below(key)), 0, 0

    def EnumKey(self, key: _Opened, number: int) -> str:
        return self._below(key)[number]

    def QueryValueEx(self, key: _Opened, name: str) -> tuple[Any, int]:
        try:
            return self.keys[key.key][name], self.REG_SZ
        except KeyError:
            raise FileNotFoundError from None

    def SetValueEx(self, key: tuple[str, str], name: str, _reserved: int, kind: int, value: str) -> None:
        assert kind == self.REG_SZ
        self.keys[key][name] = value

    def DeleteValue(self, key: tuple[str, str], name: str) -> None:
        if self.keys[key].pop(name, None) is None:
            raise FileNotFoundError

    def _below(self, key: _Opened) -> list[str]:
        root, path = key.key
        return sorted(
            name.removeprefix(f"{path}\\")
            for place, name in self.keys
            if place == root and name.startswith(f"{path}\\")
        )


class _Opened:
    def __init__(self, key: tuple[str, str]) -> None:
        self.key = key

    def __enter__(self):
        return self

    def __exit__(self, *_: object) -> None:
        pass
