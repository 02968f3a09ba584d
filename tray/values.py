"""Data classes as those of the standard library, but cheap to import: their methods are made when they are used.

`dataclasses.dataclass` writes and compiles the source of up to seven methods for each class at the import, which takes
half a millisecond for each of the ninety classes of a start (docs/decisions/0025). Here all are closures, whose code
the classes share, and the constructor is compiled for a class of many objects, or by `compile_used`.
`dataclasses.field`, `fields`, `replace` and `asdict` work as ever.
"""

from __future__ import annotations

import dataclasses
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable
    from dataclasses import dataclass

__all__ = ["compile_used", "dataclass"]

T = TypeVar("T")

_compiled_after = 20
"""Objects of a class; to compile its constructor takes as long as to make fifty without."""
_used: list[Callable[[], None]] = []
"""Compile the constructors of the classes that have objects."""


def _dataclass(
    *,
    frozen: bool = False,
    slots: bool = False,
    eq: bool = True,
    repr: bool = True,  # noqa: A002
    unsafe_hash: bool = False,
) -> Callable[[type[T]], type[T]]:
    """A decorator with the meaning that `dataclasses.dataclass` gives to these arguments."""

    def decorate(cls: type[T]) -> type[T]:
        # Else `dataclasses` would write one, which takes it 5 ms the first time.
        cls.__doc__ = cls.__doc__ or cls.__name__
        made: type[Any] = dataclasses.dataclass(init=False, repr=False, eq=False, slots=slots)(cls)
        methods: dict[str, Any] = {"__init__": _first_calls(made, frozen)}
        if repr:
            methods["__repr__"] = _representation(made)
        if eq:
            methods["__eq__"], hashed = _comparison(made)
            methods["__hash__"] = hashed if frozen or unsafe_hash else None
        if frozen:
            methods |= {"__setattr__": _refuse, "__delattr__": _refuse}
        for name in methods.keys() - vars(made).keys():
            setattr(made, name, methods[name])
        return made

    return decorate


if not TYPE_CHECKING:
    dataclass = _dataclass


def compile_used() -> None:
    """Compile the constructors of all classes that have objects, and of others for the first one from now on."""
    global _compiled_after  # noqa: PLW0603
    _compiled_after = 0
    while _used:
        _used.pop()()


def _first_calls(cls: type[Any], frozen: bool) -> Callable[..., None]:
    """The constructor of the first objects: most classes of a start have one or two."""
    calls = 0

    def compile_it() -> None:
        cls.__init__ = _constructor(cls, frozen)

    def __init__(self: object, *arguments: object, **named: object) -> None:  # noqa: N807
        nonlocal calls
        calls += 1
        if calls > _compiled_after or not _fill(self, cls, arguments, named):
            compile_it()
            cls.__init__(self, *arguments, **named)
        elif calls == 1:
            _used.append(compile_it)

    return __init__


def _fill(made: Any, cls: type[Any], arguments: tuple[object, ...], named: dict[str, object]) -> bool:
    """Do what the compiled constructor does; False where that is to refuse the arguments."""
    used, left = 0, len(named)
    for field in dataclasses.fields(cls):
        name = field.name
        if used < len(arguments) and not field.kw_only:
            if name in named:
                return False
            value = arguments[used]
            used += 1
        elif name in named:
            value = named[name]
            left -= 1
        elif field.default is not dataclasses.MISSING:
            value = field.default
        elif field.default_factory is not dataclasses.MISSING:
            value = field.default_factory()
        else:
            return False
        object.__setattr__(made, name, value)
    if used < len(arguments) or left:
        return False
    if hasattr(cls, "__post_init__"):
        made.__post_init__()
    return True


def _constructor(cls: type[Any], frozen: bool) -> Any:
    """Compile ``__init__`` of `cls`: the one method that is slow as a closure, and is called for each message."""
    names: dict[str, Any] = {"_set": object.__setattr__, "_missing": dataclasses.MISSING}
    parameters: list[str] = []
    named_only: list[str] = []
    lines: list[str] = []
    for field in dataclasses.fields(cls):
        name = value = field.name
        parameter = name
        if field.default is not dataclasses.MISSING:
            names[f"_default_{name}"] = field.default
            parameter = f"{name}=_default_{name}"
        elif field.default_factory is not dataclasses.MISSING:
            names[f"_make_{name}"] = field.default_factory
            parameter = f"{name}=_missing"
            value = f"_make_{name}() if {name} is _missing else {name}"
        (named_only if field.kw_only else parameters).append(parameter)
        lines.append(f" _set(self, {name!r}, {value})" if frozen else f" self.{name} = {value}")
    if hasattr(cls, "__post_init__"):
        lines.append(" self.__post_init__()")
    star = ["*", *named_only] if named_only else []
    source = f"def __init__({', '.join(['self', *parameters, *star])}):\n" + ("\n".join(lines) or " pass")
    exec(source, names)  # noqa: S102 -- of names that are written in our own classes
    constructor = names["__init__"]
    constructor.__qualname__ = f"{cls.__qualname__}.__init__"
    return constructor


def _representation(cls: type[Any]) -> Callable[[Any], str]:
    shown = [field.name for field in dataclasses.fields(cls) if field.repr]

    def __repr__(self: Any) -> str:  # noqa: N807
        values = ", ".join(f"{name}={getattr(self, name)!r}" for name in shown)
        return f"{type(self).__qualname__}({values})"

    return __repr__


def _comparison(cls: type[Any]) -> tuple[Callable[[Any, object], bool], Callable[[Any], int]]:
    compared = [field.name for field in dataclasses.fields(cls) if field.compare]
    key: Callable[[Any], Any] = attrgetter(*compared) if compared else lambda _: ()

    def __eq__(self: Any, other: object) -> bool:  # noqa: N807
        return key(self) == key(other) if type(other) is type(self) else NotImplemented

    def __hash__(self: Any) -> int:  # noqa: N807
        return hash(key(self))

    return __eq__, __hash__


def _refuse(_self: object, name: str, _value: object = None) -> None:
    raise dataclasses.FrozenInstanceError(f"{name!r} of a frozen object cannot be changed")
