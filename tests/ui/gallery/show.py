"""Shows one window after another on the screen that it is started on, and takes a picture of each."""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import replace
from pathlib import Path

from PyQt5.QtCore import Qt
from PyQt5.QtGui import QColor, QPalette
from PyQt5.QtWidgets import QApplication

from tests.ui.certificates import PINNED, certificate
from tests.ui.gallery.exhibits import (
    CERTIFICATE_FAILS,
    CODE,
    FULL_DISK,
    HOME,
    LOGIN_FAILS,
    ONLINE,
    PAGE,
    RULES,
    UNDER_WAY,
    WATCHED,
    WORK,
    FirstPageProgram,
    SigningIn,
    found,
    services,
)
from tests.ui.gallery.flaws import flaws
from tests.ui.gallery.mail_windows import show_mail_windows
from tests.ui.services import FakeOthers, FakeStore, FakeTests, ignore
from tray.mail.importers.candidates import ImportResult
from tray.mail.model.account import SecretSource, Security
from tray.mail.model.certificate import CertificateErrorKind
from tray.mail.settings.settings import Settings
from tray.ui.dialogs.certificate_dialog import CertificateDialog
from tray.ui.dialogs.password_dialog import PasswordDialog
from tray.ui.dialogs.sign_in import SignInDialog
from tray.ui.first_page.first_page import FirstPage
from tray.ui.settings.import_dialog import CommandsDialog, ImportDialog
from tray.ui.settings.settings_window import SettingsWindow
from tray.ui.widgets.style import install_check_box_style

_TURNS, _TURNS_OF_NEW = 3, 6
"""So many turns of the loop without a move mean that a window stands still."""
_SECONDS_OF_MOVES = 10
"""So long a window manager may take to answer."""


def dark() -> QPalette:
    """As desktops have it."""
    palette = QPalette(QColor(0x35, 0x35, 0x35), QColor(0x30, 0x30, 0x30))
    palette.setColor(QPalette.ColorRole.Base, QColor(0x23, 0x23, 0x23))
    palette.setColor(QPalette.ColorRole.Highlight, QColor(0x2A, 0x82, 0xDA))
    palette.setColor(QPalette.ColorRole.Link, QColor(0x6F, 0xB5, 0xFF))
    return palette


class Gallery:
    """Shows, measures and takes pictures."""

    def __init__(self, folder: Path, application: QApplication) -> None:
        self._folder = folder
        self._application = application
        self.flaws: list[str] = []

    def picture(self, window, name: str) -> None:
        """Take one of `window` as it is, and note what is wrong with it."""
        self.settled(window)
        # A window manager that answers late moves a window that stood still: only what stays wrong is a flaw.
        end = time.monotonic() + _SECONDS_OF_MOVES
        while (found := flaws(window)) and time.monotonic() < end:
            self._application.processEvents()
            time.sleep(0.01)
        self.flaws += [f"{name}: {flaw}" for flaw in found]
        window.grab().save(str(self._folder / f"{name}.png"))

    def form(self, window, name: str) -> None:
        """Each screenful of the page that is shown."""
        self.settled(window)
        bar = window.stack.currentWidget().area.verticalScrollBar()
        bar.setValue(0)
        self.picture(window, f"{name}-1")
        number = 1
        while bar.value() < bar.maximum():
            bar.setValue(bar.value() + bar.pageStep())
            number += 1
            self.picture(window, f"{name}-{number}")

    def settled(self, window) -> None:
        """Show it and wait until it stands still."""
        # Layouts take some turns; a new window is placed by the window manager, too, which is another process.
        turns = _TURNS if window.isVisible() else _TURNS_OF_NEW
        window.show()
        same, before, end = 0, None, time.monotonic() + 60
        while same < turns and time.monotonic() < end:
            self._application.processEvents()
            now = (window.frameGeometry(), window.windowHandle().isExposed())
            same = same + 1 if now == before and now[1] else 0
            before = now
            time.sleep(0.01 if turns == _TURNS_OF_NEW else 0)


def settings_of(*accounts, store=None, **more) -> SettingsWindow:
    """The settings with these accounts."""
    return SettingsWindow(
        services(store=store or FakeStore(settings=Settings(accounts=accounts, rules=RULES)), **more)
    )


