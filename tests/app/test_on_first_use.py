"""Parts that are made when something is first asked of them."""

from __future__ import annotations

from tray.app.on_first_use import OnFirstUse


class Part:
    def __init__(self):
        self.asked = []

    def ask(self, what, *, how):
        self.asked.append((what, how))
        return len(self.asked)


def test_a_part_is_made_once_when_a_method_is_called():
    made = []

    def make():
        made.append(Part())
        return made[-1]

    part = OnFirstUse(make)
    ask = part.stand_in.ask
    assert (made, part.made) == ([], None)
    assert [ask(1, how="here"), part.stand_in.ask(2, how="there")] == [1, 2]
    assert made == [part.made]
    assert part.get().asked == [(1, "here"), (2, "there")]
