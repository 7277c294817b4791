"""Dead and saturated neurons: found by what they answer, with the ends of every activation."""

from types import SimpleNamespace

import numpy as np
import pytest

from flux_gui.engine.activations import ACTIVATIONS
from flux_gui.engine.layers import Dense
from flux_gui.runtime.unit_marks import Ends, ends_of, marks


@pytest.mark.parametrize(
    ("name", "ends"),
    [("tanh", (-1, 1)), ("sigmoid", (0, 1)), ("relu", (0, None)), ("relu6", (0, 6)), ("identity", (None, None)), ("softplus", (0, None))],
)
def test_ends_of_activations(name: str, ends: tuple[float | None, float | None]) -> None:
    found = ends_of(Dense(2, 3, name))
    assert (found.low, found.high) == pytest.approx(ends, abs=1e-3)


def test_every_activation_says_something() -> None:
    for entry in ACTIVATIONS:
        found = ends_of(Dense(2, 3, entry.name))
        assert found.both is None or found.both[0] < found.both[1]
    assert ends_of(SimpleNamespace()) == Ends()
    assert ends_of(SimpleNamespace(activation=lambda x: x.sum())) == Ends()


def test_a_neuron_that_gives_the_same_for_all_rows_is_dead() -> None:
    values = np.column_stack([np.zeros(50), np.linspace(0, 1, 50), np.maximum(0, np.linspace(-1, 1, 50))])
    found, share = marks(values, Ends(0.0, None))
    assert found == ("dead", "", "")
    assert share.tolist() == pytest.approx([1.0, 0.02, 0.5])


def test_a_neuron_at_its_ends_is_saturated() -> None:
    line = np.linspace(-3, 3, 100)
    values = np.column_stack([np.tanh(line), np.tanh(line * 100), np.ones(100)])
    found, share = marks(values, Ends(-1.0, 1.0))
    assert found == ("", "saturated", "saturated")
    assert share[1] > 0.9


def test_one_row_tells_nothing() -> None:
    assert marks(np.zeros((1, 2)), Ends(0.0, None))[0] == ("", "")
