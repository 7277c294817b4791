"""Checks of settings: every value against registries and limits, and what a user should know about the project as it is."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal

from flux_gui.core.errors import SettingError, ShapeError
from flux_gui.core.registry import Entry, Registry
from flux_gui.data import generators
from flux_gui.data.split import check_split
from flux_gui.document.limits import MAX_LAYERS, check_memory
from flux_gui.document.migrate import last_dense
from flux_gui.document.project import Project
from flux_gui.document.values import with_value
from flux_gui.engine.activations import ACTIVATIONS
from flux_gui.engine.initialisers import INITIALISERS
from flux_gui.engine.losses import LOSSES
from flux_gui.engine.optimisers import OPTIMISERS
from flux_gui.specs import Choice, DenseSpec, FormulaData, ModelSpec, ProjectSpec, SoftmaxSpec, TrainingSpec

MAX_EPOCHS: Final = 100_000_000
MAX_SEED: Final = 2**63 - 1


@dataclass(frozen=True)
class Problem:
    """Something about a setting that a user should know: where, how bad, what, and what to do."""

    path: str
    severity: Literal["error", "warning"]
    text: str
    hint: str = ""


def check_spec(spec: ProjectSpec) -> None:
    """Raise SettingError, ShapeError or FormulaError for the first value in `spec` that no project may have."""
    if not spec.name.strip() or len(spec.name) > 200:
        raise SettingError("The project needs a name of at most 200 characters.", "Type a short name.")
    check_data(spec)
    check_model(spec.model)
    check_training(spec.training)


def check_value(path: str, value: Any, spec: ProjectSpec | None = None) -> ProjectSpec:
    """Return `spec` (the line example's if None) with `value` at `path` after every check that needs no data, or raise."""
    changed = with_value(spec or ProjectSpec(), path, value)
    check_spec(changed)
    return changed


def check_data(spec: ProjectSpec) -> None:
    """Check the data settings: formula, ranges, noise, split; what the data layer refuses, and seeds too large to store."""
    source = spec.data.source
    check_split(spec.data.split)
    check_whole(spec.data.split.seed, "seed of the split", 0, MAX_SEED)
    if isinstance(source, FormulaData):
        generators.check(source)
        check_whole(source.seed, "seed of the data", 0, MAX_SEED)


def check_model(model: ModelSpec) -> None:
    """Check the network as far as it can be without data: layer sizes, names of activations and initialisers, ids."""
    if last_dense(model) < 0:
        raise ShapeError("The network has no Dense layer.", "Add one: the output layer.")
    if len(model.layers) > MAX_LAYERS:
        raise ShapeError(f"The network has {len(model.layers)} layers, more than {MAX_LAYERS}.", "Remove some.")
    if len({layer.id for layer in model.layers}) < len(model.layers):
        raise SettingError("Two layers have the same id.", "Every layer needs an id of its own.")
    for index, layer in enumerate(model.layers):
        if isinstance(layer, DenseSpec):
            check_units(layer.units, index)
            check_choice(ACTIVATIONS, layer.activation)
            check_choice(INITIALISERS, layer.initialiser)
    check_whole(model.seed, "seed", 0, MAX_SEED)


def check_training(training: TrainingSpec) -> None:
    """Check loss, optimiser and the counts of a training specification."""
    check_choice(LOSSES, training.loss)
    check_choice(OPTIMISERS, training.optimiser)
    check_whole(training.epochs, "number of epochs", 1, MAX_EPOCHS)
    check_whole(training.batch, "batch size", 0, 10**9, "0 means all training rows in one batch.")
    check_whole(training.evaluate_every, "evaluation interval", 0, MAX_EPOCHS, "0 lets the program choose.")
    check_whole(training.seed, "seed of the training", 0, MAX_SEED)


def check_units(units: int, index: int) -> None:
    """Check the size of layer `index` by itself; whether it fits into memory is for `check_fit`."""
    if units < 1:
        raise ShapeError(f"Layer {index} must have at least 1 unit, got {units}.", "Remove the layer if it is not wanted.")


def check_fit(spec: ProjectSpec, inputs: int, rows: int) -> None:
    """Raise ShapeError if the network of `spec` on `rows` training rows of `inputs` numbers would not fit into memory."""
    check_memory(spec.model, inputs, min(rows, spec.training.batch or rows))


def check_loss(name: str, task: str) -> None:
    """Raise SettingError unless the loss `name` can be used for `task`."""
    entry = LOSSES.get(name)
    if task not in entry.tasks:
        fitting = ", ".join(other.name for other in LOSSES if task in other.tasks)
        raise SettingError(f"The loss {entry.name} does not fit the target, which is {_TASK_WORDS[task]}.", f"Use one of: {fitting}.")


def check_choice(registry: Registry[Any], choice: Choice) -> Entry:
    """Return the entry that `choice` names after checking its hyper-parameters."""
    entry: Entry = registry.get(choice.name)
    for name, value in choice.values.items():
        entry.hyper(name).check(_as_number(value, f"{entry.name}: {name}"), entry.name)
    return entry


def check_whole(value: Any, what: str, low: int, high: int, hint: str = "") -> int:
    """Return `value` as a whole number in [low, high], or raise SettingError naming `what`."""
    number = _as_number(value, what)
    if not math.isfinite(number) or number != int(number) or not low <= value <= high:
        raise SettingError(f"The {what} must be a whole number from {low} to {high}, got {value}.", hint or "Choose a value in that range.")
    return int(value)


def problems(project: Project) -> list[Problem]:
    """Return what a user should know about the project, worst first; an empty list is the normal case."""
    found = [*_data_problems(project), *_model_problems(project), *_training_problems(project)]
    return sorted(found, key=lambda problem: problem.severity)  # "error" before "warning"


def _data_problems(project: Project) -> Iterator[Problem]:
    for notice in project.dataset.notices:
        yield Problem("data.source", "warning", notice)
    if not len(project.dataset.parts["test"].x):
        yield Problem(
            "data.split.test", "warning", "There are no test rows, so nothing can be verified.", "Give some rows to the test part."
        )


def _model_problems(project: Project) -> Iterator[Problem]:
    layers = project.spec.model.layers
    output = last_dense(project.spec.model)
    softmax = next((i for i, layer in enumerate(layers) if isinstance(layer, SoftmaxSpec)), None)
    loss = LOSSES.get(project.spec.training.loss.name)
    if softmax is not None and loss.name.startswith("logit"):
        text = f"{loss.name} already contains the softmax, and layer {softmax} applies it a second time."
        yield Problem(f"model.layers.{softmax}", "warning", text, "Remove the softmax layer.")
    layer = layers[output]
    if isinstance(layer, DenseSpec) and layer.activation.name != "identity":
        limits = f"The output passes through {layer.activation.name}, which limits what can be predicted."
        yield Problem(f"model.layers.{output}.activation", "warning", limits, "identity is usual for the output layer.")


def _training_problems(project: Project) -> Iterator[Problem]:
    try:
        check_loss(project.spec.training.loss.name, project.dataset.task)
    except SettingError as error:
        yield Problem("training.loss", "error", error.message, error.hint)


_TASK_WORDS: Final = {"regression": "a number", "binary": "one of two classes", "classes": "one of several classes"}


def _as_number(value: Any, what: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise SettingError(f"The {what} must be a number, got {value!r}.", "Type digits, for example 0.1.")
    try:
        return float(value)
    except OverflowError as error:
        raise SettingError(f"The {what} must be a number of usual size, got one with {len(str(value))} digits.", "Type fewer.") from error
