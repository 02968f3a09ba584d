"""What holds for every problem."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tray.mail.model.status import Problem


def whole(problem: Problem) -> Problem:
    """`problem`, after a check that its texts are whole sentences with every placeholder filled in."""
    assert problem.sentence.endswith(".")
    for text in (problem.sentence, problem.advice, problem.brief):
        assert text == "" or text.endswith((".", ")."))
        assert not set(text) & set("{}\n")
        assert "  " not in text
        assert "None" not in text
    return problem
