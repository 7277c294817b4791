"""Memory estimates."""

import pytest

from flux_gui.core.errors import ShapeError
from flux_gui.document.limits import MAX_BYTES, check_memory, estimate, memory_limit
from flux_gui.specs import DenseSpec, ModelSpec, SoftmaxSpec


def test_estimate_counts_parameters() -> None:
    model = ModelSpec((DenseSpec("a", 8), DenseSpec("b", 3, bias=False), SoftmaxSpec("s")))
    assert estimate(model, 4, 10).parameters == 4 * 8 + 8 + 8 * 3
    double = ModelSpec(model.layers, "float64")
    assert estimate(double, 4, 10).bytes == 2 * estimate(model, 4, 10).bytes


@pytest.mark.parametrize("units", [10**9, 10**18, 10**100])
def test_huge_layers_are_refused_with_the_numbers(units: int) -> None:
    with pytest.raises(ShapeError, match=str(units)):
        check_memory(ModelSpec((DenseSpec("a", units), DenseSpec("b", 1))), 1, 6)


def test_limit_is_reasonable() -> None:
    assert 0 < memory_limit() <= MAX_BYTES
    check_memory(ModelSpec((DenseSpec("a", 1000), DenseSpec("b", 1))), 100, 1000)
