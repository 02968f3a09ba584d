"""What the pages have to show."""

from __future__ import annotations

import time
from dataclasses import replace
from types import SimpleNamespace

from tests.mail.make import arrival
from tests.ui.certificates import untrusted
from tests.ui.services import FakeHistory, FakeOthers, FakePreviews, FakeStore, FakeTests, ignore
from tray.imap.events import Listed
from tray.imap.types import MailboxName
from tray.mail.folders.folders import FolderList, folders_of
from tray.mail.importers.candidates import ForeignAccount, ImportResult, SourceProgram
from tray.mail.model.account import Account, AccountId, SecretSource, Security
from tray.mail.model.status import (
    CheckResult,
    CheckStep,
    NeedsCredentials,
    Problem,
    ProblemKind,
    Watching,
)
from tray.mail.oauth.flows import EnterCode, OpenPage
from tray.mail.policy.explanations import try_settings
from tray.mail.presentation.summary import AccountSummary, IconState, Summary
from tray.mail.settings.oauth_clients import OAuthProvider
from tray.mail.settings.rules import Announce, Rule
from tray.mail.settings.settings import Settings
from tray.mail.setup.discovery import Candidate, Source, shipped_result
from tray.mail.setup.providers import Provider, Providers, SignInMethod
from tray.ui.ports import SettingsServices

WORK = Account(
    AccountId("w"),
    "Work",
    "jane@example.org",
    "mail.example.org",
    "jane",
    webmail="https://mail.example.org/",
)
HOME = Account(AccountId("h"), "Home", "jane.doe@posteo.example", "posteo.example", "jane.doe", enabled=False)
BIG = Provider(
    "big",
    "Big Mail",
    host="imap.big.com",
    sign_in=SignInMethod.APP_PASSWORD,
    password_url="https://big.com/passwords",
)
PROVIDERS = Providers(
    (
        Provider(
            "google",
            "Gmail",
            domains=("gmail.com",),
            host="imap.gmail.com",
            sign_in=SignInMethod.APP_PASSWORD,
            password_url="https://myaccount.google.com/apppasswords",
            webmail="https://mail.google.com/",
            oauth="google",
        ),
        Provider(
            "outlook",
            "Outlook.com",
            domains=("outlook.com",),
            host="outlook.office365.com",
            sign_in=SignInMethod.OAUTH,
            oauth="microsoft",
        ),
        Provider(
            "gmx",
            "GMX",
            domains=("gmx.net",),
            host="imap.gmx.net",
            webmail="https://www.gmx.net/",
            notes=("IMAP must be switched on in the settings of GMX, under POP3/IMAP.",),
        ),
        Provider("tuta", "Tuta", domains=("tuta.com",), notes=("Its mail is encrypted.",)),
        Provider("plain", "Plain Mail", domains=("plain.example",), host="imap.plain.example"),
    )
)
"""Each kind of provider, with values as in the shipped list."""
REFUSED = Problem(
    ProblemKind.APP_PASSWORD,
    "Big Mail refused the password of jane@big.com: it wants an application password.",
    "Make one at https://big.com/passwords, and enter it instead of your own.",
    "[AUTHENTICATIONFAILED] Application-specific password required (Failure)",
)
_FOLDERS = ("INBOX", "Lists", "Lists/Python", "Lists/Qt", "Entwürfe", "Papierkorb \\Trash", "Ärger", "受信箱")


def _listing():
    rows = []
    for line in _FOLDERS:
        name, *attributes = line.split(" \\")
        rows.append(Listed(frozenset("\\" + each for each in attributes), "/", MailboxName(name)))
    return FolderList(folders_of(rows), complete=True)


class KnownFolders:
    """The folders of every account."""

    def load(self, _account, _secret, done):
        done(_listing())
        return lambda: None

    def connection_limit(self, _account):
        return 3


class KnownProvider:
    """A provider that is found at once."""

    def known(self, email):
        """The shipped list has some providers."""
        return shipped_result(email, PROVIDERS)

    def discover(self, email, _ask, _on_attempt, on_done):
        on_done(
            Candidate("imap.big.com", 993, Security.TLS, email, Source.SHIPPED, BIG, "https://mail.big.com/")
        )
        return self

    def skip(self):
        """Nothing is left to skip."""

    def cancel(self):
        """Nothing is left to cancel."""