def show_settings(gallery: Gallery) -> None:
    """Each page about the program, an account with its parts, a search, and what goes wrong."""
    window = settings_of(WORK, HOME)
    window.show_summary(WATCHED)
    gallery.form(window, "settings-account")
    for page in window._maker.pages:
        window.show_page(page.key)
        gallery.form(window, f"settings-{page.key}")
    for name, show in (("rules", window._maker._edit_rules), ("why", window._maker._show_why)):
        window.show_page("quiet")
        show()
        gallery.form(window, f"settings-{name}")
    for part in ("folders", "password"):
        window.show_part(WORK.id, part)
        gallery.form(window, f"settings-{part}")
    for words in ("notification", "password", "nothing like it"):
        window.side.search.setText(words)
        gallery.picture(window, f"settings-search-{words.replace(' ', '-')}")
    window.side.search.clear()
    window.show_account(WORK.id)
    window.stack.currentWidget().test.click()
    gallery.form(window, "settings-tested")
    window.hide()
    refused = settings_of(store=FakeStore(FULL_DISK, Settings(accounts=(WORK, HOME))))
    refused.remove_account(WORK.id)
    gallery.picture(refused, "settings-removed-and-refused")
    refused.hide()
    narrow = settings_of(WORK, HOME)
    scale = max(1.0, narrow.fontMetrics().lineSpacing() / 18)  # the size is for letters of usual size
    narrow.resize(round(420 * scale), 500)
    gallery.picture(narrow, "settings-narrow")
    narrow.hide()


def show_forms(gallery: Gallery) -> None:
    """All settings of an account, of many kinds."""
    new = settings_of()
    new.show()
    new.more_settings(None)
    form = new.stack.currentWidget()
    form.identity.email.setText("jane@big.com")
    form.identity.email.textEdited.emit("jane@big.com")
    form.identity.email.editingFinished.emit()
    gallery.form(new, "account-new")
    form.identity.password.setText("secret")
    form.add_new()
    gallery.form(new, "account-new-refused")
    new.done(0)
    wrong = settings_of()
    wrong.show()
    wrong.more_settings(None)
    wrong.stack.currentWidget().add_new()
    gallery.form(wrong, "account-wrong")
    wrong.done(0)
    many = replace(
        WORK,
        proxy="socks5://jane@proxy.example.org:1080",
        client_certificate="/home/jane/certificates/jane.pem",
        colour="#c01c28",
        sound="/home/jane/sounds/bell.oga",
        quiet_hours=("mon-fri 22:00-07:00", "sat,sun 00:00-10:00"),
        open_command="thunderbird -mail {message_id}",
    )
    for kind, account in (
        ("pinned", replace(WORK, pinned=PINNED)),
        ("clear", replace(WORK, security=Security.NONE, port=143, allow_cleartext=True)),
        ("command", replace(WORK, secret=SecretSource.COMMAND, password_command="pass show mail/jane")),
        ("online", replace(WORK, secret=SecretSource.ONLINE, online_account="account_1700000000_0")),
        ("many", many),
    ):
        edit = settings_of(account, tests=CERTIFICATE_FAILS)
        edit.show()
        edit.show_part(account.id, "more")
        gallery.settled(edit)
        edit.stack.currentWidget().check.start()
        gallery.form(edit, f"account-{kind}")
        edit.done(0)
    for name, signing_in in (
        ("signed-out", SigningIn()),
        ("no-client", SigningIn(ready=False)),
        ("page", SigningIn(PAGE)),
        ("code", SigningIn(CODE)),
    ):
        edit = settings_of(replace(WORK, secret=SecretSource.OAUTH, oauth="big"), signing_in=signing_in)
        edit.show()
        edit.show_part(WORK.id, "password")
        edit.stack.currentWidget().identity.panel.start(device=name == "code")
        gallery.picture(edit, f"sign-in-{name}")
        edit.done(0)


def first_page(found_elsewhere=None, **more) -> FirstPage:
    """The first page as it opens."""
    others = FakeOthers(found_elsewhere or ImportResult())
    return FirstPage(Settings(), replace(services(**more), others=others), FirstPageProgram())


