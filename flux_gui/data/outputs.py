"""What the numbers mean that leave a network: scores, probabilities, their logarithms, or margins whose sign decides."""

from flux_gui.data.preparation import Output
from flux_gui.engine.losses import LOSSES
from flux_gui.specs import LogSoftmaxSpec, ModelSpec, SoftmaxSpec, TrainingSpec

_TO_ONE = ("sigmoid", "sigmoid_fast", "hardsigmoid")


def ending(model: ModelSpec) -> str:
    """Return what the network ends with: "softmax", "logsoftmax", or the name of its last activation ("identity" for none)."""
    for layer in reversed(model.layers):
        if isinstance(layer, SoftmaxSpec):
            return "softmax"
        if isinstance(layer, LogSoftmaxSpec):
            return "logsoftmax"
        activation = getattr(layer, "activation", None)
        if activation is not None:
            return str(activation.name)
    return "identity"


def is_margin(training: TrainingSpec) -> bool:
    """Return whether the loss compares the sign of a score with targets that are -1 and 1."""
    return "margin" in LOSSES.get(training.loss.name).tasks


def output_kind(model: ModelSpec, training: TrainingSpec) -> Output:
    """Return what the outputs of a network trained with this loss are, for targets that are labels.

    Behind softmax or a sigmoid they are probabilities. Otherwise the loss decides: a margin loss makes margins, a loss on scores
    makes logits, every other loss pulls the outputs towards the 0 and 1 of the targets, so they stand for probabilities.
    """
    end = ending(model)
    if end == "softmax":
        return "probability"
    if end == "logsoftmax":
        return "logprobability"
    if is_margin(training):
        return "margin"
    if end in _TO_ONE:
        return "probability"
    return "identity" if LOSSES.get(training.loss.name).name.startswith("logit") else "probability"