LOGIN_FAILS = FakeTests(
    CheckResult(CheckStep.NAME, "imap.big.com was found: 192.0.2.7 and 3 more."),
    CheckResult(CheckStep.CONNECT, "imap.big.com answers on port 993."),
    CheckResult(
        CheckStep.ENCRYPT, "Encrypted with TLS 1.3; the server's certificate was issued by Authority."
    ),
    CheckResult(CheckStep.LOGIN, REFUSED.sentence, REFUSED),
)
CERTIFICATE_FAILS = FakeTests(CheckResult(CheckStep.ENCRYPT, "It is not trusted.", untrusted()))


def found() -> ImportResult:
    """Some accounts of other programs."""
    plain = Account(AccountId(""), "jane", "jane@example.org", "mail.example.org", "jane")
    command = Account(
        AccountId(""),
        "work",
        "jane@work.example",
        "imap.work.example",
        "jane",
        secret=SecretSource.COMMAND,
        password_command='gpg --quiet --decrypt "$HOME/.config/mail/a-long-name-of-a-file-with-passwords.gpg" | sed -n 1p',
    )
    offers = (
        ForeignAccount(
            plain, SourceProgram.THUNDERBIRD, "~/.thunderbird/abc.default", notes=("It used OAuth2 there.",)
        ),
        ForeignAccount(command, SourceProgram.MBSYNC, "~/.mbsyncrc"),
    )
    return ImportResult(offers, ("mbsync, ~/.mbsyncrc: “tunnelled”: a tunnel cannot be imported.",))


class SigningIn:
    """A sign-in that goes as far as `said`, and no further."""

    provider = OAuthProvider(
        "big",
        "Big Mail",
        authorize="https://big.com/auth",
        token="https://big.com/token",
        device="https://big.com/d",
    )

    def __init__(self, said=None, provider="big", *, ready=True) -> None:
        self._said = said
        self.provider = replace(self.provider, id=provider)
        self.service = SimpleNamespace(
            known=lambda: (self.provider,),
            ready=lambda _: ready,
            for_host=lambda _: ("big", False),
            set_client=lambda *_: None,
            start=self._start,
            open_page=lambda *_: None,
        )

    def _start(self, _account, _provider, _device, on_progress, _done):
        if self._said is not None:
            on_progress(self._said)
        return lambda: None


class UnderWay(FakeTests):
    """A test that does not end."""

    def check(self, account, secret, on_step, _on_done):
        return super().check(account, secret, on_step, ignore)


class FirstPageProgram:
    """What the first page asks for has no effect; the desktop has no tray."""

    def has_tray(self):
        """There is none."""
        return False

    def is_online(self):
        """There is a network."""
        return True

    def __getattr__(self, _name):
        return ignore


UNDER_WAY = UnderWay(*LOGIN_FAILS.results[:-1])
ONLINE = ImportResult(
    (
        ForeignAccount(
            Account(
                AccountId(""),
                "Google",
                "jane@gmail.com",
                "imap.gmail.com",
                "jane@gmail.com",
                secret=SecretSource.ONLINE,
                online_account="1",
            ),
            SourceProgram.ONLINE,
            "",
        ),
    )
)
PAGE = OpenPage("https://big.com/auth?client_id=1&code_challenge=" + "x" * 120)
CODE = EnterCode("WDJB-MJHT", "https://big.com/device", "", 900.0)


FULL_DISK = "The settings cannot be saved: the disk is full. Make room and try again."
WATCHED = Summary(
    IconState.TROUBLE,
    0,
    (
        AccountSummary(WORK.id, WORK.name, Watching(since=0, last_confirmed=time.time() - 120), 0, ()),
        AccountSummary(HOME.id, HOME.name, NeedsCredentials(0, REFUSED), 0, ()),
    ),
)


RULES = (Rule("Newsletters", list_id=("news.example.org",), notify=Announce.COUNT),)
_ARRIVALS = (
    arrival(
        1, WORK.id, subject="Lunch on Friday, or would Thursday be better for all of you?", date=time.time()
    ),
    arrival(2, WORK.id, subject="שלום לך", name="דנה לוי", date=time.time() - 3600),
)
HISTORY = FakeHistory(try_settings(Settings(accounts=(WORK,), rules=RULES), _ARRIVALS), _ARRIVALS)


def services(
    tests: FakeTests = LOGIN_FAILS, signing_in: SigningIn | None = None, store: FakeStore | None = None
) -> SettingsServices:
    """What the dialogs are given."""
    return SettingsServices(
        store=store or FakeStore(),
        tests=tests,
        servers=KnownProvider(),
        folders=KnownFolders(),
        others=FakeOthers(found(), "Google: jane@gmail.com"),
        previews=FakePreviews(),
        sign_in=(signing_in or SigningIn()).service,
        type_proxy_password=ignore,
        add_account=ignore,
        history=HISTORY,
    )
