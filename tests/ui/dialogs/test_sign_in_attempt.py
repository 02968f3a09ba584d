"""One sign-in at a time: what an earlier one has still to say is ignored."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from PyQt5.QtWidgets import QApplication

from tests.fakes.values import account
from tray.mail.model.secret import Secret
from tray.mail.oauth.flows import EnterCode, OpenPage
from tray.ui.dialogs.sign_in_attempt import SignInAttempt

PAGE = OpenPage("https://big.com/auth")


class World:
    def __init__(self):
        self.started, self.cancelled, self.pages, self.outcomes = [], [], [], []
        service = SimpleNamespace(start=self._start, open_page=lambda *page: self.pages.append(page))
        self.attempt = SignInAttempt(service)
        self.attempt.ended.connect(self.outcomes.append)

    def _start(self, _account, provider, device, on_progress, on_done):
        number = len(self.started)
        self.started.append((provider, device, on_progress, on_done))
        return lambda: self.cancelled.append(number)

    def begin(self, *, device=False):
        self.attempt.start(account("work"), "big", device=device)
        return self.started[-1][2:]


@pytest.fixture
def world(qapp):
    return World()


@pytest.mark.parametrize(
    ("step", "sentence", "code", "url"),
    [
        (None, "One moment…", "", ""),
        (PAGE, "Your browser is open. Come back here when you have signed in.", "", PAGE.url),
        (EnterCode("AB", "https://b.c/d", "", 9), "Enter this code at https://b.c/d, in any browser:", "AB",
         "https://b.c/d"),
        (EnterCode("AB", "https://b.c/d", "https://b.c/d?c=AB", 9),
         "Enter this code at https://b.c/d, in any browser:", "AB", "https://b.c/d?c=AB"),
    ],
)  # fmt: skip
def test_what_is_to_be_done_is_said(world, step, sentence, code, url):
    progress, _ = world.begin()
    if step is not None:
        progress(step)
    shown = world.attempt
    assert (shown.sentence, shown.code, shown.url) == (sentence, code, url)
    assert [page for page, _ in world.pages] == ([PAGE.url] if step is PAGE else [])


def test_a_second_one_ends_the_first_and_hears_nothing_of_it(world):
    progress, done = world.begin()
    progress(PAGE)
    _, failed = world.pages[0]
    _, done_again = world.begin(device=True)
    assert world.cancelled == [0]
    progress(PAGE)
    done(Secret("first"))
    failed()
    assert (world.attempt.url, world.attempt.has_browser, world.outcomes) == ("", True, [])
    done_again(Secret("second"))
    assert (world.outcomes, world.attempt.is_running) == ([Secret("second")], False)
    world.attempt.stop()
    assert world.cancelled == [0]


def test_without_a_browser_the_link_is_copied(world):
    progress, _ = world.begin()
    progress(PAGE)
    world.pages[0][1]()
    assert not world.attempt.has_browser
    assert world.attempt.sentence.startswith("No browser could be started. Copy the link")
    world.attempt.copy_link()
    assert QApplication.clipboard().text() == PAGE.url
    world.attempt.stop()
    assert (world.attempt.sentence, world.attempt.url, world.cancelled) == ("", "", [0])
