"""What the screen shows of a project, as plain values: where each parameter stands, formulas, names and summaries. No widget."""

from bisect import bisect_right
from dataclasses import dataclass
from html import escape

import numpy as np
from numpy.typing import NDArray

from flux_gui.document.project import Project
from flux_gui.engine.metrics import METRICS
from flux_gui.engine.models import describe, layout, sizes
from flux_gui.engine.parameters import Slot
from flux_gui.specs import DenseSpec, FormulaData

Array = NDArray[np.floating]
ARROW = "\u21d2"  # as one sign, where a file has =>


@dataclass(frozen=True)
class Address:
    """One parameter: its index in the flat array and its place in the network; a bias has column 0."""

    index: int
    layer: int
    name: str
    row: int
    column: int

    @property
    def key(self) -> str:
        """What the parameter is called on the screen, such as `layers.0.weight[2, 1]`."""
        place = f"[{self.row}, {self.column}]" if self.name == "weight" else f"[{self.row}]"
        return f"layers.{self.layer}.{self.name}{place}"


class Addresses:
    """All parameters of a network, found by flat index or by place; nothing is listed in advance."""

    def __init__(self, slots: tuple[Slot, ...]) -> None:
        self.slots = slots
        self._starts = [slot.start for slot in slots]

    def __len__(self) -> int:
        return self.slots[-1].stop if self.slots else 0

    def at(self, index: int) -> Address:
        """Return the parameter at a flat index."""
        slot = self.slots[bisect_right(self._starts, index) - 1]
        offset = index - slot.start
        if slot.name == "bias":
            return Address(index, slot.layer, slot.name, offset, 0)
        return Address(index, slot.layer, slot.name, offset % slot.shape[0], offset // slot.shape[0])

    def of_neuron(self, place: Address, most: int) -> list[Address]:
        """Return the weights and the bias of the neuron that `place` belongs to, at most `most`, always with `place` itself."""
        found = []
        for slot in self.slots:
            if slot.layer == place.layer and slot.name == "weight":
                first = max(0, min(place.column - most // 2, slot.shape[1] - most + 1)) if place.name == "weight" else 0
                columns = range(first, min(slot.shape[1], first + most - 1))
                found += [Address(slot.start + c * slot.shape[0] + place.row, slot.layer, "weight", place.row, c) for c in columns]
            elif slot.layer == place.layer:
                found.append(Address(slot.start + place.row, slot.layer, slot.name, place.row, 0))
        return found

    def find(self, layer: int, name: str, row: int, column: int) -> Address | None:
        """Return the parameter at a place of the network, None if there is none."""
        for slot in self.slots:
            if slot.layer == layer and slot.name == name:
                offset = column * slot.shape[0] + row if name == "weight" else row
                return Address(slot.start + offset, layer, name, row, column)
        return None


def addresses(project: Project) -> Addresses:
    """Return the parameters of a project's network."""
    return Addresses(layout(project.spec.model, project.dataset.inputs))


def arrays(slots: tuple[Slot, ...], flat: Array) -> list[tuple[int, Array | None, Array | None]]:
    """Return (layer, weight (out, in), bias (out,)) for every layer with parameters, as views of `flat`."""
    found: dict[int, dict[str, Array]] = {}
    for slot in slots:
        found.setdefault(slot.layer, {})[slot.name] = slot.view(flat)
    return [(layer, parts.get("weight"), parts.get("bias")) for layer, parts in found.items()]


def chain_text(project: Project) -> str:
    """Return the network as Flux writes it: Chain(Dense(2 ⇒ 8, tanh), Dense(8 ⇒ 1))."""
    return describe(project.spec.model, project.dataset.inputs).replace("=>", ARROW)


def layer_titles(project: Project) -> list[str]:
    """Return one text a layer: Dense 4 ⇒ 3."""
    layers = zip(project.spec.model.layers, sizes(project.spec.model, project.dataset.inputs), strict=True)
    return [f"Dense {inputs} {ARROW} {units}" if isinstance(layer, DenseSpec) else "softmax" for layer, (inputs, units) in layers]


def meaning(project: Project, place: Address) -> str:
    """Return what a parameter connects, in words."""
    if place.name == "bias":
        return f"added to neuron {place.row} of layer {place.layer}"
    return f"from {input_names(project, place.layer)[place.column]} to neuron {place.row} of layer {place.layer}"


def input_names(project: Project, layer: int) -> list[str]:
    """Return the names of what enters `layer`: the data's inputs, or h0, h1, ... of the layer before."""
    layers = project.spec.model.layers
    before = next((one for one in reversed(layers[:layer]) if isinstance(one, DenseSpec)), None)
    if before is None:
        return list(project.dataset.input_names)
    return [f"h{i}" for i in range(before.units)]


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
    weight, bias = next((w, b) for number, w, b in arrays(slots, flat) if number == layer)
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
    name = spec.activation.name
    return inner if name == "identity" else f"{name}({inner})"


def _signed(value: float, colours: tuple[str, str], digits: int) -> str:
    sign = "\u2212" if value < 0 else "+"
    return f'<span style="color:{colours[value >= 0]}">{sign}{abs(value):.{digits}g}</span>'


def data_summary(project: Project) -> str:
    """Return the size and kind of the data: "150 rows · 3 classes"."""
    dataset = project.dataset
    rows = sum(len(part.x) for part in dataset.parts.values())
    kind = "regression" if dataset.task == "regression" else f"{max(len(dataset.labels), 2)} classes"
    return f"{rows} rows · {kind}"


def target_name(project: Project) -> str:
    """Return the name of what is predicted."""
    return project.dataset.preparation.target


def source_place(project: Project) -> str:
    """Return where the rows come from: the path of a file, "" for a formula."""
    source = project.spec.data.source
    return "" if isinstance(source, FormulaData) else source.path


def source_kind(project: Project) -> str:
    """Return formula, iris or file."""
    source = project.spec.data.source
    if isinstance(source, FormulaData):
        return "formula"
    return "iris" if source.path.replace("\\", "/").endswith("samples/iris.csv") else "file"


def loss_unit(project: Project) -> str:
    """Return the title of a loss axis: the name of the loss and whether it is in scaled units."""
    scaled = project.dataset.task == "regression" and project.spec.data.prepare.scale_target != "none"
    return f"loss ({project.spec.training.loss.name}{', scaled units' if scaled else ''})"


def headline_first(metrics: dict[str, float]) -> list[tuple[str, float]]:
    """Return the metrics with what people ask for first: accuracy or r2, then the rest, the loss last."""
    return sorted(metrics.items(), key=lambda item: (item[0] not in ("accuracy", "r2"), item[0] == "loss"))


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


def metric_label(name: str) -> str:
    """Return what a score is called on the screen."""
    return METRICS.get(name).label if name in METRICS else name.replace("_", " ")
