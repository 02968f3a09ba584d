"""On Wayland: a small Sway, with a tray and mako, and without a tray."""

from __future__ import annotations

import pytest

from tests.rig.desktops.names import DESKTOPS
from tests.rig.desktops.sway import Sway
from tests.rig.desktops.tour import TRAY_STEPS, WINDOW_STEPS, Tour


@pytest.mark.parametrize(("name", "steps"), [("sway-mako", TRAY_STEPS), ("sway-no-tray", WINDOW_STEPS)])
def test_everything_that_a_user_does_works_on_sway(name, steps, tmp_path, artifacts):
    """Icon or window, menu, toast, its button, settings, About, quit, the dark style; see the Tour."""
    lacking = Sway.missing()
    if lacking:
        pytest.skip("Sway needs: " + ", ".join(lacking))
    with DESKTOPS[name]() as desktop:
        results = Tour(desktop, name, tmp_path, artifacts).walk()
    assert results == dict.fromkeys(steps, "")
