"""A measured figure: ours beside its floors and other programs, and the bar that it has to clear."""

from __future__ import annotations

import math
import statistics
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from benchmarks.programs import OURS, STACK

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def p95(samples: Sequence[float]) -> float:
    """The smallest sample that at least 95 % of all do not exceed."""
    return sorted(samples)[math.ceil(0.95 * len(samples)) - 1]


@dataclass
class Figure:
    """`samples` by program name, of which `statistic` makes a program's value."""

    name: str
    unit: str
    how: str = ""
    """How it is taken, for whoever reads it."""
    limit: float | None = None
    """The largest value of ours that is within the bar."""
    times_stack: float | None = None
    """The largest multiple of the bare stack's value that is within the bar."""
    above_stack: float | None = None
    """The largest distance above the bare stack's value that is within the bar."""
    statistic: Callable[[Sequence[float]], float] = statistics.median
    floor: str = STACK.name
    """The program that the ratio is to."""
    samples: dict[str, list[float]] = field(default_factory=dict)

    def add(self, program: str, sample: float) -> None:
        """One more sample of a program."""
        self.samples.setdefault(program, []).append(sample)

    def value(self, program: str) -> float | None:
        """What the samples of a program amount to; None where it was not measured."""
        found = self.samples.get(program)
        return self.statistic(found) if found else None

    def ratio(self, program: str = OURS.name) -> float | None:
        """A program's value in multiples of the floor's."""
        value, floor = self.value(program), self.value(self.floor)
        return value / floor if value is not None and floor else None

    @property
    def bar(self) -> float | None:
        """The largest value of ours that is within the bar, in the figure's unit."""
        stack = self.value(STACK.name)
        if stack is not None and self.times_stack is not None:
            return stack * self.times_stack
        if stack is not None and self.above_stack is not None:
            return stack + self.above_stack
        return self.limit

    @property
    def bar_text(self) -> str:
        """The bar in words; empty where there is none."""
        if self.times_stack is not None:
            return f"{self.times_stack:g} × {STACK.name}"
        if self.above_stack is not None:
            return f"{STACK.name} + {self.above_stack:g} {self.unit}".rstrip()
        return "" if self.limit is None else number(self.limit, self.unit)

    @property
    def within(self) -> bool | None:
        """Whether ours clears the bar; None where there is no bar or nothing to compare."""
        ours = self.value(OURS.name)
        return None if ours is None or self.bar is None else ours <= self.bar


def number(value: float | None, unit: str) -> str:
    """A value with its unit; a dash for what was not measured, and a word for what did not come in time."""
    if value is None:
        return "–"
    if math.isinf(value):
        return "never"
    exact = value == int(value) or value >= 1000
    text = f"{value:,.0f}" if exact else f"{value:.1f}" if value >= 1 else f"{value:.2g}"
    return f"{text} {unit}".rstrip()
