"""The rows of one rule: what a mail has to be like, and what is done with it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from PyQt5.QtCore import QObject, pyqtSignal

from tray.i18n import tr
from tray.mail.settings.rules import RULE, Announce
from tray.ui.rows.controls import Choice, Number, Tick
from tray.ui.rows.row_widget import RowWidget
from tray.ui.rows.texts import CheckedLine, SeveralTexts

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.mail.settings.rules import Rule
    from tray.ui.rows.controls import Control

_KINDS = {setting.key: setting.kind for setting in RULE}
_KILOBYTES, _HOURS = 1_000_000, 24 * 365


class RuleRows(QObject):
    """The rows that show `rule`, and announce each change of it."""

    changed = pyqtSignal(object)
    """The rule as the user has made it."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.rule: Rule | None = None
        self.rows: dict[str, RowWidget] = {}
        several = tr("Several with semicolons between; one of them has to fit")
        self.conditions = [
            self._row("name", tr("Name"), partial(CheckedLine, _KINDS["name"])),
            self._texts("sender", tr("The sender has in it"), several),
            self._texts("to", tr("To or Cc has in it")),
            self._texts("subject", tr("The subject has in it")),
            self._texts("list_id", tr("The mailing list has in its name")),
            self._texts("headers", tr("A header has in it"), tr("Such as “X-Priority: 1”")),
            self._texts("account", tr("The account is")),
            self._texts("folder", tr("The folder is")),
            self._row("larger_than", tr("At least so many kilobytes"), partial(Number, 0, _KILOBYTES)),
            self._row("older_than", tr("At least so many hours old"), partial(Number, 0, _HOURS)),
        ]
        self.actions = [
            self._row(
                "notify",
                tr("Then it is"),
                partial(
                    Choice,
                    (tr("announced"), Announce.NOTIFY),
                    (tr("announced without a sound"), Announce.SILENT),
                    (tr("announced always, as important"), Announce.URGENT),
                    (tr("only counted"), Announce.COUNT),
                ),
            ),
            self._row(
                "sound",
                tr("Sound"),
                partial(CheckedLine, _KINDS["sound"]),
                tr("A name such as “bell” or the path of a file; empty for the usual one"),
            ),
            self._row("mark_read", tr("Mark it as read"), Tick, tr("Then it is not announced")),
            self._row(
                "move_to",
                tr("Move it to the folder"),
                partial(CheckedLine, _KINDS["move_to"]),
                tr("Then it is not announced; empty for none"),
            ),
            self._row(
                "command",
                tr("Run a command"),
                partial(CheckedLine, _KINDS["command"]),
                tr("It finds the mail in the variables MAILBELL_FROM, MAILBELL_SUBJECT and others"),
            ),
        ]

    def show_rule(self, rule: Rule) -> None:
        """Show the values of `rule`."""
        other = self.rule is None or self.rule.name != rule.name
        self.rule = rule
        for field, row in self.rows.items():
            assert row.control is not None
            if other:
                row.show_error("")
                line = getattr(row.control, "line", None)
                if line is not None:
                    line.setModified(False)
            row.control.show_value(getattr(rule, field))

    def _texts(self, field: str, label: str, explanation: str = "") -> RowWidget:
        return self._row(field, label, partial(SeveralTexts, _KINDS[field]), explanation)

    def _row(
        self, field: str, label: str, control: Callable[[], Control], explanation: str = ""
    ) -> RowWidget:
        row = self.rows[field] = RowWidget(label, control(), explanation)
        assert row.control is not None
        row.control.edited.connect(partial(self._edited, field))
        row.control.failed.connect(row.show_error)
        return row

    def _edited(self, field: str, value: Any) -> None:
        if self.rule is not None and getattr(self.rule, field) != value:
            self.rule = replace(self.rule, **{field: value})
            self.changed.emit(self.rule)
