"""What the outputs of a network mean."""

import pytest

from flux_gui.data.outputs import ending, is_margin, output_kind
from flux_gui.specs import (
    BatchNormSpec,
    Choice,
    DenseSpec,
    DropoutSpec,
    LayerSpec,
    LogSoftmaxSpec,
    ModelSpec,
    ScaleSpec,
    SoftmaxSpec,
    TrainingSpec,
)

PLAIN = DenseSpec("o", 1, Choice("identity"))
SIGMOID = DenseSpec("o", 1, Choice("sigmoid"))


@pytest.mark.parametrize(
    ("layers", "end"),
    [
        ((PLAIN,), "identity"),
        ((SIGMOID,), "sigmoid"),
        ((PLAIN, SoftmaxSpec("s")), "softmax"),
        ((PLAIN, LogSoftmaxSpec("s")), "logsoftmax"),
        ((SIGMOID, DropoutSpec("d")), "sigmoid"),
        ((SIGMOID, ScaleSpec("d", Choice("tanh"))), "tanh"),
        ((BatchNormSpec("b"), PLAIN), "identity"),
        ((), "identity"),
    ],
)
def test_endings(layers: tuple[LayerSpec, ...], end: str) -> None:
    assert ending(ModelSpec(layers)) == end


@pytest.mark.parametrize(
    ("layers", "loss", "kind"),
    [
        ((PLAIN,), "logitbinarycrossentropy", "identity"),
        ((SIGMOID,), "binarycrossentropy", "probability"),
        ((PLAIN,), "binarycrossentropy", "probability"),
        ((PLAIN,), "mse", "probability"),
        ((PLAIN,), "hinge_loss", "margin"),
        ((SIGMOID,), "hinge_loss", "margin"),
        ((PLAIN, SoftmaxSpec("s")), "crossentropy", "probability"),
        ((PLAIN, LogSoftmaxSpec("s")), "custom", "logprobability"),
    ],
)
def test_kinds(layers: tuple[LayerSpec, ...], loss: str, kind: str) -> None:
    training = TrainingSpec(loss=Choice(loss))
    assert output_kind(ModelSpec(layers), training) == kind
    assert is_margin(training) == (loss == "hinge_loss")
