"""Tests of layers in one line."""

import pytest

from flux_gui.engine import titles


def test_lines() -> None:
    assert titles.dense(2, 3, "identity", True) == "Dense(2 => 3)"
    assert titles.dense(2, 3, "sigmoid", False) == "Dense(2 => 3, σ; bias=false)"
    assert titles.norm("BatchNorm", 3, "relu", False, True) == "BatchNorm(3, relu, affine=false, active=true)"
    assert titles.container("Chain", ["a", "b"]) == "Chain(a, b)"
    assert [titles.connection(name) for name in ("add", "multiply", "concatenate", "hypot")] == ["+", ".*", "vcat", "hypot"]


@pytest.mark.parametrize(("value", "text"), [(0.4, "0.4"), (1, "1.0"), (1e-5, "1.0e-5"), (2.5e-7, "2.5e-7"), (0.0, "0.0")])
def test_numbers_as_julia_writes_them(value: float, text: str) -> None:
    assert titles.number(value) == text
