"""The first page with a program behind it that answers as a test says."""

from __future__ import annotations

from types import SimpleNamespace

from tests.ui.gallery.exhibits import PROVIDERS
from tests.ui.keyboard import shown
from tests.ui.services import FakeOthers, FakeStore, services, sign_in_service
from tray.imap.types import INBOX
from tray.mail.importers.candidates import ImportResult
from tray.mail.model.account import Security
from tray.mail.model.status import CheckResult, CheckStep
from tray.mail.oauth.flows import OpenPage
from tray.mail.settings.oauth_clients import OAuthProvider
from tray.mail.settings.settings import Settings
from tray.mail.setup.discovery import Candidate, Source, shipped_result
from tray.ui.first_page.first_page import FirstPage

MICROSOFT = OAuthProvider(
    "microsoft",
    "Microsoft",
    authorize="https://ms/auth",
    token="https://ms/token",
    device="https://ms/device",
)
STEPS = (
    CheckResult(CheckStep.NAME, "found"),
    CheckResult(CheckStep.CONNECT, "answers"),
    CheckResult(CheckStep.ENCRYPT, "encrypted", facts=(("TLS", "TLSv1.3, AES"),)),
    CheckResult(CheckStep.LOGIN, "logged in"),
    CheckResult(CheckStep.MAILBOX, "open"),
    CheckResult(CheckStep.IDLE, "idle"),
)


def failing(step, problem):
    """The steps of a test that fails there."""
    done = STEPS[: list(CheckStep).index(step)]
    return (*done, CheckResult(step, problem.sentence, problem))


class Program:
    """Services and commands; `search` and `results` may be set, and are None while there is no answer yet."""

    def __init__(self, *, found=None, sign_in=None, store=None, settings=None):
        self.search: object = "usual"
        """What a search finds."""
        self.results: tuple[CheckResult, ...] | None = STEPS
        self.online = self.tray = True
        self.searched, self.checked, self.cancelled, self.done = [], [], [], []
        self.opened: list[str] = []
        self.pending = None
        self.store = store or FakeStore()
        self.settings = settings or Settings()
        self.signing = SimpleNamespace(ended=None, device=None, ready=True)
        service = sign_in or sign_in_service(
            known=lambda: (MICROSOFT,),
            ready=lambda _: self.signing.ready,
            start=self._sign_in,
            open_page=self._open_page,
        )
        self.services = services(
            store=self.store,
            servers=self,
            tests=self,
            others=FakeOthers(found or ImportResult()),
            sign_in=service,
        )
        self.services.previews.ask_do_not_disturb = self._ask_do_not_disturb

    def page(self):
        return shown(FirstPage(self.settings, self.services, self))

    # `ServerSearch`

    def known(self, email):
        return shipped_result(email, PROVIDERS)

    def discover(self, email, ask_thunderbird, _on_attempt, on_done):
        self.searched.append((email, ask_thunderbird))
        if self.search == "usual":
            on_done(
                self.known(email)
                or Candidate("imap.example.org", 993, Security.TLS, email, Source.AUTOCONFIG)
            )
        elif self.search != "nothing yet":
            on_done(self.search)
        return SimpleNamespace(cancel=lambda: self.cancelled.append("search"), skip=lambda: None)

    # `AccountTests`

    def check(self, account, secret, on_step, on_done):
        self.checked.append((account, secret))
        self.pending = (on_step, on_done)
        if self.results is not None:
            self.answer(self.results)
        return lambda: self.cancelled.append("check")

    def answer(self, results):
        on_step, on_done = self.pending
        for result in results:
            on_step(result)
        on_done(all(result.problem is None for result in results) and bool(results))

    # `SignInService`

    def _sign_in(self, _account, _provider, device, on_progress, on_done):
        self.signing.device, self.signing.ended, self.signing.progress = device, on_done, on_progress
        if not device:
            on_progress(OpenPage("https://ms/auth?1"))
        return lambda: self.cancelled.append("sign-in")

    def _open_page(self, url, on_failure):
        self.opened.append(url)
        self.no_browser = on_failure

    # `Previews`

    def _ask_do_not_disturb(self, known):
        self.presence_known = known

    # `FirstPageCommands`

    def is_online(self):
        return self.online

    def has_tray(self):
        return self.tray

    def watched_folders(self, _account):
        return (INBOX,)

    def __getattr__(self, name):
        return lambda *what: self.done.append((name, *what))
