"""What stands behind the controller's verbs, as pure functions: changes that look up their place late, and what became of a project."""

from collections.abc import Callable

from flux_gui.core.errors import SettingError
from flux_gui.document import edits
from flux_gui.document.migrate import is_untouched
from flux_gui.document.nesting import last_dense
from flux_gui.document.project import Project
from flux_gui.document.survivors import sentence, survivors
from flux_gui.engine.optimisers import OPTIMISERS
from flux_gui.specs import FileData

Change = Callable[[Project], Project]
LAYERS = "model.layers."
LIVE = "training.optimiser."  # values below this path reach a running session without a pause
ENDS = ("softmax", "logsoftmax")  # kinds that are meant for the end of a network
MANY_CELLS = 20_000  # a table with more is prepared in the background
MANY_BYTES = 2 * 2**20  # a project with more is saved in the background


class LayerGoneError(SettingError):
    """A change that waited came too late: its layer is not there any more. It belongs to no field."""


def layer_index(project: Project, id: str) -> int:
    """Return the place of the layer called `id` in the project's Chain."""
    for place, layer in enumerate(project.spec.model.layers):
        if layer.id == id:
            return place
    raise LayerGoneError("There is no such layer any more.", "Choose one of the layers that the network has now.")


def add_layer(before: Project, index: int | None, kind: str = "dense") -> Change:
    """Return the insertion of a layer before the one at `index` of `before`; without it before the output layer, a softmax at the end."""
    layers = before.spec.model.layers
    if index is None and kind in ENDS:
        return lambda project: edits.add_layer(project, len(project.spec.model.layers), kind)
    if index is None:
        return lambda project: edits.add_layer(project, last_dense(project.spec.model), kind)
    if index >= len(layers):
        return lambda project: edits.add_layer(project, index, kind)
    return lambda project: edits.add_layer(project, layer_index(project, layers[index].id), kind)


def set_value(before: Project, path: str, value: object) -> Change:
    """Return the change of one setting; a layer is the one that stands there in `before`, wherever it is by the time of the change."""
    place, _, rest = path.removeprefix(LAYERS).partition(".")
    layers = before.spec.model.layers
    if not path.startswith(LAYERS) or not place.isdigit() or int(place) >= len(layers):
        return lambda project: edits.set_value(project, path, value)
    id = layers[int(place)].id

    def change(project: Project) -> Project:
        return edits.set_value(project, f"{LAYERS}{layer_index(project, id)}.{rest}", value)

    return change


def is_live(project: Project, path: str, value: object) -> bool:
    """Return whether a running training can take `value` at `path` from its next step on: a number of the optimiser, not a switch."""
    if not path.startswith(LIVE) or not isinstance(value, float | int):
        return False
    hypers = OPTIMISERS.get(project.spec.training.optimiser.name).hypers
    return not any(hyper.boolean for hyper in hypers if path == f"{LIVE}{hyper.name}")


def set_parameter(before: Project, index: int, value: float) -> Change:
    """Return the change of one parameter; refused once the layers are no longer those of `before`, where `index` is something else."""

    def change(project: Project) -> Project:
        if project.spec.model.layers != before.spec.model.layers:
            raise SettingError("The network changed before the parameter did.", "Choose the parameter again and type it once more.")
        return edits.set_parameter(project, index, value)

    return change


def with_split_column(project: Project, name: str) -> Project:
    """Return the project whose rows are divided by the words in column `name`, or by fractions if it is ""."""
    source = project.spec.data.source
    columns = source.columns if isinstance(source, FileData) else ()
    for place, column in enumerate(columns):
        if name and column.name == name:
            return edits.set_value(project, f"data.source.columns.{place}.role", "split")
        if not name and column.role == "split":
            return edits.set_value(project, f"data.source.columns.{place}.role", "ignore")
    return project


def keeps_weights(before: Project, after: Project) -> bool:
    """Return whether a trained network begins another run with what it has learned."""
    if not before.state.step or after.state.step:
        return False
    return not is_untouched(after.state, after.spec.model, after.dataset.inputs)


def survival(before: Project, after: Project) -> str:
    """Return which layers an edit of the network has left as they were, in one sentence; "" if it was no such edit."""
    if before.spec.model.layers == after.spec.model.layers:
        return ""
    return sentence(survivors(before, after), after)


def trained(before: Project, after: Project) -> bool:
    """Return whether a stretch of training changed anything: a step, how it ended, or a setting on the way."""
    was, now = before.state, after.state
    return (was.step, was.outcome, was.message) != (now.step, now.outcome, now.message) or before.spec != after.spec


def stretch_text(before: Project, after: Project) -> str:
    """Return what a finished training stretch is called in the undo menu."""
    epochs = after.state.epoch - before.state.epoch
    if epochs:
        return f"Trained {epochs} epoch{'s' if epochs != 1 else ''}"
    steps = after.state.step - before.state.step
    return f"Trained {steps} step{'s' if steps != 1 else ''}"


def same_network(before: Project, after: Project) -> bool:
    """Return whether both predict the same: the same network with the same parameters in use."""
    return before.spec.model == after.spec.model and before.state.parameters_in_use is after.state.parameters_in_use


def is_wide(project: Project) -> bool:
    """Return whether the table is so large that preparing it takes noticeable time."""
    return project.table.rows * len(project.table.columns) > MANY_CELLS


def is_heavy(project: Project) -> bool:
    """Return whether the project is so large that writing it takes noticeable time."""
    return project.state.nbytes() + sum(column.values.nbytes for column in project.table.columns) > MANY_BYTES
