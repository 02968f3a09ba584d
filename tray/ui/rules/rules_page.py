"""The page of the rules: their order, the chosen one, and what they would have done with the mails of the last week."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PyQt5.QtCore import QSignalBlocker, Qt
from PyQt5.QtWidgets import QHBoxLayout, QListWidget, QWidget

from tray.i18n import tr
from tray.mail.policy.explanations import outcome, try_settings
from tray.mail.settings.checks import free_name
from tray.mail.settings.rules import MAX_RULES, Rule
from tray.ui.rows.controls import button
from tray.ui.rows.page_view import SubPage, heading_label
from tray.ui.rows.row_widget import SecondText, row_card
from tray.ui.rules.rule_card import RuleRows
from tray.ui.rules.why_page import ExplanationList

if TYPE_CHECKING:
    from tray.ui.ports import MessageHistory
    from tray.ui.rows.changes import Changes

_LINES = 5
"""Rules that the list shows without scrolling."""


class RulesPage(SubPage):
    """Everything is applied as it is made, and tried at once."""

    def __init__(self, changes: Changes, history: MessageHistory, back: str) -> None:
        super().__init__(tr("Rules"), back)
        self._changes = changes
        self._arrivals = history.last_week()
        self.add(
            SecondText(
                tr("The first rule that fits a mail decides about it; the order matters."), on_card=False
            )
        )
        self.list = QListWidget()
        self.list.setAccessibleName(self.title)
        self.list.setFixedHeight(_LINES * self.list.fontMetrics().lineSpacing() * 3 // 2)
        self.list.currentRowChanged.connect(self._show_rule)
        self.add(self.list, 12)
        self.add_button = button(tr("Add a rule"), self._add)
        self.up_button = button(tr("Up"), lambda: self._move(-1))
        self.down_button = button(tr("Down"), lambda: self._move(1))
        self.remove_button = button(tr("Remove"), self._remove)
        self._lay_out_buttons()
        self.rows = RuleRows(self)
        self.rows.changed.connect(self._put)
        self._add_editor()
        self.add(heading_label(tr("What would have become of the mails of the last week")))
        self.trial = ExplanationList(
            tr("What would have become of the mails of the last week"),
            lambda each: outcome(each.decision),
        )
        self.add(self.trial)
        changes.changed.connect(self._show_all)
        self._show_all()
        self.list.setCurrentRow(0)

    def focus_first(self) -> None:
        """Move the keyboard to the rules, or to the button that makes one."""
        first = self.list if self.list.count() else self.add_button
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def _rules(self) -> tuple[Rule, ...]:
        return self._changes.settings.rules

    def _lay_out_buttons(self) -> None:
        line = QWidget()
        layout = QHBoxLayout(line)
        layout.setContentsMargins(0, 0, 0, 0)
        for made in (self.add_button, self.up_button, self.down_button, self.remove_button):
            layout.addWidget(made)
        layout.addStretch(1)
        self.add(line, 8)

    def _add_editor(self) -> None:
        self._editors: list[QWidget] = []
        for heading, rows in (
            (tr("A mail for which all of this holds"), self.rows.conditions),
            (tr("What is done with it"), self.rows.actions),
        ):
            label, card = heading_label(heading), row_card(rows)
            for widget in (label, card):
                self.add(widget)
                self._editors.append(widget)

    def _show_all(self) -> None:
        rules, row = self._rules, self.list.currentRow()
        with QSignalBlocker(self.list):
            self.list.clear()
            self.list.addItems([rule.name for rule in rules])
            self.list.setCurrentRow(min(row, len(rules) - 1))
        self._show_rule(self.list.currentRow())
        tried = try_settings(self._changes.settings, self._arrivals)
        self.trial.show_explanations(tried, tr("No mail of the last week is known."))

    def _show_rule(self, row: int) -> None:
        there = 0 <= row < len(self._rules)
        for widget in self._editors:
            widget.setVisible(there)
        self.up_button.setEnabled(there and row > 0)
        self.down_button.setEnabled(there and row < len(self._rules) - 1)
        self.remove_button.setEnabled(there)
        self.add_button.setEnabled(len(self._rules) < MAX_RULES)
        if there:
            self.rows.show_rule(self._rules[row])

    def _put(self, rule: Rule) -> None:
        row = self.list.currentRow()
        rules = list(self._rules)
        others = [other.name for place, other in enumerate(rules) if place != row]
        rules[row] = replace(rule, name=free_name(rule.name, others))
        self._changes.put(rules=tuple(rules))

    def _add(self) -> None:
        name = free_name(tr("New rule"), [rule.name for rule in self._rules])
        self._changes.put(rules=(*self._rules, Rule(name)))
        self.list.setCurrentRow(len(self._rules) - 1)
        self.rows.rows["name"].focus()

    def _move(self, step: int) -> None:
        row = self.list.currentRow()
        rules = list(self._rules)
        rules.insert(row + step, rules.pop(row))
        with QSignalBlocker(self.list):
            self.list.setCurrentRow(row + step)
        self._changes.put(rules=tuple(rules))

    def _remove(self) -> None:
        row = self.list.currentRow()
        self._changes.put(rules=tuple(rule for place, rule in enumerate(self._rules) if place != row))
        self.focus_first()
