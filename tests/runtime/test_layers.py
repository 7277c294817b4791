"""Built layers by the ids of their specifications."""

from flux_gui.engine import models
from flux_gui.engine.layers import Dense
from flux_gui.runtime.layers import by_id
from flux_gui.specs import DenseSpec, DropoutSpec, ModelSpec, ParallelSpec, SkipConnectionSpec

SPEC = ModelSpec(
    (
        DenseSpec("a", 4),
        DropoutSpec("drop"),
        SkipConnectionSpec("skip", (DenseSpec("in", 4), ParallelSpec("par", ((DenseSpec("left", 1),), (DenseSpec("right", 3),))))),
        DenseSpec("o", 1),
    )
)


def test_every_layer_is_found() -> None:
    model = models.build(SPEC, 2)
    found = by_id(SPEC, model)
    assert set(found) == {"a", "drop", "skip", "in", "par", "left", "right", "o"}
    assert found["a"] is model[0]
    assert found["skip"] is model[2]
    right = found["right"]
    assert isinstance(right, Dense)
    assert right.sizes == (4, 3)
