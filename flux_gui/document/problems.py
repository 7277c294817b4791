"""What a user should know about a project as it is, each with what to do and, where one click suffices, the edit that does it."""

from collections.abc import Iterator
from typing import Final

from flux_gui.core.errors import SettingError
from flux_gui.data.outputs import ending
from flux_gui.document.checks import check_loss
from flux_gui.document.mends import Mend, Problem, addition, removal, setting
from flux_gui.document.nesting import find, iterate, last_dense
from flux_gui.document.problems_data import data_problems
from flux_gui.document.problems_model import model_problems
from flux_gui.document.project import Project
from flux_gui.document.registries import LOSS_BY_TASK, MAIN
from flux_gui.engine.losses import LOSSES, LossEntry
from flux_gui.specs import (
    BatchNormSpec,
    DenseSpec,
    DropoutSpec,
    FormulaSpec,
    LayerSpec,
    LogSoftmaxSpec,
    ScaleSpec,
    SoftmaxSpec,
)

__all__ = ["Mend", "Problem", "problems"]


def problems(project: Project) -> list[Problem]:
    """Return what a user should know about the project, worst first; an empty list is the normal case."""
    finders = (data_problems, _output_problems, _layer_problems, model_problems, _training_problems, _target_problems)
    found = [problem for finder in finders for problem in finder(project)]
    return sorted(found, key=lambda problem: problem.severity)  # "error" before "warning"


def _output_problems(project: Project) -> Iterator[Problem]:
    """Yield where the end of the network does not give what the loss expects."""
    model, loss = project.spec.model, LOSSES.get(project.spec.training.loss.name)
    end, output = ending(model), last_dense(model)
    if loss.custom:
        return
    step = max((i for i, layer in enumerate(model.layers) if isinstance(layer, SoftmaxSpec | LogSoftmaxSpec)), default=-1)
    activation = f"model.layers.{output}.activation"
    if step > output:
        inner = model.layers[output]
        assert isinstance(inner, DenseSpec)
        if inner.activation.name != "identity":
            text = f"The scores pass through {inner.activation.name} before {end}, which limits the probabilities."
            yield Problem(activation, "warning", text, "identity is usual there.", setting(activation, "identity", "Use identity"))
        if loss.name.startswith("logit"):
            text = f"{loss.name} already contains the {_CONTAINED[loss.name]}, and layer {step} applies {end} a second time."
            yield Problem(f"model.layers.{step}", "warning", text, "Remove the step; predictions do not need it.", removal(step))
        elif loss.output not in (end, "identity") or "margin" in loss.tasks or project.dataset.task != "classes":
            text = f"The loss {loss.name} expects {_WORDS.get(loss.output, loss.output)}, but the network ends with {end}."
            yield Problem(f"model.layers.{step}", "warning", text, f"Remove the {end} step.", removal(step))
        return
    if loss.output == "softmax":
        text = f"The loss {loss.name} expects probabilities that sum to one, but the network ends with {end}."
        yield Problem("training.loss", "error", text, "Put a softmax step behind the output layer.", addition("softmax"))
    elif end not in _FITTING.get(loss.output, (loss.output,)) and not _squared_probability(loss.name, end, project):
        yield _ending_problem(project, loss, end, activation)


def _ending_problem(project: Project, loss: LossEntry, end: str, activation: str) -> Problem:
    mend = setting(activation, loss.output, f"Use {loss.output}")
    if loss.output != "identity":
        text = f"The loss {loss.name} expects {_WORDS.get(loss.output, loss.output)}, but the output layer's activation is {end}."
        return Problem(activation, "error", text, f"Use {loss.output} in the output layer.", mend)
    text = f"The output passes through {end}, which limits what can be predicted."
    if loss.name.startswith("logit"):
        text = f"{loss.name} expects scores and applies {_CONTAINED[loss.name]} itself, but the output passes through {end}."
    return Problem(activation, "warning", text, "identity is usual for the output layer.", mend)


def _squared_probability(loss: str, end: str, project: Project) -> bool:
    """Return whether outputs between 0 and 1 are compared with targets that are 0 and 1."""
    return loss in ("mse", "mae") and end in ("sigmoid", "hardsigmoid") and project.dataset.task != "regression"


