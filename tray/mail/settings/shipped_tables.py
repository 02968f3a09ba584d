"""Reads the tables in ``resources`` strictly: a test finds mistakes in them."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def read_row(
    table: Mapping[str, object],
    kind: type[Any],
    readers: Mapping[str, Callable[[Any], object]],
    error_type: Callable[[str], Exception],
) -> dict[str, Any]:
    """The values in `table` for fields of the dataclass `kind`, each read by its reader, or by `read_text`.

    A reader raises ValueError for an invalid value. Raises `error_type` with a sentence.
    """
    place = table.get("id", "?")
    known = {field.name for field in fields(kind)}
    found: dict[str, Any] = {}
    for key, value in table.items():
        if key not in known:
            raise error_type(f"{place}: unknown key {key}")
        try:
            found[key] = readers.get(key, read_text)(value)
        except ValueError as error:
            raise error_type(f"{place}: {key} cannot be {value!r}") from error
    return found


def read_text(value: object) -> str:
    """A non-empty text."""
    if not isinstance(value, str) or not value:
        raise ValueError
    return value


def read_texts(value: object) -> tuple[str, ...]:
    """A list of non-empty texts."""
    if not isinstance(value, list):
        raise ValueError  # noqa: TRY004 -- handled with the other values
    return tuple(read_text(text) for text in value)
