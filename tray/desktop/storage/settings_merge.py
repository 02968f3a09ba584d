"""Merges changes of the program into the user's settings document, leaving everything else as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from tray.mail.model.account import Account
from tray.mail.settings.fields import ACCOUNT, GENERAL
from tray.mail.settings.settings import Settings, to_document

if TYPE_CHECKING:
    from collections.abc import MutableMapping, Sequence

    from tray.mail.settings.fields import Setting
    from tray.mail.settings.oauth_clients import OAuthClient

    Table = MutableMapping[str, Any]

_ACCOUNTS = "account"
_SIGN_INS = "oauth"
_E = TypeVar("_E", Account, "OAuthClient")


class MergeConflict(Exception):  # noqa: N818 -- a state, not a defect
    """The same setting was changed by the program and in the file; the text names it."""


def merge(document: Table, base: Settings, theirs: Settings, ours: Settings) -> None:
    """Apply the changes from `base` to `ours` to the tomlkit `document`, which holds the settings `theirs`.

    Comments, unknown keys, the order of lines and written default values stay. Raises MergeConflict when `theirs` has
    another value of the same setting; `document` may then be partly changed.
    """
    _merge_table(document, GENERAL, (base, theirs, ours), to_document(ours))
    if ours.accounts != base.accounts:
        _merge_entries(document, _ACCOUNTS, ACCOUNT, base.accounts, theirs.accounts, ours.accounts)
    if ours.oauth != base.oauth:
        from tray.mail.settings.oauth_clients import OAUTH

        _merge_entries(document, _SIGN_INS, OAUTH, base.oauth, theirs.oauth, ours.oauth)


def _merge_table(
    table: Table,
    settings: Sequence[Setting],
    versions: tuple[Any, Any, Any],
    sparse: dict[str, Any],
) -> None:
    """`versions` are base, theirs and ours; `sparse` is ours without default values."""
    for setting in settings:
        before, present, wanted = (setting.kind.write(getattr(version, setting.key)) for version in versions)
        if wanted not in (before, present):
            if present != before:
                raise MergeConflict(setting.key)
            table[setting.key] = wanted
        elif setting.key in sparse and setting.key not in table and wanted == present:
            table[setting.key] = (
                wanted  # was derived from others, such as an id, and must not change with them
            )


def _merge_entries(
    document: Table,
    key: str,
    settings: Sequence[Setting],
    base: Sequence[_E],
    theirs: Sequence[_E],
    ours: Sequence[_E],
) -> None:
    """Merge entries by their ids: first ours, in their order, then entries that were added by hand."""
    old = {entry.id: entry for entry in base}
    wanted = {entry.id: entry for entry in ours}
    tables_before = list(document.get(key, ()))
    present = {entry.id: (entry, table) for entry, table in zip(theirs, tables_before, strict=True)}
    for identity, (entry, _) in present.items():
        if identity in old and identity not in wanted and entry != old[identity]:
            raise MergeConflict(_name(entry))  # removed by us, changed by hand
    tables: list[Table] = []
    for identity, entry in wanted.items():
        sparse = _sparse(key, entry)
        if identity in present:
            theirs_now, table = present[identity]
            _merge_table(table, settings, (old.get(identity, theirs_now), theirs_now, entry), sparse)
            tables.append(table)
        elif identity not in old:
            tables.append(sparse)
        elif entry != old[identity]:
            raise MergeConflict(_name(entry))  # removed by hand, changed by us
    tables += [
        table for identity, (_, table) in present.items() if identity not in old and identity not in wanted
    ]
    if [id(table) for table in tables] != [id(table) for table in tables_before]:
        _replace_tables(document, key, tables)


def _replace_tables(document: Table, key: str, tables: Sequence[Table]) -> None:
    import tomlkit
    from tomlkit.items import Table as WrittenTable

    document.pop(key, None)
    if not tables:
        return
    whole = tomlkit.aot()
    for table in tables:
        if isinstance(table, WrittenTable):
            whole.append(table)
            continue
        fresh = tomlkit.table()
        fresh.update(table)
        whole.append(fresh)
    document[key] = whole


def _sparse(key: str, entry: Account | OAuthClient) -> dict[str, Any]:
    alone = Settings(accounts=(entry,)) if isinstance(entry, Account) else Settings(oauth=(entry,))
    document: dict[str, Any] = to_document(alone)
    tables: list[dict[str, Any]] = document[key]
    return tables[0]


def _name(entry: Account | OAuthClient) -> str:
    return entry.name or entry.id
