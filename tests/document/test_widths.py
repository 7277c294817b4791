"""Widths that follow each other."""

import pytest

from flux_gui.core.errors import ShapeError
from flux_gui.document.widths import following, passed, widest, width
from flux_gui.engine import models
from flux_gui.specs import BatchNormSpec, DenseSpec, LayerSpec, ModelSpec, ParallelSpec, SkipConnectionSpec


def skip(units: int, combine: str = "add") -> SkipConnectionSpec:
    return SkipConnectionSpec("s", (DenseSpec("i", 7), DenseSpec("j", units), BatchNormSpec("n")), combine)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("layer", "leaves"),
    [
        (DenseSpec("a", 5), 5),
        (BatchNormSpec("a"), 3),
        (skip(3), 3),
        (skip(4, "concatenate"), 7),
        (ParallelSpec("p", ((DenseSpec("a", 2),), (DenseSpec("b", 4),))), 6),
        (ParallelSpec("p", ((DenseSpec("a", 2),), (DenseSpec("b", 2),)), "multiply"), 2),
    ],
)
def test_widths_are_those_of_the_engine(layer: LayerSpec, leaves: int) -> None:
    assert width(layer, 3) == models.sizes(ModelSpec((layer,)), 3)[0][1] == leaves


def test_what_is_added_follows_its_input() -> None:
    model = ModelSpec((DenseSpec("a", 9), skip(3), DenseSpec("o", 1)))
    fitted = following(model, 2)
    assert [units(fitted, i) for i in (0, 1)] == [7, 9]
    assert models.sizes(fitted, 2)[1] == (9, 9)
    assert following(fitted, 2) is fitted
    assert widest(fitted) == 9


def units(model: ModelSpec, index: int) -> int:
    layer = model.layers[1]
    assert isinstance(layer, SkipConnectionSpec)
    inner = layer.layers[index]
    assert isinstance(inner, DenseSpec)
    return inner.units


def test_branches_follow_the_one_that_was_typed() -> None:
    branches = ParallelSpec("p", ((DenseSpec("a", 2),), (DenseSpec("b", 5),)), "add")
    model = ModelSpec((branches, DenseSpec("o", 1)))
    assert passed(following(model, 4).layers[:1], 4) == 2
    assert passed(following(model, 4, "model.layers.0.branches.1.0.units").layers[:1], 4) == 5


def test_a_width_that_cannot_be_is_refused() -> None:
    model = ModelSpec((DenseSpec("a", 9), skip(3), DenseSpec("o", 1)))
    with pytest.raises(ShapeError, match="must be 9, got 3"):
        following(model, 2, "model.layers.1.layers.1.units")
