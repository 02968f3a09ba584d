"""The lean data classes behave as those of the standard library; each case is made with both."""

from __future__ import annotations

import dataclasses
from dataclasses import asdict, field, fields, replace
from typing import ClassVar

import pytest

from tray import values

BOTH = pytest.mark.parametrize("dataclass", [dataclasses.dataclass, values.dataclass])


def of(dataclass, **options):
    @dataclass(**options)
    class Mail:
        kind: ClassVar[str] = "mail"
        subject: str
        size: int = 3
        flags: list[str] = field(default_factory=list)
        text: str = field(default="", repr=False, compare=False)
        seen: bool = field(default=False, kw_only=True)

        @property
        def shown(self):
            return self.subject.upper()

    return Mail


@BOTH
@pytest.mark.parametrize("slots", [False, True])
@pytest.mark.parametrize("frozen", [False, True])
def test_an_object_has_what_it_was_made_with_and_else_the_defaults(dataclass, frozen, slots):
    mail = of(dataclass, frozen=frozen, slots=slots)
    assert asdict(mail("a")) == {"subject": "a", "size": 3, "flags": [], "text": "", "seen": False}
    made = mail("a", 4, ["x"], text="long", seen=True)
    assert asdict(made) == {"subject": "a", "size": 4, "flags": ["x"], "text": "long", "seen": True}
    assert mail("a").flags is not mail("a").flags
    assert (made.kind, made.shown) == ("mail", "A")
    assert hasattr(made, "__dict__") is not slots
    assert [each.name for each in fields(made)] == ["subject", "size", "flags", "text", "seen"]
    match made:
        case mail(subject, size):
            assert (subject, size) == ("a", 4)


@BOTH
@pytest.mark.parametrize("arguments", [(), ("a", 1, [], "", True), ("a", 1, [], "", "more")])
def test_wrong_arguments_are_refused_for_the_first_object_and_for_later_ones(dataclass, arguments):
    mail = of(dataclass, frozen=True, slots=True)
    for _ in range(2):
        with pytest.raises(TypeError, match=r"Mail\.__init__\(\) "):
            mail(*arguments)
    with pytest.raises(TypeError, match="colour"):
        mail("a", colour="red")
    assert mail("a").size == 3


@BOTH
def test_objects_of_one_class_are_equal_by_what_is_compared(dataclass):
    mail, letter = of(dataclass, frozen=True, slots=True), of(dataclass, frozen=True, slots=True)
    assert mail("a", text="one") == mail("a", text="two")
    assert mail("a") != mail("b")
    assert mail("a") != mail("a", seen=True)
    assert mail("a") != letter("a")
    assert mail("a") != ("a", 3, [], "", False)


@BOTH
def test_what_is_frozen_or_said_to_be_constant_can_be_in_sets(dataclass):
    @dataclass(frozen=True)
    class Point:
        x: int
        y: int

    @dataclass(frozen=True, slots=True)
    class Nothing:
        pass

    @dataclass(unsafe_hash=True)
    class Constant:
        x: int

    @dataclass()
    class Variable:
        x: int

    @dataclass(eq=False)
    class Itself:
        x: int

    assert {Point(1, 2), Point(1, 2), Point(2, 1)} == {Point(2, 1), Point(1, 2)}
    assert {Nothing(), Nothing()} == {Nothing()}
    assert {Constant(1), Constant(1)} == {Constant(1)}
    assert Itself(1) != Itself(1)
    assert len({Itself(1), Itself(1)}) == 2
    with pytest.raises(TypeError, match="unhashable"):
        hash(Variable(1))


@BOTH
def test_a_frozen_object_cannot_be_changed_but_copied(dataclass):
    mail = of(dataclass, frozen=True, slots=True)("a")
    with pytest.raises(dataclasses.FrozenInstanceError):
        mail.size = 4
    with pytest.raises(dataclasses.FrozenInstanceError):
        del mail.size
    assert (replace(mail, size=4).size, mail.size) == (4, 3)


