"""The version of the settings file's form, and the steps from each earlier one to the present.

A key that is added or no longer used needs no new version: unknown keys are kept and missing ones have defaults. The
version is raised where an earlier program would take a key for something else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, MutableMapping

    Step = Callable[[MutableMapping[str, Any]], None]

KEY = "version"
"""Its key; a file without it has the first version, as one that was written by hand may."""

STEPS: tuple[Step, ...] = ()
"""The first makes version 2 of a document of version 1, and so on; of a parsed file as well as of one with comments."""


class NewerVersion(Exception):  # noqa: N818 -- a state, not a defect
    """A document has a version that this program does not know; the text is its number."""


def present() -> int:
    """The version that is written."""
    return len(STEPS) + 1


def version_of(document: Mapping[str, Any]) -> int:
    """The version of a TOML document; raises NewerVersion, or ValueError where it is no version."""
    version = document.get(KEY, 1)
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        raise ValueError("no version")
    if version > present():
        raise NewerVersion(str(version))
    return int(version)


def bring_up(document: MutableMapping[str, Any]) -> int:
    """Change `document` to the present version; returns the one that it had. Raises as `version_of`."""
    before = version_of(document)
    for step in STEPS[before - 1 :]:
        step(document)
    if before < present():
        document[KEY] = present()
    return before
