"""What a user should know about layers before training: sizes that block it, layers that do nothing, too much for the rows."""

from collections.abc import Iterator
from functools import partial
from typing import Final

from flux_gui.document.edits_model import resize_layer
from flux_gui.document.mends import Mend, Problem, removal, setting
from flux_gui.document.model_costs import costs, total
from flux_gui.document.nesting import iterate, last_dense
from flux_gui.document.project import Project
from flux_gui.document.widths import passed
from flux_gui.engine.models import sizes
from flux_gui.specs import DenseSpec, DropoutSpec, LogSoftmaxSpec, SoftmaxSpec
from flux_gui.specs.codec import set_path

MANY: Final = 1000  # parameters below which nobody need worry
PER_ROW: Final = 10  # parameters for each training row, beyond which a network can learn the rows by heart
WANTED: Final = 5  # parameters for each training row, at most, after the mend
LEAST: Final = 4  # neurons that the mend leaves
SAME_START: Final = ("zeros32", "ones32")


def model_problems(project: Project) -> Iterator[Problem]:
    """Yield what is notable about the hidden layers, from input to output, then about the size of the network."""
    yield from _narrow(project)
    yield from _idle(project)
    yield from _same(project)
    yield from _large(project)


def _narrow(project: Project) -> Iterator[Problem]:
    """Yield hidden layers of one neuron through which everything must pass."""
    model, inputs = project.spec.model, project.dataset.inputs
    output, passing = last_dense(model), sizes(model, inputs)
    for i, layer in enumerate(model.layers[:output]):
        if not isinstance(layer, DenseSpec) or layer.units > 1 or passing[i][0] < 2:
            continue
        after = next(one for one in model.layers[i + 1 :] if isinstance(one, DenseSpec)).units
        if after > 1:
            units = min(passing[i][0], max(after, LEAST))
            text = f"Layer {i} has one neuron, and all {passing[i][0]} numbers must pass through it to {after}."
            mend = Mend(f"Use {units} neurons", partial(resize_layer, index=i, units=units))
            yield Problem(f"model.layers.{i}", "warning", text, "Give it more neurons.", mend)


def _idle(project: Project) -> Iterator[Problem]:
    """Yield layers that add nothing: a Dense without activation before another one, a softmax inside the network."""
    model = project.spec.model
    output = last_dense(model)
    for i, layer in enumerate(model.layers[:output]):
        if isinstance(layer, SoftmaxSpec | LogSoftmaxSpec):
            text = f"Layer {i} turns what is inside the network into probabilities, which hides how large it was."
            yield Problem(f"model.layers.{i}", "warning", text, "A softmax belongs behind the output layer.", removal(i))
        if not isinstance(layer, DenseSpec) or layer.activation.name != "identity":
            continue
        following = next(one for one in model.layers[i + 1 :] if not isinstance(one, DropoutSpec))
        if isinstance(following, DenseSpec) and layer.units >= min(passed(model.layers[:i], project.dataset.inputs), following.units):
            path = f"model.layers.{i}.activation"
            text = f"Layer {i} has no activation, so that it and the next layer can do no more than one layer alone."
            yield Problem(path, "warning", text, "Choose an activation, or remove the layer.", setting(path, "relu", "Use relu"))


def _same(project: Project) -> Iterator[Problem]:
    """Yield hidden layers whose neurons all begin alike, so that they stay alike."""
    model = project.spec.model
    output = model.layers[last_dense(model)]
    for path, layer in iterate(model.layers):
        if layer is not output and isinstance(layer, DenseSpec) and layer.units > 1 and layer.initialiser.name in SAME_START:
            text = f"All neurons of layer {path.removeprefix('model.layers.')} begin with the same weights and would learn the same."
            place = f"{path}.initialiser"
            mend = setting(place, "glorot_uniform", "Draw them at random")
            yield Problem(place, "warning", text, "Draw the start weights at random.", mend)


def _large(project: Project) -> Iterator[Problem]:
    """Yield the layer with most parameters where there are far too many for the rows, and nothing that prevents learning by heart."""
    model, inputs, rows = project.spec.model, project.dataset.inputs, len(project.dataset.parts["train"].x)
    found = costs(model, inputs)
    count = sum(cost.parameters for cost in found)
    training = project.spec.training
    calmed = any("Decay" in rule.name for rule in training.chain) or "Decay" in training.optimiser.name or bool(training.stop)
    calmed = calmed or any(isinstance(layer, DropoutSpec) for _, layer in iterate(model.layers))
    if count < MANY or count <= PER_ROW * rows or calmed:
        return
    place = max(range(len(found)), key=lambda i: found[i].parameters)
    mend = _smaller(project, rows)
    text = f"The network has {count} parameters for {rows} training rows and may learn them by heart."
    yield Problem(f"model.layers.{place}", "warning", text, "Use fewer neurons, dropout, decay, or stop early.", mend)


def _smaller(project: Project, rows: int) -> Mend | None:
    """Return the mend that gives the hidden layer whose size matters most as many neurons as suit the rows."""
    model, inputs = project.spec.model, project.dataset.inputs
    hidden = [(layer.units, i) for i, layer in enumerate(model.layers[: last_dense(model)]) if isinstance(layer, DenseSpec)]
    if not hidden or max(hidden)[0] <= LEAST:
        return None
    _, place = max(hidden)
    units, least = max(hidden)[0], LEAST
    while units > least:
        units = max(least, units // 2)
        if total(set_path(model, f"layers.{place}.units", units), inputs).parameters <= WANTED * rows:
            break
    return Mend(f"Use {units} neurons in layer {place}", partial(resize_layer, index=place, units=units))
