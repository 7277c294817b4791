"""Formula lines: what a layer, a step, the whole network or a neuron computes, and the numbers of one row in it. No widget."""

from html import escape
from math import isfinite

from flux_gui.data import outputs
from flux_gui.document.nesting import find, ids, last_dense
from flux_gui.document.project import Project
from flux_gui.engine.models import entry_of, iterate, layout, sizes
from flux_gui.gui.view import ARROW, grouped, input_names, step_title
from flux_gui.runtime.explain import NeuronMaths
from flux_gui.runtime.next_step import NextStep
from flux_gui.specs import DenseSpec, FormulaSpec, LayerSpec

MINUS = "\u2212"
FEW, MANY = 1e-3, 1e5  # sizes between which a number is written without a power of ten
DEEP = 4  # layers of a network whose formula is written in full
SMALL = str.maketrans("0123456789.", "\u2080\u2081\u2082\u2083\u2084\u2085\u2086\u2087\u2088\u2089.")


def figure(value: float, digits: int = 4) -> str:
    """Return a number of a formula: `digits` digits, a true minus sign, 1.45e−4 for a small one."""
    if not isfinite(value) or value == 0 or FEW <= abs(value) < MANY:
        return f"{value + 0.0:.{digits}g}".replace("-", MINUS)
    mantissa, _, power = f"{value:.{max(0, min(digits - 1, 2))}e}".partition("e")
    return f"{mantissa}e{int(power)}".replace("-", MINUS)


def activation_name(layer: DenseSpec) -> str:
    """Return how a formula calls the activation of a layer: its name, f for one's own, "" for none."""
    name = layer.activation.name
    return "" if name == "identity" else "f" if name == "custom" else name


def layer_title(project: Project, id: str) -> str:
    """Return which layer it is, for a line above its formula: Layer 0 \u00b7 Dense 4 \u21d2 8."""
    place, layer = _place(project, id)
    called = f" \u201c{layer.name}\u201d" if layer.name else ""
    return f"Layer {place}{called} \u00b7 {_kind(project, place, layer)}"


def layer_text(project: Project, id: str) -> str:
    """Return the formula of a layer or step as rich text: h = relu(W\u00b7x + b)."""
    place, layer = _place(project, id)
    if isinstance(layer, DenseSpec):
        first = place.isdecimal() and input_names(project, int(place)) == list(project.dataset.input_names)
        return f"h = {_around(layer, 'x' if first else 'h', '')}"
    return escape(layer.formula if isinstance(layer, FormulaSpec) else entry_of(layer).formula)


def layer_details(project: Project, id: str) -> str:
    """Return what a layer holds, in one line: the shapes of its arrays and how many parameters that is, or what a step does."""
    place, layer = _place(project, id)
    prefix = f"layers.{place}."
    home = next(key for key, one in iterate(project.spec.model) if one.id == id)
    slots = [slot for slot in layout(project.spec.model, project.dataset.inputs) if slot.key.startswith((f"{home}.", prefix))]
    own = [slot for slot in slots if slot.key.rpartition(".")[0] == home]
    if not slots:
        return entry_of(layer).doc.split(". ")[0].rstrip(".")
    names, by = {"weight": "W", "bias": "b"}, " \u00d7 "
    shapes = ", ".join(f"{names.get(slot.name, slot.name)} {by.join(map(str, slot.shape))}" for slot in own[:4])
    count = sum(slot.stop - slot.start for slot in slots)
    frozen = " \u00b7 frozen" if id in project.spec.training.frozen else ""
    return f"{shapes}{': ' if shapes else ''}{grouped(count)} parameter{'s' * (count != 1)}{frozen}"


def network_title(project: Project) -> str:
    """Return the size of the network, for a line above its formula."""
    model = project.spec.model
    slots = layout(model, project.dataset.inputs)
    count = slots[-1].stop if slots else 0
    layers = len(model.layers)
    return f"Network \u00b7 {layers} layer{'s' * (layers != 1)} \u00b7 {grouped(count)} parameter{'s' * (count != 1)}"


def network_text(project: Project) -> str:
    """Return what the whole network computes as rich text, the first layer innermost; a deep one is only sketched."""
    layers = project.spec.model.layers
    if len(layers) > DEEP:
        return f"\u0177 = f{_sub(len(layers) - 1)}(\u2026 f{_sub(1)}(f{_sub(0)}(x)) \u2026)"
    inner = "x"
    for place, layer in enumerate(layers):
        inner = _around(layer, inner, _sub(place)) if isinstance(layer, DenseSpec) else f"{escape(entry_of(layer).name)}({inner})"
    return f"\u0177 = {inner}"


