"""What a screen reader is told of a program, over AT-SPI.

``python3 reading.py SHOWN=PART COMMAND...`` with the system's Python. The command prints the name of what it shows,
a line each, and waits for a line after each. Printed is, as JSON,
``{"shown": name, "parts": [[role, name, description, label], ...], "changed": [[role, name, description], ...]}``.
While SHOWN is shown, a change of the part that is called PART is waited for.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import threading

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402

_TOP, _SETTLE_MS = 60, 200
_CHANGES = ("object:property-change:accessible-name", "object:property-change:accessible-description")


def _described(node):
    role = node.get_role_name().removeprefix("push ")  # AT-SPI 2.56 says "button", earlier ones "push button"
    return [role, node.get_name(), node.get_description()]


def _label(node):
    kinds = {
        each.get_relation_type(): each.get_target(0)
        for each in node.get_relation_set()
        if each.get_n_targets()
    }
    labelling = kinds.get(Atspi.RelationType.LABELLED_BY)
    return labelling.get_name() if labelling is not None else ""


def _parts(node):
    """All that is shown in `node`, itself first."""
    states = node.get_state_set()
    if states.contains(Atspi.StateType.SHOWING):
        yield [*_described(node), _label(node)]
        for number in range(min(node.get_child_count(), _TOP)):
            child = node.get_child_at_index(number)
            if child is not None:
                yield from _parts(child)


def _windows():
    desktop = Atspi.get_desktop(0)
    for number in range(desktop.get_child_count()):
        program = desktop.get_child_at_index(number)
        for place in range(program.get_child_count() if program is not None else 0):
            window = program.get_child_at_index(place)
            if window is not None and window.get_state_set().contains(Atspi.StateType.ACTIVE):
                yield window


def main() -> None:
    """Run the command, and print what can be read at each of its lines."""
    changing, part = sys.argv[1].split("=")
    changed = []

    def hear(event):
        with contextlib.suppress(GLib.Error):  # a part that is gone again
            changed.append(_described(event.source))

    listener = Atspi.EventListener.new(hear)
    for kind in _CHANGES:
        listener.register(kind)
    program = subprocess.Popen(sys.argv[2:], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    loop = GLib.MainLoop()

    def read(shown):
        parts = [part for window in _windows() for part in _parts(window)]
        if not parts or (shown == changing and part not in {name for _, name, _ in changed}):
            return True  # once more, until the window has the keyboard
        print(json.dumps({"shown": shown, "parts": parts, "changed": changed}), flush=True)
        changed.clear()
        program.stdin.write("\n")
        program.stdin.flush()
        return False

    def follow():
        for line in program.stdout:
            GLib.timeout_add(_SETTLE_MS, read, line.strip())
        loop.quit()

    threading.Thread(target=follow, daemon=True).start()
    loop.run()
    sys.exit(program.wait())


if __name__ == "__main__":
    main()