@BOTH
def test_what_is_to_follow_the_constructor_is_called(dataclass):
    @dataclass(frozen=True)
    class Positive:
        x: int

        def __post_init__(self):
            if self.x < 1:
                raise ValueError(self.x)

    assert Positive(1).x == 1
    for _ in range(2):
        with pytest.raises(ValueError, match="0"):
            Positive(0)


@BOTH
def test_other_objects_can_be_changed(dataclass):
    mail = of(dataclass, slots=True)("a")
    mail.size = 4
    assert mail.size == 4
    with pytest.raises(AttributeError):
        mail.colour = "red"  # no slot


@BOTH
def test_an_object_is_described_without_what_is_hidden(dataclass):
    described = repr(of(dataclass, frozen=True)("a", text="secret"))
    assert described == "of.<locals>.Mail(subject='a', size=3, flags=[], seen=False)"


@BOTH
def test_what_the_class_defines_itself_stays(dataclass):
    @dataclass(frozen=True, slots=True)
    class Own:
        x: int

        def __repr__(self):
            return "mine"

        def __eq__(self, other):
            return True

        def __hash__(self):
            return 7

    @dataclass(repr=False)
    class Silent:
        x: int

    assert (repr(Own(1)), Own(1) == Own(2), hash(Own(1))) == ("mine", True, 7)
    assert "object at" in repr(Silent(1))


@BOTH
def test_a_subclass_adds_its_fields(dataclass):
    @dataclass(unsafe_hash=True)
    class Refused(Exception):  # noqa: N818
        command: str
        argument: str = field(default="", kw_only=True)

    @dataclass(unsafe_hash=True)
    class LoginRefused(Refused):
        failure: str = ""

    first = Refused("NOOP", argument="x")
    error = LoginRefused("LOGIN", "because", argument="y")
    assert (first.command, first.argument) == ("NOOP", "x")
    assert (error.command, error.failure, error.argument) == ("LOGIN", "because", "y")
    assert error != Refused("LOGIN", argument="y")
    with pytest.raises(Refused):
        raise error


@BOTH
def test_a_subclass_that_is_no_data_class_is_made_by_the_constructor_of_its_base(dataclass):
    class Special(of(dataclass, frozen=True)):
        pass

    assert Special("a").subject == "a"
    assert Special("b") == Special("b")


@BOTH
def test_a_default_that_all_objects_would_share_is_refused(dataclass):
    with pytest.raises(ValueError, match="default_factory"):

        @dataclass()
        class Shared:
            flags: list[str] = []  # noqa: RUF012


def is_compiled(cls) -> bool:
    return cls.__init__.__code__.co_filename == "<string>"


@pytest.fixture
def start(monkeypatch):
    """A program that has just started."""
    monkeypatch.setattr(values, "_compiled_after", 20)
    monkeypatch.setattr(values, "_used", [])


@pytest.mark.usefixtures("start")
def test_a_constructor_is_compiled_for_a_class_of_many_objects():
    mail = of(values.dataclass, frozen=True, slots=True)
    few = [mail("a", flags=["x"], seen=True) for _ in range(20)]
    assert not is_compiled(mail)
    many = [mail("a", flags=["x"], seen=True) for _ in range(20)]
    assert is_compiled(mail)
    assert {*map(repr, few)} == {*map(repr, many)}
    assert few == many


@pytest.mark.usefixtures("start")
def test_all_that_are_used_are_compiled_at_once_and_others_when_they_are():
    used, later = (of(values.dataclass, slots=True) for _ in range(2))
    before = used("a")
    assert not is_compiled(used)
    values.compile_used()
    assert is_compiled(used)
    assert not is_compiled(later)
    assert (before, repr(later("a"))) == (used("a"), repr(before))
    assert is_compiled(later)
    values.compile_used()
