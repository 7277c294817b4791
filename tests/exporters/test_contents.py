"""What exports hold."""

import numpy as np

from flux_gui.document import edits
from flux_gui.exporters.contents import contents, parameters
from flux_gui.specs import DenseSpec, SoftmaxSpec

NET = edits.add_layer(edits.add_layer(edits.line_example(), 0, spec=DenseSpec("a", 3, bias=False)), 9, spec=SoftmaxSpec("s"))


def test_keys_are_as_promised() -> None:
    found = contents(NET)
    assert {key: value.shape for key, value in parameters(NET).items()} == {
        "layers.0.weight": (3, 1),
        "layers.1.weight": (1, 3),
        "layers.1.bias": (1,),
    }
    assert [found[f"layers.{i}.activation"] for i in range(3)] == ["relu", "identity", "softmax"]
    assert found["model"] == "Chain(Dense(1 => 3, relu; bias=false), Dense(3 => 1), softmax)"
    prepared = {key: value for key, value in found.items() if key.startswith("prepare.")}
    assert str(prepared["prepare.target"]) == "y"
    assert all(isinstance(value, np.ndarray) and value.dtype != object for value in prepared.values())
