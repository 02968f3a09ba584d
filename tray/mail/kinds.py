"""What kinds of values settings have: each says what it takes, reads it from the file, and writes it there."""

from __future__ import annotations

from typing import Protocol


class NotTaken(ValueError):  # noqa: N818 -- said of the value
    """A value that a setting does not take."""


class Kind(Protocol):
    """What values a setting takes; `read` raises ValueError for any other."""

    @property
    def expected(self) -> str:
        """The rest of the sentence "<setting> must be ..."."""
        ...

    def read(self, value: object) -> object:
        """The value of the setting for one from the file."""
        ...

    def write(self, value: object) -> object:
        """The value for the file."""
        ...


class AsItIs:
    """What kinds have in common whose values stand in the file as they are."""

    __slots__ = ()

    def write(self, value: object) -> object:
        """The value itself."""
        return value


class AsList:
    """What kinds have in common whose values are tuples, which stand in the file as lists."""

    __slots__ = ()

    def write(self, value: object) -> object:
        """The value as a list."""
        assert isinstance(value, tuple)
        return list(value)
