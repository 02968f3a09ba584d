"""Reads the tables that we ship, strictly: a mistake in them is ours, and is found by a test."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def read_row(
    table: Mapping[str, object],
    kind: type[Any],
    readers: Mapping[str, Callable[[Any], object]],
    wrong: Callable[[str], Exception],
) -> dict[str, Any]:
    """What `table` says for the fields of the dataclass `kind`, each read by its reader, or as a text.

    A reader raises ValueError for what it does not take. Raises what `wrong` makes of a sentence.
    """
    place = table.get("id", "?")
    known = {field.name for field in fields(kind)}
    found: dict[str, Any] = {}
    for key, value in table.items():
        if key not in known:
            raise wrong(f"{place}: unknown key {key}")
        try:
            found[key] = readers.get(key, read_text)(value)
        except ValueError as error:
            raise wrong(f"{place}: {key} cannot be {value!r}") from error
    return found


def read_text(value: object) -> str:
    """A text that is not empty."""
    if not isinstance(value, str) or not value:
        raise ValueError
    return value


def read_texts(value: object) -> tuple[str, ...]:
    """A list of them."""
    if not isinstance(value, list):
        raise ValueError  # noqa: TRY004 -- judged with the other values
    return tuple(read_text(each) for each in value)
