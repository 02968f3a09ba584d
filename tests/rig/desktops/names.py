"""Every desktop by the name that one types; what stands before the first dash is its family, and names its packages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.rig.desktops.cinnamon import Cinnamon
from tests.rig.desktops.gnome import Gnome
from tests.rig.desktops.lxqt import Lxqt
from tests.rig.desktops.mate import Mate
from tests.rig.desktops.plasma import PlasmaOnWayland, PlasmaOnX11
from tests.rig.desktops.sway import Sway

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.rig.desktops.desktop import Desktop

DESKTOPS: dict[str, Callable[[], Desktop]] = {
    "sway-mako": Sway,
    "sway-swaync": lambda: Sway("swaync"),
    "sway-dunst": lambda: Sway("dunst"),
    "sway-no-tray": lambda: Sway(has_tray=False),
    "gnome-tray": Gnome,
    "gnome-no-tray": lambda: Gnome(has_tray=False),
    "gnome-no-xwayland": lambda: Gnome(xwayland=False),
    "plasma-wayland": PlasmaOnWayland,
    "plasma-x11": PlasmaOnX11,
    "mate": Mate,
    "cinnamon": Cinnamon,
    "lxqt": Lxqt,
}


def chosen(names: Sequence[str]) -> list[str]:
    """The desktops of those names; of a family all of them; every one where none is named. LookupError for others."""
    found = []
    for name in names or DESKTOPS:
        matching = [each for each in DESKTOPS if each == name or each.startswith(f"{name}-")]
        if not matching:
            raise LookupError(f"there is no desktop {name!r} here; there are: {' '.join(DESKTOPS)}")
        found += [each for each in matching if each not in found]
    return found
