"""A measured figure: ours beside its floors, and the bar that it has to clear."""

from __future__ import annotations

import statistics
from dataclasses import dataclass, field

from benchmarks.programs import OURS, STACK


@dataclass
class Figure:
    """`samples` by program name; a program's value is their median, or their largest when `worst`."""

    name: str
    unit: str
    limit: float | None = None
    """The largest value of ours that is within the bar."""
    times_stack: float | None = None
    """The largest multiple of the bare stack's value that is within the bar."""
    above_stack: float | None = None
    """The largest distance above the bare stack's value that is within the bar."""
    worst: bool = False
    samples: dict[str, list[float]] = field(default_factory=dict)

    def add(self, program: str, sample: float) -> None:
        """One more sample of a program."""
        self.samples.setdefault(program, []).append(sample)

    def value(self, program: str) -> float | None:
        """What the samples of a program amount to; None where it was not measured."""
        found = self.samples.get(program)
        if not found:
            return None
        return max(found) if self.worst else statistics.median(found)

    @property
    def ratio(self) -> float | None:
        """Ours in multiples of the bare stack's."""
        ours, stack = self.value(OURS.name), self.value(STACK.name)
        return ours / stack if ours is not None and stack else None

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
    def within(self) -> bool | None:
        """Whether ours clears the bar; None where there is no bar or nothing to compare."""
        ours = self.value(OURS.name)
        return None if ours is None or self.bar is None else ours <= self.bar