def show_first_page(gallery: Gallery) -> None:
    """Each state, and a failure of each kind."""
    page = first_page(found())
    gallery.picture(page, "first-page")
    for address, name in (
        ("jane@gmail.com", "app-password"),
        ("jane@outlook.com", "sign-in"),
        ("jane@gmx.net", "known"),
    ):
        page.form.address.edit.setText(address)
        gallery.picture(page, f"first-page-{name}")
    page.reject()
    online = first_page(ONLINE)
    online.form.address.edit.setText("jane@gmail.com")
    gallery.picture(online, "first-page-online")
    online.reject()
    for name, tests, address in (
        ("progress", UNDER_WAY, "jane@plain.example"),
        ("refused", LOGIN_FAILS, "jane@gmail.com"),
        ("certificate", CERTIFICATE_FAILS, "jane@plain.example"),
        ("done", FakeTests(), "jane@plain.example"),
    ):
        page = first_page(tests=tests)
        gallery.settled(page)
        page.form.address.edit.setText(address)
        page.form.password.edit.setText("secretsecret")
        page.button.click()
        gallery.picture(page, f"first-page-{name}")
        page.done(0)
    for name, signing_in in (
        ("browser", SigningIn(PAGE, "microsoft")),
        ("code", SigningIn(CODE, "microsoft")),
        ("no-client", SigningIn(None, "microsoft", ready=False)),
    ):
        page = first_page(signing_in=signing_in)
        gallery.settled(page)
        page.form.address.edit.setText("jane@outlook.com")
        page.button.click()
        gallery.picture(page, f"first-page-{name}")
        page.done(0)


def show(gallery: Gallery) -> None:
    """Everything."""
    show_mail_windows(gallery)
    show_first_page(gallery)
    show_settings(gallery)
    show_forms(gallery)
    take = ImportDialog(lambda _: None)
    take.show_found(found())
    gallery.picture(take, "import")
    take.reject()
    commands = CommandsDialog(
        [each for each in found().offers if each.account.password_command], lambda: None
    )
    gallery.picture(commands, "import-commands")
    commands.reject()

    show_dialogs(gallery)


def show_dialogs(gallery: Gallery) -> None:
    """Each dialog that asks one thing, and what one asks before it drops what was typed."""
    password = PasswordDialog(WORK, "The server refused the password.", lambda *_: None)
    gallery.picture(password, "password")
    password.password.setText("secret")
    password.reject()
    gallery.picture(password.question, "question")
    password.done(0)
    for name, signing_in in (
        ("no-client", SigningIn(ready=False)),
        ("signed-out", SigningIn()),
        ("page", SigningIn(PAGE)),
        ("code", SigningIn(CODE)),
    ):
        account = replace(WORK, secret=SecretSource.OAUTH, oauth="big")
        ask = SignInDialog(account, "The sign-in at Big Mail has ended.", signing_in.service, ignore)
        if name in {"page", "code"}:  # before it is shown: the window manager may take long to place it
            ask.panel.start(device=name == "code")
        gallery.picture(ask, f"sign-in-dialog-{name}")
        ask.done(0)
    for name, errors in (
        ("unknown", (CertificateErrorKind.SELF_SIGNED,)),
        ("changed", (CertificateErrorKind.CHANGED, CertificateErrorKind.WRONG_HOST)),
    ):
        trust = CertificateDialog("Work", certificate(*errors), lambda _: None)
        gallery.picture(trust, f"certificate-{name}")
        trust.reject()


def main() -> None:
    """Print the flaws, a line each, and ``shown`` at the end."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("--letters", type=float, default=1.0)
    options, rest = parser.parse_known_args()
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_EnableHighDpiScaling)
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_UseHighDpiPixmaps)
    application = QApplication([sys.argv[0], *rest])
    application.setQuitOnLastWindowClosed(False)
    font = application.font()
    font.setPointSizeF(font.pointSizeF() * options.letters)
    application.setFont(font)
    install_check_box_style()
    if options.dark:
        application.setPalette(dark())
    gallery = Gallery(options.folder, application)
    show(gallery)
    print(*gallery.flaws, "shown", sep="\n")


if __name__ == "__main__":
    main()
