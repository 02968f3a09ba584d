"""The settings file: read at start, and written without losing comments, unknown keys or changes by hand."""

from __future__ import annotations

import logging
import re
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from tray.desktop.storage.files import read_own, write_atomically
from tray.desktop.storage.version_copies import copy_path
from tray.files import TooLarge, Unsafe
from tray.i18n import system_reason, tr
from tray.mail.model.account import Account
from tray.mail.presentation.colours import with_colours
from tray.mail.settings.fields import ACCOUNT, GENERAL
from tray.mail.settings.settings import Settings, SettingsError, parse, to_document, warnings
from tray.mail.settings.versions import KEY, NewerVersion, bring_up, present, version_of

if TYPE_CHECKING:
    from collections.abc import MutableMapping, Sequence
    from pathlib import Path

    from tray.mail.settings.fields import Setting
    from tray.mail.settings.oauth_clients import OAuthClient
    from tray.mail.settings.rules import Rule

    Table = MutableMapping[str, Any]

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib  # type: ignore[import-not-found, unused-ignore]

log = logging.getLogger(__name__)

_E = TypeVar("_E", Account, "OAuthClient", "Rule")
_ACCOUNTS = "account"
_SIGN_INS = "oauth"
_RULES = "rule"
_HEADER = "# The settings of Mailbell. It may be edited by hand: comments and unknown keys are kept.\n"
_LIMIT = 512 * 1024
"""Bytes; fifty accounts with all settings have 50,000."""
_NESTED = re.compile(r"""(?<![\w-])(?:(?:[\w-]+|"[^"\n]*"|'[^'\n]*')[ \t]*\.[ \t]*){24}""", re.ASCII)
"""A key of more parts than any setting has: the time for reading it grows with the square of their number."""
_PLACE = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)$")


