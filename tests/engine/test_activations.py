"""Tests of every activation: golden numbers, slopes, number format, texts; and of the recipe to add one."""

from typing import Any

import numpy as np
import pytest

from flux_gui import engine as flux
from flux_gui.core.errors import SettingError
from flux_gui.core.registry import Entry, Hyper
from flux_gui.engine.activations import ACTIVATIONS, name_of, resolve

ENTRIES = list(ACTIVATIONS)
GOLDEN: dict[str, dict[float, float]] = {
    "identity": {-1.5: -1.5, 0.0: 0.0, 2.0: 2.0},
    "sigmoid": {0.0: 0.5, 1.0: 0.7310585786300049, -1.0: 0.2689414213699951, 1000.0: 1.0, -1000.0: 0.0},
    "tanh": {0.0: 0.0, 1.0: 0.7615941559557649, -1000.0: -1.0},
    "relu": {-3.0: 0.0, 0.0: 0.0, 2.5: 2.5},
}


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: e.name)
def test_texts_and_names(entry: Entry) -> None:
    assert entry.label
    assert entry.doc.endswith(".")
    assert entry.formula
    assert set(entry.names) >= {"flux", "pytorch", "onnx"}


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: e.name)
def test_golden_numbers(entry: Entry) -> None:
    for x, y in GOLDEN[entry.name].items():
        np.testing.assert_allclose(entry.function(np.array([x]), **entry.values()), [y], rtol=1e-15)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: e.name)
def test_slopes_equal_finite_differences(entry: Entry) -> None:
    function = resolve(entry.name)
    x = np.linspace(-4, 4, 40)  # no kink among them
    assert flux.check_gradient(lambda x: flux.sum(function(x) * np.linspace(1, 2, 40)), x) < 1e-7


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: e.name)
def test_single_precision_stays_single(entry: Entry) -> None:
    x = np.linspace(-2, 2, 7, dtype=np.float32)
    function = resolve(entry.name)
    assert function(x).dtype == np.float32
    (slope,) = flux.gradient(lambda x: flux.sum(function(x)), x)
    assert slope.dtype == np.float32


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: e.name)
def test_not_a_number_stays_visible(entry: Entry) -> None:
    assert np.isnan(entry.function(np.array([np.nan]), **entry.values())).all()


def test_names_aliases_and_own_functions() -> None:
    assert ACTIVATIONS.get("σ").name == "sigmoid"
    assert ACTIVATIONS.get("ReLU").name == "relu"
    assert name_of(ACTIVATIONS.get("tanh").function) == "tanh"
    assert name_of(lambda x: x) == "<lambda>"

    def own(x: Any) -> Any:
        return x * flux.sigmoid(1.702 * x)

    assert resolve(own) is own
    assert flux.check_gradient(lambda x: flux.sum(own(x)), np.linspace(-2, 2, 9)) < 1e-7
    with pytest.raises(SettingError, match="activation called 'rellu'") as caught:
        resolve("rellu")
    assert "relu" in caught.value.hint


def test_adding_one_is_one_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    for table in ("_entries", "_keys"):
        monkeypatch.setattr(ACTIVATIONS, table, dict(getattr(ACTIVATIONS, table)))
    slope = Hyper("a", 0.01, 0.0, 1.0, "Slope of the left half.")
    ACTIVATIONS.add(Entry("leaky", lambda x, a: flux.where(x > 0, x, a * x), "leaky", "A doc.", "a x", (slope,)))
    dense = flux.Dense(-np.ones((1, 1)), False, "leaky", activation_values={"a": 0.25})
    assert dense(np.ones((1, 1))) == -0.25
    assert dense.describe() == "Dense(1 => 1, leaky; bias=false)"
    with pytest.raises(SettingError, match="a must be a number"):
        flux.Dense(1, 1, "leaky", activation_values={"a": 2.0})
