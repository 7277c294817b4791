"""What the screen shows of a project, as plain values: where each parameter stands, formulas, names and summaries. No widget."""

from html import escape
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from flux_gui.core.paths import resource
from flux_gui.document import nesting
from flux_gui.document.project import Project
from flux_gui.engine.losses import LOSSES
from flux_gui.engine.metrics import METRICS
from flux_gui.engine.models import entry_of, sizes
from flux_gui.engine.parameters import Slot
from flux_gui.gui.addresses import Address, arrays
from flux_gui.specs import DenseSpec, DropoutSpec, FileData, FormulaData, FormulaSpec, LayerSpec, PaintedData

Array = NDArray[np.floating]
HEADLINES = ("accuracy", "r2", "f1", "roc_auc", "log_loss", "mae", "rmse")
ARROW = "\u21d2"  # as one sign, where a file has =>


def layer_titles(project: Project) -> list[str]:
    """Return one text a layer: Dense 4 \u21d2 3, or Dropout 0.5; one with a name is called by it, as encoder 4 \u21d2 3."""
    layers = zip(project.spec.model.layers, sizes(project.spec.model, project.dataset.inputs), strict=True)
    return [
        f"{layer.name or 'Dense'} {inputs} {ARROW} {units}" if isinstance(layer, DenseSpec) else layer.name or step_title(layer)
        for layer, (inputs, units) in layers
    ]


def step_title(layer: LayerSpec) -> str:
    """Return a layer in few words: what kind it is, with its one number, and what is inside."""
    label = entry_of(layer).label
    if isinstance(layer, DenseSpec):
        return f"{label} {layer.units}"
    if isinstance(layer, FormulaSpec):
        return layer.formula
    if isinstance(layer, DropoutSpec):
        return f"{label} {layer.p:g}"
    activation = getattr(layer, "activation", None)
    if activation is not None and activation.name != "identity":
        return f"{label}, {activation.name}"
    inner = [", ".join(step_title(one) for one in group) or "nothing" for group in nesting.groups(layer)]
    return f"{label.split()[0]}: {' | '.join(inner)}" if inner else label


def meaning(project: Project, place: Address) -> str:
    """Return what a parameter connects, in words."""
    spec = owner(project, place)
    if not isinstance(spec, DenseSpec):
        return f"{_part(spec, place)} in layer {place.where} ({entry_of(spec).label})"
    if place.name == "bias":
        return f"added to neuron {place.row} of layer {place.where}"
    source = f"input {place.column}" if place.is_nested else input_names(project, place.layer)[place.column]
    return f"from {source} to neuron {place.row} of layer {place.where}"


def place_title(project: Project, place: Address) -> str:
    """Return where a parameter stands, for a line above its value: layer, neuron, and what it is."""
    spec = owner(project, place)
    if not isinstance(spec, DenseSpec):
        return f"Layer {place.where} \u00b7 {entry_of(spec).label} \u00b7 {_part(spec, place)}"
    source = f"input {place.column}" if place.is_nested else input_names(project, place.layer)[place.column] if place.matrix else ""
    return f"Layer {place.where} \u00b7 neuron {place.row} \u00b7 {f'weight from {source}' if place.matrix else 'bias'}"


def _part(spec: LayerSpec, place: Address) -> str:
    shared = isinstance(spec, FormulaSpec) and any(one.name == place.name and one.per == "layer" for one in spec.parameters)
    return place.name if shared else f"{place.name} of column {place.row}"


def layer_formula(project: Project, place: Address) -> str:
    """Return the formula of the layer of a parameter that is no neuron's of the Chain, as rich text; "" for a neuron's."""
    spec = owner(project, place)
    if isinstance(spec, DenseSpec) and not place.is_nested:
        return ""
    return escape(spec.formula if isinstance(spec, FormulaSpec) else entry_of(spec).formula)


def owner(project: Project, place: Address) -> LayerSpec:
    """Return the specification of the layer that a parameter belongs to."""
    model = project.spec.model
    return nesting.find(model, nesting.owner(model, place.array)) or model.layers[place.layer]


def input_names(project: Project, layer: int) -> list[str]:
    """Return the names of what enters `layer`: the data's inputs, or h0, h1, ... behind another Dense or a change of width."""
    model, names = project.spec.model, project.dataset.input_names
    width = sizes(model, project.dataset.inputs)[layer][0]
    first = not any(isinstance(one, DenseSpec) for one in model.layers[:layer])
    return list(names) if first and width == len(names) else [f"h{i}" for i in range(width)]


