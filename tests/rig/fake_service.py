"""A service that answers every call alike, be it nonsense."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jeepney import new_error, new_method_return

from tests.rig.service import Service

if TYPE_CHECKING:
    from jeepney.low_level import Message

NONSENSE: tuple[tuple[str, tuple[object, ...]], ...] = (
    ("", ()),
    ("s", ("",)),
    ("s", ("\u202e" + "x" * 100_000,)),
    ("i", (-1,)),
    ("u", (2**32 - 1,)),
    ("x", (-(2**63),)),
    ("t", (2**64 - 1,)),
    ("d", (float("nan"),)),
    ("y", (255,)),
    ("b", (True,)),
    ("o", ("/",)),
    ("o", ("/no/such/thing",)),
    ("g", ("a{sv}",)),
    ("v", (("v", ("s", "deep")),)),
    ("v", (("a(ii)", [(1, 2)]),)),
    ("as", (["x"] * 10_000,)),
    ("as", ([],)),
    ("ay", (b"\x00\xff",)),
    ("ai", ([1, 2],)),
    ("av", ([("s", "x"), ("i", 1)],)),
    ("a{sv}", ({"x": ("i", 1)},)),
    ("a{sa{sv}}", ({"x": {"y": ("i", 1)}},)),
    ("a{us}", ({1: "x"},)),
    ("(us)", ((1, "default"),)),
    ("a(us)", ([(1, "default")],)),
    ("uu", (1, 1)),
    ("us", (1, "default\x01")),
    ("us", (0, "default")),
    ("ub", (1, True)),
    ("su", ("1", 1)),
    ("uuu", (1, 2, 3)),
    ("uss", (1, "default", "more")),
    ("(us)s", ((1, "x"), "default")),
    ("u(us)", (1, (1, "x"))),
    ("uas", (1, ["default"])),
    ("sa{sv}as", ("org.freedesktop.login1.Session", {"LockedHint": ("s", "no")}, [])),
    ("sa{sv}as", ("org.freedesktop.NetworkManager", {"PrimaryConnection": ("a{sv}", {})}, [])),
    ("sa{ss}as", ("org.freedesktop.login1.Session", {"LockedHint": "false"}, [])),
    ("sas", ("org.freedesktop.login1.Session", ["LockedHint"])),
)
"""Signatures and bodies: every basic type, containers, too few, too many, nearly right ones."""


class FakeService(Service):
    """Every call is answered by `reply`, signature and body, whatever it asks for; by an error where that is None."""

    reply: tuple[str, tuple[object, ...]] | None = ("", ())

    def answer(self, message: Message) -> Message:
        """The same for all."""
        if self.reply is None:
            return new_error(message, "org.freedesktop.DBus.Error.Failed")
        signature, body = self.reply
        return new_method_return(message, signature or None, body)
