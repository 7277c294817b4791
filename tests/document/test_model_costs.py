"""Parameters, bytes and multiply-adds of layers, by hand and against the layout of the engine."""

import pytest

from flux_gui.document.model_costs import Cost, costs, memory, total
from flux_gui.engine.models import LAYERS, layout, new
from flux_gui.specs import BatchNormSpec, DenseSpec, ModelSpec, ScaleSpec, SkipConnectionSpec, SoftmaxSpec


def test_a_small_network_by_hand() -> None:
    model = ModelSpec((DenseSpec("a", 8), BatchNormSpec("n"), DenseSpec("b", 3, bias=False), SoftmaxSpec("s")))
    assert costs(model, 4) == (Cost(40, 160, 32), Cost(16, 128, 16), Cost(24, 96, 24), Cost(0, 0, 0))
    assert total(model, 4) == Cost(80, 384, 72)
    double = ModelSpec(model.layers, dtype="float64")
    assert total(double, 4).bytes == 2 * 384


def test_layers_inside_others_count() -> None:
    skip = SkipConnectionSpec("s", (DenseSpec("i", 4), ScaleSpec("c")))
    assert costs(ModelSpec((skip, DenseSpec("o", 1))), 4)[0] == Cost(20 + 8, 28 * 4, 16 + 4)


@pytest.mark.parametrize("kind", [entry.name for entry in LAYERS.in_window()])
def test_parameters_are_those_of_the_engine(kind: str) -> None:
    model = ModelSpec((DenseSpec("a", 5), new(kind, "b", 5), DenseSpec("c", 2)))
    slots = layout(model, 3)
    for place, cost in enumerate(costs(model, 3)):
        assert cost.parameters == sum(slot.stop - slot.start for slot in slots if slot.layer == place)


@pytest.mark.parametrize(("count", "text"), [(0, "0 B"), (268, "268 B"), (1600, "1.6 kB"), (2_678_824, "2.68 MB"), (4 * 10**9, "4 GB")])
def test_memory_in_words(count: int, text: str) -> None:
    assert memory(count) == text