class SettingsFile:
    """One TOML file; keeps the settings that were read last, to detect changes by hand before writing."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._base = Settings()

    def load(self) -> Settings:
        """The settings; the default ones where there is no file. Raises SettingsError with the mistake.

        Unknown keys are logged: they may be typing errors.
        """
        self._base = self._parse(self._read(), warn=True)
        return self._base

    def save(self, settings: Settings, base: Settings | None = None) -> Settings:
        """Write the changes since the last `load` or `save`, or since `base`; returns the settings of the file.

        Other changes of the file stay. Raises SettingsError, with nothing written, when the same setting was changed
        there, when the file is invalid now, or when it cannot be written.
        """
        text = self._read()
        merged = self._merged(text, _coloured(settings), self._base if base is None else base)
        result = self._parse(merged)  # so that only a valid file is written
        if merged != text:
            self._keep_copy(text)
            self._write(self.path, merged)
        self._base = result
        return result

    def _merged(self, text: str, settings: Settings, base: Settings) -> str:
        import tomlkit

        theirs = self._parse(text)
        try:
            document = tomlkit.parse(text or f"{_HEADER}{KEY} = {present()}\n\n")
            bring_up(document)
            _merge(document, base, theirs, settings)
            return tomlkit.dumps(document)
        except _MergeConflict as conflict:
            sentence = tr(
                "“{setting}” was changed in {file} by hand while Mailbell was running, so nothing was saved. "
                "Start Mailbell again to use that change, then make yours."
            )
            raise SettingsError(sentence.format(setting=conflict, file=self.path)) from conflict
        # tomlkit is stricter than tomllib, and its recursion is limited more.
        except (tomlkit.exceptions.TOMLKitError, RecursionError) as error:
            raise self._no_settings() from error

    def _read(self) -> str:
        try:
            # May be a link: many users keep their settings under version control elsewhere. Only the user can write to
            # the folder of the link (tray/desktop/storage/paths.py), and the target must be the user's own.
            text = read_own(self.path, _LIMIT, linked=True).decode("utf-8")
        except FileNotFoundError:
            return ""
        except UnicodeDecodeError as error:
            sentence = tr("The settings file {file} is not UTF-8 text. Correct it or put it aside.")
            raise SettingsError(sentence.format(file=self.path)) from error
        except TooLarge as error:
            sentence = tr(
                "The settings file {file} is too large: it has more than {limit} kilobytes. Put it aside."
            )
            raise SettingsError(sentence.format(file=self.path, limit=_LIMIT // 1024)) from error
        except Unsafe as error:
            sentence = tr(
                "The settings file {file} is not used, because {reason}. "
                "Put a file in its place that nobody but you can change."
            )
            raise SettingsError(sentence.format(file=self.path, reason=system_reason(error))) from error
        except OSError as error:
            sentence = tr(
                "The settings file {file} cannot be read: {reason}. Make it readable or put it aside."
            )
            raise SettingsError(sentence.format(file=self.path, reason=system_reason(error))) from error
        if not text:  # Mailbell never writes an empty file: it was truncated, as on a full disk
            sentence = tr(
                "The settings file {file} is empty. Put a copy in its place, or remove it to begin anew."
            )
            raise SettingsError(sentence.format(file=self.path))
        return text

    def _parse(self, text: str, *, warn: bool = False) -> Settings:
        if _NESTED.search(text):
            raise self._no_settings()
        try:
            document: dict[str, Any] = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            place = _PLACE.search(str(error))
            line = (place and place[1]) or str(text.count("\n") + 1)
            sentence = tr(
                "The settings file {file} has a mistake in line {line}: {reason}. Correct it or put it aside."
            )
            reason = _PLACE.sub("", str(error))
            raise SettingsError(sentence.format(file=self.path, line=line, reason=reason)) from error
        except (ValueError, RecursionError) as error:  # numbers of thousands of digits, lists a thousand deep
            raise self._no_settings() from error
        try:
            bring_up(document)
            settings = parse(document)
        except NewerVersion as error:
            sentence = tr(
                "The settings file {file} was written by a newer Mailbell and is left as it is. "
                "Install that Mailbell again, or put the file aside."
            )
            raise SettingsError(sentence.format(file=self.path)) from error
        except ValueError as error:
            raise self._no_settings() from error
        except SettingsError as error:
            sentence = tr("The settings file {file} cannot be used: {reason}. Correct it or put it aside.")
            raise SettingsError(sentence.format(file=self.path, reason=str(error).rstrip("."))) from error
        except RecursionError as error:
            raise self._no_settings() from error
        for sentence in warnings(document) if warn else ():
            log.warning("The settings file %s: %s", self.path, sentence)
        return _coloured(settings)

    def _no_settings(self) -> SettingsError:
        sentence = tr("The settings file {file} holds what no settings hold. Correct it or put it aside.")
        return SettingsError(sentence.format(file=self.path))

    def _keep_copy(self, text: str) -> None:
        """Keep `text`, a valid file, where it has the form of an earlier version."""
        if text and (version := version_of(tomllib.loads(text))) < present():
            self._write(copy_path(self.path, version), text)

    def _write(self, path: Path, text: str) -> None:
        try:
            write_atomically(path, text.encode(), linked=path == self.path)
        except OSError as error:
            raise self._unwritable(error) from error

    def _unwritable(self, error: OSError) -> SettingsError:
        sentence = tr("The settings file {file} cannot be written: {reason}. Free space or make it writable.")
        return SettingsError(sentence.format(file=self.path, reason=system_reason(error)))


def _coloured(settings: Settings) -> Settings:
    """`settings` with a colour for each account: where none is written, it is written at the next change."""
    return replace(settings, accounts=with_colours(settings.accounts))


class _MergeConflict(Exception):  # noqa: N818 -- a state, not a defect
    """The same setting was changed by the program and in the file; the text names it."""


def _merge(document: Table, base: Settings, theirs: Settings, ours: Settings) -> None:
    """Apply the changes from `base` to `ours` to the tomlkit `document`, which holds the settings `theirs`.

    Comments, unknown keys, the order of lines and written default values stay. Raises _MergeConflict when `theirs` has
    another value of the same setting; `document` may then be partly changed.
    """
    _merge_table(document, GENERAL, (base, theirs, ours), to_document(ours))
    if ours.accounts != base.accounts:
        _merge_entries(document, _ACCOUNTS, ACCOUNT, base.accounts, theirs.accounts, ours.accounts)
    if ours.oauth != base.oauth:
        from tray.mail.settings.oauth_clients import OAUTH

        _merge_entries(document, _SIGN_INS, OAUTH, base.oauth, theirs.oauth, ours.oauth)
    if ours.rules != base.rules:
        from tray.mail.settings.rules import RULE

        _merge_entries(document, _RULES, RULE, base.rules, theirs.rules, ours.rules)


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
                raise _MergeConflict(setting.key)
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
            raise _MergeConflict(_name(entry))  # removed by us, changed by hand
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
            raise _MergeConflict(_name(entry))  # removed by hand, changed by us
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


def _sparse(key: str, entry: Account | OAuthClient | Rule) -> dict[str, Any]:
    field = {_ACCOUNTS: "accounts", _SIGN_INS: "oauth", _RULES: "rules"}[key]
    alone: dict[str, Any] = {field: (entry,)}
    document: dict[str, Any] = to_document(Settings(**alone))
    tables: list[dict[str, Any]] = document[key]
    return tables[0]


def _name(entry: Account | OAuthClient | Rule) -> str:
    return entry.name or entry.id
