"""Flux's stopping helpers: the exact counting of patience, early stopping and plateau."""

from typing import Any

import pytest

from flux_gui import engine as flux


def counted(make: Any, losses: Any) -> int:
    """The call (from 1) at which a stopping helper fires, 0 for never."""
    values = iter(losses)
    stop = make(lambda: next(values))
    for number in range(1, len(list(losses)) + 1):
        if stop():
            return number
    return 0


@pytest.mark.parametrize(
    ("losses", "delay", "options", "expected"),
    [
        (range(1, 9), 3, {}, 4),
        ((5.0, 5.0, 5.0, 5.0, 5.0, 5.0), 2, {}, 0),  # an equal score does not count
        ((5.0, 6.0, 5.0, 6.0, 5.0, 6.0), 2, {}, 0),
        ((5.0, 6.0, 5.5, 4.0, 6.0, 7.0, 4.5), 3, {}, 7),
        ((5.0, 4.9, 4.8, 4.7, 4.6), 2, {"min_dist": 0.5}, 3),  # too little counts, and the best moves all the same
        ((5.0, 4.0, 6.0, 7.0), 2, {"init_score": 1.0}, 2),
        ((5.0, 6.0, float("nan"), 7.0, 8.0, 9.0), 2, {}, 6),  # a NaN resets the count and poisons the best: 7 is the new one
        ((5.0, 6.0, float("nan"), 7.0, 6.5, 9.0, 10.0), 2, {}, 7),
        ((9.0, 4.0, 1.0, 0.0, 1.0, 4.0, 9.0), 2, {"init_score": 9}, 6),  # the example of the manual
        ((1.0, 2.0, 3.0, 4.0), 2, {"init_score": 0.0, "distance": lambda best, score: score - best}, 0),
    ],
)
def test_early_stopping(losses: Any, delay: int, options: dict[str, Any], expected: int) -> None:
    assert counted(lambda f: flux.stopping.early_stopping(f, delay, **options), losses) == expected


@pytest.mark.parametrize(
    ("losses", "width", "options", "expected"),
    [
        ((-9, 8, -7, 6, -5, 4), 3, {"init_score": 10, "min_dist": 18}, 4),
        ((1.0, 1.0, 1.0, 1.0, 1.0), 3, {}, 4),
        ((1.0, 1.0, 2.0, 2.0, 2.0, 2.0), 3, {}, 6),
        ((1.0, 0.9, 0.8, 0.7), 2, {}, 0),
        ((0.0, 0.0, 0.0), 3, {}, 0),  # the first score is not compared with 0
    ],
)
def test_plateau(losses: Any, width: int, options: dict[str, Any], expected: int) -> None:
    assert counted(lambda f: flux.stopping.plateau(f, width, **options), losses) == expected


def test_patience() -> None:
    answers = iter([True, True, False, True, True, True, True, False])
    stop = flux.stopping.patience(lambda: next(answers), 3)
    assert [stop() for _ in range(8)] == [False, False, False, False, False, True, True, False]
    assert flux.stopping.patience(lambda x: x > 0, 1)(1)
