"""Tests of formulas as source text."""

import numpy as np
import pytest

from flux_gui import engine as flux
from flux_gui.engine.expressions import FUNCTIONS, parse
from flux_gui.exporters.code import formulas

TEXTS = (
    "a*x + b",
    "-x^2 + 2^-x/3",
    "max(x, 0, a) - min(2, x, sin(1))",
    "x × 007 · 2 ÷ 3 − e",
    "max(1, 2)*x + ln(2) + pi",
    "x/(1 + abs(x)) + x**2**0.5*0",
    *(f"{name}(abs(x) + 1)" for name, function in FUNCTIONS.items() if function.most == 1),
)
X = np.array([[0.5, 1.5], [2.5, 0.25]], np.float32)


def evaluated(text: str, dialect: formulas.Dialect, more: dict[str, object]) -> np.ndarray:
    source = formulas.python(text, dialect, {"x": "x", "a": "p", "b": "q"})
    return np.asarray(eval(source, {"np": np, **more, "x": X, "p": np.float32(0.75), "q": np.float32(2)}))


@pytest.mark.parametrize("text", TEXTS)
def test_the_same_value(text: str) -> None:
    expected = parse(text, ("x", "a", "b"))(X, np.float32(0.75), np.float32(2))
    own = {"sigmoid": flux.sigmoid, "relu": flux.relu, "softplus": flux.softplus, "erf": flux.erf}
    for dialect, more in ((formulas.NUMPY, own), (formulas.FLUX, {"flux": flux})):
        np.testing.assert_allclose(evaluated(text, dialect, dict(more)), expected, rtol=1e-5)


@pytest.mark.peers
@pytest.mark.parametrize("text", TEXTS)
def test_the_same_value_in_pytorch(text: str) -> None:
    import math

    import torch
    from torch.nn import functional

    source = formulas.python(text, formulas.TORCH, {"x": "x", "a": "p", "b": "q"})
    known = {"torch": torch, "F": functional, "math": math, "x": torch.tensor(X), "p": torch.tensor(0.75), "q": torch.tensor(2.0)}
    expected = parse(text, ("x", "a", "b"))(X, np.float32(0.75), np.float32(2))
    np.testing.assert_allclose(eval(source, known).numpy(), expected, rtol=1e-5)


def test_which_functions_are_called() -> None:
    assert formulas.used("erf(x) + relu (x)*sigma") == {"erf", "relu"}
