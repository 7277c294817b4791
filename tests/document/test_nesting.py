"""The layers of a network as a tree."""

from flux_gui.document import nesting
from flux_gui.engine import models
from flux_gui.specs import BatchNormSpec, Choice, DenseSpec, LayerSpec, ModelSpec, ParallelSpec, SkipConnectionSpec, SoftmaxSpec

INNER = SkipConnectionSpec("skip1", (DenseSpec("inside", 4), BatchNormSpec("norm")))
MODEL = ModelSpec(
    (
        DenseSpec("first", 4),
        INNER,
        ParallelSpec("both", ((DenseSpec("left", 2),), (SkipConnectionSpec("deep", (DenseSpec("deepest", 4),)), DenseSpec("right", 3)))),
        DenseSpec("output", 1, Choice("identity")),
        SoftmaxSpec("soft"),
    )
)


def test_every_layer_has_a_path() -> None:
    found = {layer.id: path for path, layer in nesting.iterate(MODEL.layers)}
    assert found["inside"] == "model.layers.1.layers.0"
    assert found["right"] == "model.layers.2.branches.1.1"
    assert found["deepest"] == "model.layers.2.branches.1.0.layers.0"
    assert list(found) == nesting.ids(MODEL)
    assert nesting.last_dense(MODEL) == 3
    assert nesting.kind_of(MODEL.layers[1]) == "skipconnection"


def test_keys_of_arrays_lead_to_their_layer() -> None:
    for layout in (models.layout, models.statistics_layout):
        for slot in layout(MODEL, 3):
            layer = nesting.find(MODEL, nesting.owner(MODEL, slot.key))
            assert layer is not None
            names = {"weight": DenseSpec, "mean": BatchNormSpec, "variance": BatchNormSpec, "scale": BatchNormSpec}
            assert isinstance(layer, names.get(slot.name, DenseSpec | BatchNormSpec))
    keys = {slot.key: nesting.owner(MODEL, slot.key) for slot in models.layout(MODEL, 3)}
    assert keys["layers.1.layers.0.weight"] == "inside"
    assert keys["layers.2.branches.1.layers.0.layers.0.bias"] == "deepest"
    assert nesting.find(MODEL, "nobody") is None


def test_copies_get_ids_of_their_own() -> None:
    taken, sources = set(nesting.ids(MODEL)), {}
    copy: LayerSpec = nesting.with_new_ids(MODEL.layers[2], taken, sources)
    new = [layer.id for _, layer in nesting.iterate((copy,))]
    assert not set(new) & set(nesting.ids(MODEL))
    assert [sources[name] for name in new] == ["both", "left", "deep", "deepest", "right"]
    assert set(new) <= taken
    assert nesting.free_id("dense", {"hidden1"}) == "hidden2"
