"""Checks of settings: every value against registries and limits, before anything is computed."""

from typing import Any, Final

from flux_gui.core.errors import FormulaError, SettingError, ShapeError
from flux_gui.core.registry import Entry, Hyper, Registry
from flux_gui.data import features, sources
from flux_gui.data.missing import CONSTANT
from flux_gui.data.split import check_split
from flux_gui.document.limits import MAX_LAYERS, check_memory
from flux_gui.document.nesting import groups, ids, iterate, last_dense
from flux_gui.document.numbers import number, whole
from flux_gui.document.registries import CHAIN, MAIN, SCHEDULES, STOPPING
from flux_gui.document.values import with_value
from flux_gui.engine.activations import ACTIVATIONS
from flux_gui.engine.expressions import function as formula
from flux_gui.engine.formula import check_names
from flux_gui.engine.initialisers import INITIALISERS
from flux_gui.engine.losses import LOSSES
from flux_gui.engine.models import entry_of
from flux_gui.specs import (
    Choice,
    DenseSpec,
    FormulaData,
    FormulaSpec,
    GeneratedData,
    LayerSpec,
    ModelSpec,
    ParallelSpec,
    ProjectSpec,
    TrainingSpec,
)

MAX_EPOCHS: Final = 2_000_000_000  # what Qt counts with
MAX_SEED: Final = 2**63 - 1
MAX_NESTING: Final = 6
MAX_START: Final = 1e30


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
    """Check the data settings: source, split, features, constant; what the data layer refuses, and seeds too large to store."""
    source = spec.data.source
    check_split(spec.data.split)
    check_whole(spec.data.split.seed, "seed of the split", 0, MAX_SEED)
    sources.check(source)
    features.check_list(spec.data.prepare.features)
    CONSTANT.check(spec.data.prepare.missing_constant, "missing cells")
    if isinstance(source, FormulaData | GeneratedData):
        check_whole(source.seed, "seed of the data", 0, MAX_SEED)


def check_model(model: ModelSpec) -> None:
    """Check the network as far as it can be without data: layer sizes, choices, numbers and formulas of all layers, ids."""
    if last_dense(model) < 0:
        raise ShapeError("The network has no Dense layer.", "Add one: the output layer.")
    layers = list(iterate(model.layers))
    if len(layers) > MAX_LAYERS:
        raise ShapeError(f"The network has {len(layers)} layers, more than {MAX_LAYERS}.", "Remove some.")
    if max(path.count(".layers.") + path.count(".branches.") for path, _ in layers) > MAX_NESTING:
        raise ShapeError(f"Layers lie more than {MAX_NESTING} deep inside each other.", "Put them one after another.")
    if len(set(ids(model))) < len(layers):
        raise SettingError("Two layers have the same id.", "Every layer needs an id of its own.")
    for path, layer in layers:
        _check_layer(layer, path)
    check_whole(model.seed, "seed", 0, MAX_SEED)


def _check_layer(layer: LayerSpec, path: str) -> None:
    place = path.removeprefix("model.layers.")
    if isinstance(layer, DenseSpec):
        check_units(layer.units, place)
        check_choice(INITIALISERS, layer.initialiser)
    activation = getattr(layer, "activation", None)
    if activation is not None:
        check_choice(ACTIVATIONS, activation, ("x",))
    if isinstance(layer, FormulaSpec):
        _check_formula(layer)
    entry = entry_of(layer)
    for setting in getattr(entry, "settings", ()):
        if isinstance(setting, Hyper) and setting.name != "units":
            setting.check(getattr(layer, setting.name), f"Layer {place} ({entry.label})")
    if any(not group for group in groups(layer)) or (isinstance(layer, ParallelSpec) and not layer.branches):
        raise ShapeError(f"Layer {place} ({entry.label}) has nothing inside.", "Put a Dense layer into it, or remove it.")


def _check_formula(layer: FormulaSpec) -> None:
    names = tuple(parameter.name for parameter in layer.parameters)
    if len(set(names)) < len(names):
        raise SettingError("Two parameters of a formula layer have the same name.", "Give them different names.")
    check_names(names)
    if "kind" in names:  # exported files call the kind of a layer so
        raise FormulaError("A parameter of a formula layer cannot be called 'kind'.", "Use a letter such as k.")
    formula(layer.formula, ("x", *names), "a*x + b")
    for parameter in layer.parameters:
        start = number(parameter.start, f"The start of {parameter.name}")
        if not abs(start) <= MAX_START:
            raise SettingError(f"The start of {parameter.name} must be a number of usual size, got {start:g}.", "1 is usual.")


def check_training(training: TrainingSpec) -> None:
    """Check loss, optimiser, rules, schedule, stop rules and the counts of a training specification."""
    check_choice(LOSSES, training.loss, ("yhat", "y"))
    check_choice(MAIN, training.optimiser)
    for registry, rules in ((CHAIN, training.chain), (STOPPING, training.stop)):
        for rule in rules:
            check_choice(registry, rule)
        if len({rule.name for rule in rules}) < len(rules):
            raise SettingError(f"A {registry.kind} stands twice in the list.", "Each can be there once.")
    for index, stage in enumerate(training.schedule):
        check_choice(SCHEDULES, stage.rule)
        check_whole(stage.length, f"length of stage {index} of the schedule", 0, 10**9, "0 means to the end of the run.")
    check_whole(training.epochs, "number of epochs", 1, MAX_EPOCHS)
    check_whole(training.batch, "batch size", 0, 10**9, "0 means all training rows in one batch.")
    check_whole(training.evaluate_every, "evaluation interval", 0, MAX_EPOCHS, "0 lets the program choose.")
    check_whole(training.seed, "seed of the training", 0, MAX_SEED)


def check_units(units: int, index: int | str) -> None:
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


def check_class_weights(training: TrainingSpec, task: str) -> None:
    """Raise SettingError if classes are to be balanced where there are none."""
    if training.class_weights != "none" and task == "regression":
        raise SettingError("The target is a number, so there are no classes to balance.", "Leave class_weights at none.")


def check_choice(registry: Registry[Any], choice: Choice, variables: tuple[str, ...] = ()) -> Entry:
    """Return the entry that `choice` names after checking its numbers and, for an entry that the user writes, its formula."""
    entry: Entry = registry.get(choice.name)
    for name, value in choice.values.items():
        hyper = entry.hyper(name)
        hyper.check(value, entry.name)
    if not entry.in_window:
        raise SettingError(f"{entry.name} can only be used in programs, from the library.", "Choose another one.")
    if entry.custom and choice.formula:
        formula(choice.formula, variables, entry.formula)
    elif choice.formula:
        raise SettingError(f"{entry.name} takes no formula.", "Choose custom to write one.")
    return entry


def check_whole(value: Any, what: str, low: int, high: int, hint: str = "") -> int:
    """Return `value` as a whole number in [low, high], or raise SettingError naming `what`."""
    return whole(value, f"The {what}", low, high, hint)


_TASK_WORDS: Final = {"regression": "a number", "binary": "one of two classes", "classes": "one of several classes"}
