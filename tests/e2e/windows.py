"""Finds windows on a virtual desktop, by their titles."""

from __future__ import annotations

import re
import subprocess

from tests.rig.processes import wait_until

_LINE = re.compile(r'"(.*?)": \(.*?\)\s+(\d+)x(\d+)\+-?\d+\+-?\d+\s+\+(-?\d+)\+(-?\d+)')


def places(desktop):
    """Titles and places of all windows: (title, x, y, width, height)."""
    tree = _tool(desktop, "xwininfo", "-root", "-tree")
    found = (_LINE.search(each) for each in tree.splitlines())
    return [
        (title, int(x), int(y), int(width), int(height))
        for title, width, height, x, y in (each.groups() for each in found if each)
    ]


def visible(desktop, text):
    """X ids of the visible windows whose title matches."""
    return _tool(desktop, "xdotool", "search", "--onlyvisible", "--name", text).split()


def wait_window(desktop, text):
    """Wait for such a window, and bring it to the front so that it can be typed into."""
    found = []

    def there():
        found[:] = visible(desktop, text)
        return bool(found)

    wait_until(there, f"a window {text!r}")
    _tool(desktop, "xdotool", "windowactivate", "--sync", found[-1])


def properties(desktop, text):
    """What the program has set for the window manager on the window whose title matches, by property."""
    lines = _tool(desktop, "xprop", "-id", visible(desktop, text)[-1]).splitlines()
    return dict(
        re.split(r"(?: =|:  ?protocols) ", line, maxsplit=1)
        for line in lines
        if re.search(r"(?: =|:  ?protocols) ", line)
    )


def gone(desktop, text):
    """Whether no such window can be seen."""
    return not visible(desktop, text)


def active(desktop):
    """Title of the window that has the keyboard."""
    return _tool(desktop, "xdotool", "getactivewindow", "getwindowname").strip()


def _tool(desktop, *argv):
    # xdotool ends with 1 where it finds nothing
    return subprocess.run(
        argv, env=desktop.env, capture_output=True, text=True, timeout=30, check=False
    ).stdout