def neuron_formula(
    project: Project,
    slots: tuple[Slot, ...],
    flat: Array,
    place: tuple[int, int],
    colours: tuple[str, str],
    most: int = 4,
    keep: int | None = None,
    longest: int = 30,
    digits: int = 4,
) -> str:
    """Return what the neuron at (layer, row) computes, as rich text: its strongest terms, bias, activation; colours for - and +.

    The term of input `keep` is always among them, and bold; names are shortened to `longest` letters and numbers
    to `digits` digits.
    """
    layer, row = place
    spec = project.spec.model.layers[layer]
    weight, bias = next(((w, b) for number, w, b in arrays(slots, flat) if number == layer), (None, None))
    if not isinstance(spec, DenseSpec) or weight is None:
        return ""
    names = [name if len(name) <= longest else f"{name[: longest - 1]}\u2026" for name in input_names(project, layer)]
    strength = np.abs(weight[row])
    strength[~np.isfinite(strength)] = 0.0
    if keep is not None:
        strength[keep] = np.inf
    order = sorted(np.argsort(-strength, kind="stable")[:most].tolist())
    terms = [f"{_signed(float(weight[row, i]), colours, digits)}\u00b7{escape(names[i])}" for i in order]
    terms = [f"<b>{term}</b>" if i == keep and len(order) > 1 else term for i, term in zip(order, terms, strict=True)]
    more = len(names) - len(order)
    if more > 0:
        terms.append(f"+ {more} more")
    if bias is not None:
        terms.append(_signed(float(bias[row]), colours, digits))
    inner = " ".join(terms)
    name = "f" if spec.activation.name == "custom" else spec.activation.name
    return inner if name == "identity" else f"{name}({inner})"


def _signed(value: float, colours: tuple[str, str], digits: int) -> str:
    sign = "\u2212" if value < 0 else "+"
    return f'<span style="color:{colours[value >= 0]}">{sign}{abs(value):.{digits}g}</span>'


def data_summary(project: Project) -> str:
    """Return the size and kind of the data: "150 rows · 3 classes"."""
    dataset = project.dataset
    rows = sum(len(part.x) for part in dataset.parts.values())
    kind = "regression" if dataset.task == "regression" else f"{max(len(dataset.labels), 2)} classes"
    return f"{grouped(rows)} rows · {kind}"


def target_name(project: Project) -> str:
    """Return the name of what is predicted."""
    return project.dataset.preparation.target


def source_place(project: Project) -> str:
    """Return where the rows come from: the path of a file, "" for a formula."""
    source = project.spec.data.source
    return source.path if isinstance(source, FileData) else ""


def source_kind(project: Project) -> str:
    """Return formula, generated, painted, sample or file."""
    source = project.spec.data.source
    if isinstance(source, FileData):
        return "sample" if Path(source.path).parent == resource("samples") else "file"
    return "formula" if isinstance(source, FormulaData) else "painted" if isinstance(source, PaintedData) else "generated"


def loss_unit(project: Project) -> str:
    """Return the title of a loss axis: what people call the loss, and whether it is in scaled units."""
    scaled = project.dataset.task == "regression" and project.spec.data.prepare.scale_target != "none"
    return f"{LOSSES.get(project.spec.training.loss.name).label}{', scaled units' if scaled else ''}"


def headline_first(metrics: dict[str, float]) -> list[tuple[str, float]]:
    """Return the metrics with what people ask for first: accuracy or r2, then the next best known, then the rest, the loss last."""
    return sorted(metrics.items(), key=lambda item: (HEADLINES.index(item[0]) if item[0] in HEADLINES else 9, item[0] == "loss"))


def grouped(count: int) -> str:
    """Return a whole number with thin spaces between its groups of three."""
    return f"{count:,}".replace(",", "\u2009")


def number(value: float) -> str:
    """Return a number as the screen writes it: six significant digits at most."""
    return f"{value:.6g}"


def score(value: float, digits: int = 4) -> str:
    """Return a score as the screen writes it: one short of the best, 1, gets as many digits as it takes to show that."""
    if not np.isfinite(value):
        return "not defined"
    text = f"{value:.{digits}g}"
    return score(value, digits + 1) if float(text) == 1.0 != value and digits < 12 else text


def metric_help(name: str) -> str:
    """Return what a score means, "" for one that is in no table."""
    return METRICS.get(name).doc if name in METRICS else ""


def metric_label(name: str) -> str:
    """Return what a score is called on the screen."""
    return METRICS.get(name).label if name in METRICS else name.replace("_", " ")