def outcome(layer: DenseSpec, maths: NeuronMaths) -> str:
    """Return the end of a neuron's formula, with the numbers of a row: = tanh(0.735) = <b>0.626</b>."""
    name, last = activation_name(layer), f"<b>{figure(maths.output)}</b>"
    return f" = {name}({figure(maths.z)}) = {last}" if name else f" = {last}"


def answer(project: Project, maths: NeuronMaths) -> str:
    """Return what the network says of the row, what is true, and the row's loss."""
    preparation, loss = project.dataset.preparation, f"loss {figure(maths.loss)}"
    decoded = preparation.decode(maths.answers[None, :], outputs.output_kind(project.spec.model, project.spec.training))
    said, truth = decoded.prediction[0], preparation.decode_target(maths.targets[None, :])[0]
    if not project.dataset.labels:
        return f"says {figure(float(said))}, true is {figure(float(truth))} \u00b7 {loss}"
    sure = f" ({100 * float(decoded.probabilities[0].max()):.0f} %)" if decoded.probabilities is not None else ""
    return f"says {said}{sure}, true is {truth} \u00b7 {loss}"


def error_line(maths: NeuronMaths) -> str:
    """Return how the error comes back to a neuron: through the activation to the sum."""
    return f"error back {figure(maths.error, 3)} \u00d7 slope {figure(maths.slope, 3)} = \u03b4 {figure(maths.delta, 3)}"


def change_line(step: NextStep, index: int, last: bool = False) -> str:
    """Return what the next step of training does to a parameter; with `last` it begins at the last epoch and not at what is shown."""
    after = float(step.before[index]) + float(step.update[index])
    return f"gradient {figure(float(step.gradient[index]), 3)} \u00b7 {moves(step, index, last)} \u2192 {figure(after)}"


def moves(step: NextStep, index: int, last: bool = False) -> str:
    """Return by how much the next step moves a parameter."""
    return f"next step{' (last epoch)' if last else ''} {plus(float(step.update[index]), 3)}"


def plus(value: float, digits: int = 4) -> str:
    """Return a number with its sign in any case."""
    return f"+{figure(value, digits)}" if value > 0 else figure(value, digits)


def step_line(step: NextStep, optimiser: str, row: int | None) -> str:
    """Return which step comes next: epoch, batch, its rows (with `row` of the training rows among them or not), rule and rate."""
    batch = f", batch {step.batch} of {step.batches}" if step.batches > 1 else ""
    among = "" if row is None or len(step.rows) < 2 else ", this one among them" if row in step.rows else ", this one not among them"
    rate = f", rate {step.rate:.4g}" if step.rate is not None else ""
    return f"epoch {step.epoch}{batch}: {len(step.rows)} row{'s' * (len(step.rows) != 1)}{among}; {optimiser}{rate}"


def known(project: Project, id: str) -> bool:
    """Return whether the network has a layer with this id."""
    return id in ids(project.spec.model)


def home_of(project: Project, id: str) -> int:
    """Return the place in the Chain of the Dense layer with this id, else of the last one, whose neurons are the outputs."""
    layers = project.spec.model.layers
    return next((i for i, one in enumerate(layers) if one.id == id and isinstance(one, DenseSpec)), last_dense(project.spec.model))


def _place(project: Project, id: str) -> tuple[str, LayerSpec]:
    """Return the numbers of a layer from the outside in, such as 1 or 1.0, and the layer."""
    layer = find(project.spec.model, id)
    assert layer is not None, f"no layer {id}"
    key = next(key for key, one in iterate(project.spec.model) if one.id == id)
    return ".".join(part for part in key.split(".") if part.isdecimal()), layer


def _kind(project: Project, place: str, layer: LayerSpec) -> str:
    if isinstance(layer, DenseSpec) and place.isdecimal():
        inputs, units = sizes(project.spec.model, project.dataset.inputs)[int(place)]
        return f"Dense {inputs} {ARROW} {units}"
    return step_title(layer)


def _around(layer: DenseSpec, inner: str, number: str) -> str:
    bias = f" + b{number}" if layer.bias else ""
    name = activation_name(layer)
    return f"{name}(W{number}\u00b7{inner}{bias})" if name else f"W{number}\u00b7{inner}{bias}"


def _sub(number: int) -> str:
    return str(number).translate(SMALL)
