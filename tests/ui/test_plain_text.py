"""Names, subjects and what servers say are shown letter by letter, and never as rich text."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path

import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QApplication, QLabel

import tray.ui
from tests.ui.certificates import certificate
from tests.ui.gallery.exhibits import CODE, PAGE, WORK, SigningIn, found, services
from tests.ui.services import FakeStore, FakeTests
from tests.ui.summaries import Sizes, account, now, summary, title
from tray.mail.importers.candidates import ImportResult
from tray.mail.model.account import SecretSource
from tray.mail.model.certificate import CertificateErrorKind
from tray.mail.model.status import CheckResult, CheckStep, NeedsCredentials, Problem, ProblemKind
from tray.mail.settings.settings import Settings
from tray.ui.dialogs.certificate_dialog import CertificateDialog
from tray.ui.dialogs.password_dialog import PasswordDialog
from tray.ui.settings.import_dialog import ImportDialog
from tray.ui.settings.settings_window import SettingsWindow
from tray.ui.widgets.plain_text import plain_tooltip
from tray.ui.window.mail_window import MailWindow

MARKUP = '<b>bold</b><img src="http://example.org/seen.png">'
NAMED = replace(WORK, name=MARKUP, user=MARKUP, email=f"{MARKUP}@example.org")
TROUBLE = Problem(ProblemKind.REFUSED, f"{MARKUP} refused.", f"{MARKUP} knows why.", MARKUP)


SERVER_WORDS = FakeTests(CheckResult(CheckStep.NAME, MARKUP), CheckResult(CheckStep.LOGIN, MARKUP, TROUBLE))
"""A test whose every word is the server's."""


def settings(recorder):
    window = SettingsWindow(services(SERVER_WORDS, store=FakeStore(MARKUP, Settings(accounts=(NAMED,)))))
    window.stack.currentWidget().test.click()
    return window


def settings_after_a_removal(recorder):
    window = settings(recorder)
    window.remove_account(NAMED.id)
    return window


def part(name, given=None):
    def shown(recorder):
        store = FakeStore(settings=Settings(accounts=(NAMED,)))
        window = SettingsWindow(given or services(SERVER_WORDS, store=store))
        window.show_part(NAMED.id, name)
        return window

    return shown


def sign_in(said):
    def shown(recorder):
        account = replace(NAMED, secret=SecretSource.OAUTH, oauth="big")
        store = FakeStore(settings=Settings(accounts=(account,)))
        window = SettingsWindow(services(signing_in=SigningIn(said), store=store))
        window.show_part(NAMED.id, "more")
        window.stack.currentWidget().identity.panel.start(device=said is not PAGE)
        return window

    return shown


def import_accounts(recorder):
    offers = tuple(replace(each, account=NAMED, notes=(MARKUP,)) for each in found().offers)
    dialog = ImportDialog(lambda _: None)
    dialog.show_found(ImportResult(offers, (MARKUP,)))
    return dialog


def password(recorder):
    return PasswordDialog(NAMED, MARKUP, lambda *_: None)


def trust(recorder):
    return CertificateDialog(
        MARKUP, certificate(CertificateErrorKind.SELF_SIGNED, subject=MARKUP), lambda _: None
    )


def window(recorder):
    shown = MailWindow(recorder.commands, now, Settings, Sizes())
    status = NeedsCredentials(now(), TROUBLE)
    shown.show_summary(summary(account("w", title(1, MARKUP, MARKUP), name=MARKUP, status=status)))
    shown.bring_up(has_tray=True)
    return shown


@pytest.mark.parametrize(
    "make",
    [
        settings,
        settings_after_a_removal,
        part("more"),
        part("folders"),
        sign_in(PAGE),
        sign_in(replace(CODE, code=MARKUP, url=MARKUP)),
        import_accounts,
        password,
        trust,
        window,
    ],
)
def test_no_label_takes_what_others_wrote_for_rich_text(make, recorder, monkeypatch):
    """A label that looks for itself would fetch the picture, too."""
    shown = make(recorder)
    shown.show()
    QApplication.processEvents()
    labels = shown.findChildren(QLabel)
    assert labels
    rich = [
        label.text()
        for label in labels
        if label.textFormat() != Qt.TextFormat.PlainText
        and (label.textFormat() == Qt.TextFormat.RichText or Qt.mightBeRichText(label.text()))
    ]
    assert rich == []


def is_label(node):
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "QLabel"


def is_ours(call):
    """Whether the label begins with words of our own and nothing filled in: ``tr("...")``."""
    return (
        bool(call.args) and ast.unparse(call.args[0]).startswith("tr(") and "format" not in ast.unparse(call)
    )


def test_every_label_of_the_program_is_plain_a_picture_or_a_fixed_caption():
    doubtful = []
    for path in sorted(Path(tray.ui.__file__).parent.rglob("*.py")):
        text = path.read_text("utf-8")
        tree = ast.parse(text)
        for node in ast.walk(tree):
            named = node.targets[-1] if isinstance(node, ast.Assign) else node
            label = node.value if isinstance(node, ast.Assign) else None
            if label is not None and is_label(label) and not is_ours(label):
                name = ast.unparse(named)
                if f"{name}.setTextFormat(" not in text and f"{name}.setPixmap(" not in text:
                    doubtful.append(f"{path.name}: {name}")
        made = sum(is_label(node) and not is_ours(node) for node in ast.walk(tree))
        kept = sum(
            isinstance(node, ast.Assign) and is_label(node.value) and not is_ours(node.value)
            for node in ast.walk(tree)
        )
        if made != kept:
            doubtful.append(f"{path.name}: a label without a name")
    assert doubtful == []


def test_every_tooltip_is_plain():
    """Qt takes a tooltip for HTML where it looks like some: `plain_tooltip` keeps it from that."""
    doubtful = []
    for path in sorted(Path(tray.ui.__file__).parent.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(".setToolTip"):
                said = ast.unparse(node.args[-1])
                fixed = said.startswith("tr(") and "format" not in said
                # The tray icon's may be drawn by others: `wording.tooltip` has no markup in it.
                if not fixed and not said.startswith("plain_tooltip(") and path.name != "tray_icon.py":
                    doubtful.append(f"{path.name}: {said}")
    assert doubtful == []


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (("plain",), "plain"),
        (("two", "", "lines"), "two\nlines"),
        (("<b>", "R&D"), "<qt>&lt;b&gt;<br>R&amp;D</qt>"),
        (("&lt;b&gt;",), "<qt>&amp;lt;b&amp;gt;</qt>"),
    ],
)
def test_a_tooltip_is_shown_letter_by_letter(lines, text):
    assert plain_tooltip(*lines) == text
    assert Qt.mightBeRichText(text) == text.startswith("<qt>")
