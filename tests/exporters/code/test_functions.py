"""Tests of activations as source text: every one of the registry is there; what they compute is tested with the programs."""

import pytest

from flux_gui.core.errors import FormatError
from flux_gui.engine.activations import ACTIVATIONS
from flux_gui.exporters.code import functions
from flux_gui.specs import Choice


def test_every_activation_can_be_written() -> None:
    for entry in ACTIVATIONS.in_window():
        if entry.custom:
            assert functions.numpy_call(Choice("custom"), "y") == "y * sigmoid(1.702 * y)"
            assert functions.torch_call(Choice("custom", formula="x + 1"), "y") == "y + 1"
            continue
        assert entry.name in functions.TORCH or entry.name == "identity"
        assert entry.name in functions.NUMPY or entry.name in ("identity", "tanh")
        values = {hyper.name: hyper.default / 2 for hyper in entry.hypers}
        compile(functions.numpy_call(Choice(entry.name, values), "y"), "", "eval")
        compile(functions.torch_call(Choice(entry.name, values), "y"), "", "eval")


def test_definitions_come_with_what_they_need() -> None:
    lines = functions.definitions({"mish", "softmax"})
    assert [line for line in lines if line.startswith("def")] == ["def softplus(x):", "def mish(x):", "def softmax(x):"]
    assert functions.torch_definitions("x = selu(x, 1.0, 2.0)") == [
        "def selu(x, lambd, alpha):",
        "    return lambd * torch.where(x > 0, x, alpha * torch.expm1(x.clamp(max=0.0)))",
        "",
        "",
    ]


def test_what_has_no_text_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    for table, call in ((functions.NUMPY, functions.numpy_call), (functions.TORCH, functions.torch_call)):
        monkeypatch.delitem(table, "mish")
        with pytest.raises(FormatError, match="mish cannot be written"):
            call(Choice("mish"), "x")