def _layer_problems(project: Project) -> Iterator[Problem]:
    model, training = project.spec.model, project.spec.training
    output, rows = last_dense(model), len(project.dataset.parts["train"].x)
    for index, layer in enumerate(model.layers):
        if index > output and isinstance(layer, DropoutSpec | BatchNormSpec):
            name = "Dropout" if isinstance(layer, DropoutSpec) else "BatchNorm"
            text = f"{name} (layer {index}) stands behind the output layer, where it changes the predictions themselves."
            yield Problem(f"model.layers.{index}", "warning", text, "Put it before the output layer.", removal(index))
    if any(isinstance(layer, BatchNormSpec) for _, layer in iterate(model.layers)) and min(training.batch or rows, rows) == 1:
        text = "BatchNorm compares the rows of a batch, and the batches have one row."
        mend = setting("training.batch", min(32, rows), f"Use batches of {min(32, rows)}") if rows > 1 else None
        yield Problem("training.batch", "error", text, "Use batches of at least 2 rows.", mend)
    trainable = [layer.id for _, layer in iterate(model.layers) if _has_parameters(layer)]
    if training.frozen and all(_rests(project, name) for name in trainable):
        mend = setting(f"training.frozen.{trainable[-1]}", False, "Train the last layer")
        yield Problem("training.frozen", "warning", "Every layer is frozen, so nothing is trained.", "Let at least one layer train.", mend)


def _has_parameters(layer: LayerSpec) -> bool:
    return isinstance(layer, DenseSpec | ScaleSpec | FormulaSpec) or getattr(layer, "affine", False)


def _rests(project: Project, name: str) -> bool:
    """Return whether a layer is frozen, by itself or with one that holds it."""
    frozen = [find(project.spec.model, other) for other in project.spec.training.frozen]
    return any(layer is not None and name in [inner.id for _, inner in iterate((layer,))] for layer in frozen)


def _training_problems(project: Project) -> Iterator[Problem]:
    training, task = project.spec.training, project.dataset.task
    try:
        check_loss(training.loss.name, task)
    except SettingError as error:
        usual = LOSS_BY_TASK[task]
        yield Problem("training.loss", "error", error.message, error.hint, setting("training.loss", usual, f"Use {usual}"))
    if training.schedule and not any(hyper.name == "eta" for hyper in MAIN.get(training.optimiser.name).hypers):
        text = f"{training.optimiser.name} has no rate, so the schedule changes nothing."
        mend = setting("training.schedule", "constant", "Remove the schedule")
        yield Problem("training.schedule.0.rule", "warning", text, "Choose another optimiser.", mend)
    if training.class_weights != "none" and task == "regression":
        text = "The target is a number, so there are no classes to balance."
        yield Problem("training.class_weights", "warning", text, "", setting("training.class_weights", "none", "Switch it off"))


def _target_problems(project: Project) -> Iterator[Problem]:
    """Yield where the target itself does not suit a loss that takes logarithms of it."""
    name, y = project.spec.training.loss.name, project.dataset.parts["train"].y
    if name not in ("poisson_loss", "msle") or project.dataset.task != "regression" or not len(y) or float(y.min()) >= 0:
        return
    path, preparation = "data.prepare.scale_target", project.dataset.preparation
    scaled = project.spec.data.prepare.scale_target != "none"
    if scaled and float(y.min()) * preparation.target_scale + preparation.target_center >= 0:
        text = f"The loss {name} needs targets of at least 0, and scaling makes some of them negative."
        yield Problem(path, "error", text, "Leave the target as it is.", setting(path, "none", "Do not scale the target"))
    else:
        text = f"The loss {name} needs targets of at least 0, and some are negative."
        yield Problem("training.loss", "error", text, "Use another loss, such as mse.", setting("training.loss", "mse", "Use mse"))


_CONTAINED: Final = {"logitcrossentropy": "softmax", "logitbinarycrossentropy": "sigmoid"}
_WORDS: Final = {
    "identity": "scores",
    "softmax": "probabilities that sum to one",
    "sigmoid": "a probability between 0 and 1 (sigmoid)",
    "softplus": "a positive number (softplus)",
}
_FITTING: Final = {"sigmoid": ("sigmoid", "hardsigmoid"), "softplus": ("softplus", "sigmoid", "custom"), "identity": ("identity", "custom")}
"""Endings that serve a loss besides the one that its table names."""
