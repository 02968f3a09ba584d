"""Judging a certificate that is not trusted."""

from __future__ import annotations

import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QLabel

from tests.ui.certificates import certificate
from tests.ui.keyboard import (
    alt,
    assert_usable_without_a_mouse,
    focused,
    press,
    shown,
    tab_walk,
    until,
)
from tray.mail.model.certificate import CertificateErrorKind
from tray.ui.dialogs.certificate_dialog import CertificateDialog
from tray.ui.widgets.standalone import show_until_closed


@pytest.fixture
def answers():
    return []


@pytest.fixture
def ask(qapp, answers):

    def ask(*errors, **more):
        dialog = CertificateDialog("Work", certificate(*errors, **more), answers.append)
        show_until_closed(dialog)
        return shown(dialog)

    return ask


def texts(dialog):
    return [label.text() for label in dialog.findChildren(QLabel)]


def test_it_says_whose_it_is_who_vouches_how_long_and_why_it_is_not_trusted(ask):
    dialog = ask(CertificateErrorKind.SELF_SIGNED, CertificateErrorKind.EXPIRED)
    said = texts(dialog)
    assert "Own Server, mail" in said
    assert "mail.local, 192.0.2.1" in said
    assert "Own Server, mail (itself: no authority confirms it)" in said
    assert "2026-09-21 to 2027-01-15" in said
    half = " ".join(["AB:AB:AB:AB"] * 4)
    assert f"{half}\n{half}" in said
    assert "is self-signed" in dialog.warning.text()
    assert "has expired" in dialog.warning.text()
    assert "no password was sent" in dialog.warning.text()
    assert not dialog.isModal()


def test_what_the_certificate_says_is_no_markup(ask):
    dialog = ask(subject="<b>Bank</b>")
    (label,) = [label for label in dialog.findChildren(QLabel) if label.text() == "<b>Bank</b>"]
    assert label.textFormat() == Qt.PlainText


@pytest.mark.parametrize("key", [Qt.Key_Return, Qt.Key_Escape, Qt.Key_Space])
def test_a_key_pressed_by_accident_trusts_nobody(ask, answers, key):
    """Cancel has the focus and is the default."""
    dialog = ask()
    assert focused() is dialog.cancel
    press(key)
    until(lambda: answers == [False])


def test_trusting_takes_one_deliberate_key(ask, answers):
    dialog = ask()
    assert not dialog.compared.isVisible()
    alt("t")
    until(lambda: answers == [True])


@pytest.mark.parametrize("kind", [CertificateErrorKind.WRONG_HOST, CertificateErrorKind.CHANGED])
def test_what_looks_like_somebody_elses_must_be_compared_first(ask, answers, kind):
    dialog = ask(CertificateErrorKind.SELF_SIGNED, kind)
    assert not dialog.trust.isEnabled()
    alt("t")
    assert answers == []
    alt("i")
    assert dialog.compared.isChecked()
    alt("t")
    until(lambda: answers == [True])


def test_a_change_is_warned_of_with_both_fingerprints(ask):
    dialog = ask(CertificateErrorKind.CHANGED)
    assert "pretending to be your server" in dialog.warning.text()
    assert "has changed" in dialog.warning.text()
    said = texts(dialog)
    assert said.index("SHA-256 trusted so far:") < said.index("SHA-256 shown now:")
    assert any(text.startswith("CD:CD:CD:CD CD") for text in said)
    assert any(text.startswith("AB:AB:AB:AB AB") for text in said)


@pytest.mark.parametrize(
    "errors",
    [(CertificateErrorKind.SELF_SIGNED,), (CertificateErrorKind.CHANGED, CertificateErrorKind.WRONG_HOST)],
)
def test_it_can_be_read_and_used_without_a_mouse_or_eyes(ask, errors):
    dialog = ask(*errors)
    assert_usable_without_a_mouse(dialog)
    walk = tab_walk(dialog)
    fingerprint = next(label for label in dialog.findChildren(QLabel) if label.text().startswith("AB:AB"))
    assert fingerprint in walk
    assert "AB:AB:AB:AB AB" in fingerprint.accessibleName()
    if CertificateErrorKind.CHANGED in errors:
        assert dialog.compared in walk
