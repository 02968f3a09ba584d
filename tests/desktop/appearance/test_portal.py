"""Where the user has switched animations off, nothing is to move; learnt from the portal."""

from __future__ import annotations

import pytest

from tests.rig.fake_service import FakeService
from tray.desktop.appearance.portal import ask_for_stillness


@pytest.mark.parametrize(
    ("answer", "expected"),
    [(("v", ("b", False)), ["still"]), (("v", ("b", True)), []), (("v", ("u", 0)), []), (None, [])],
)
def test_the_portal_is_asked(bus, private_bus, until, answer, expected):
    said = []
    with FakeService(private_bus.address, "org.freedesktop.portal.Desktop") as portal:
        portal.reply = None if answer is None else ("v", (answer,))
        ask_for_stillness(bus, lambda: said.append("still"))
        until(lambda: not bus._calls)
    assert said == expected
