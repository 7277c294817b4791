"""Edits of several layers at once: moved, copied, pasted, removed, renamed, frozen, or replaced by a preset."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import msgspec

from flux_gui.core.errors import SettingError, ShapeError
from flux_gui.document.checks import check_units
from flux_gui.document.edits import set_value
from flux_gui.document.edits_model import BEHIND_OUTPUT, with_model
from flux_gui.document.nesting import free_id, ids, iterate, kind_of, last_dense, with_new_ids
from flux_gui.document.project import Project
from flux_gui.engine.models import layout
from flux_gui.specs import DenseSpec, LayerSpec, ModelSpec

MAX_NAME: Final = 40


@dataclass(frozen=True)
class Preset:
    """A first network to begin with: the sizes of its hidden layers."""

    name: str
    label: str
    hidden: tuple[int, ...]
    doc: str


PRESETS: Final = (
    Preset("linear", "linear", (), "No hidden layer: the outputs are weighted sums of the inputs."),
    Preset("small", "small: 8", (8,), "One hidden layer of 8 neurons: enough for many tables."),
    Preset("wide", "wide: 64", (64,), "One hidden layer of 64 neurons: fine shapes, needs more rows."),
    Preset("deep", "deep: 16-16-16", (16, 16, 16), "Three hidden layers of 16: shapes made of shapes; slower to learn."),
)


def landing(model: ModelSpec, kinds: Sequence[str], index: int, names: Sequence[str] = ()) -> int:
    """Return where layers of these kinds come to stand that are put before layer `index`, as a place among the layers without `names`.

    Behind the output layer go only kinds that keep what it says; others stop before it.
    """
    rest = [layer for layer in model.layers if layer.id not in names]
    before = sum(layer.id not in names for layer in model.layers[: max(0, index)])
    output = model.layers[last_dense(model)].id
    end = next((i for i, layer in enumerate(rest) if layer.id == output), len(rest))
    return min(before, len(rest) if all(kind in BEHIND_OUTPUT for kind in kinds) else end)


def move_layers(project: Project, names: Sequence[str], index: int) -> Project:
    """Return the project with the layers called `names`, in their order, before layer `index`; the same project if that is no move.

    Their weights go with them. Raises ShapeError for the output layer, whose place is the last of the Dense layers.
    """
    model = project.spec.model
    chosen = _chosen(model, names)
    if any(layer.id == _output(model).id for layer in chosen):
        raise ShapeError("The output layer stays where it is: it is the last Dense layer.", "Move the layers before it instead.")
    place = landing(model, [kind_of(layer) for layer in chosen], index, names)
    rest = tuple(layer for layer in model.layers if layer.id not in names)
    layers = (*rest[:place], *chosen, *rest[place:])
    return project if layers == model.layers else with_model(project, _with_layers(model, layers))


def paste_layers(project: Project, layers: Sequence[LayerSpec], index: int) -> Project:
    """Return the project with copies of `layers`, under ids of their own, before layer `index`; their weights are drawn."""
    if not layers:
        raise SettingError("There is no layer to paste.", "Copy a layer first.")
    model, taken = project.spec.model, set(ids(project.spec.model))
    fresh = [with_new_ids(layer, taken) for layer in layers]
    place = landing(model, [kind_of(layer) for layer in fresh], index)
    return with_model(project, _with_layers(model, (*model.layers[:place], *fresh, *model.layers[place:])))


def duplicate_layers(project: Project, names: Sequence[str]) -> Project:
    """Return the project with copies of the layers called `names`, weights included, behind the last of them (before the output layer)."""
    model, taken = project.spec.model, set(ids(project.spec.model))
    chosen = _chosen(model, names)
    sources: dict[str, str] = {}
    copies = [with_new_ids(layer, taken, sources) for layer in chosen]
    last = max(i for i, layer in enumerate(model.layers) if layer.id in names)
    place = landing(model, [kind_of(layer) for layer in chosen], last + 1)
    return with_model(project, _with_layers(model, (*model.layers[:place], *copies, *model.layers[place:])), sources=sources)


def remove_layers(project: Project, names: Sequence[str]) -> Project:
    """Return the project without the layers called `names`; the output layer stays. ShapeError if only that one is meant."""
    model = project.spec.model
    output = _output(model)
    gone = {layer.id for layer in _chosen(model, names)} - {output.id}
    if not gone:
        raise ShapeError(f"Layer {last_dense(model)} is the output layer and cannot be removed.", "Its size follows from the target.")
    return with_model(project, _with_layers(model, tuple(layer for layer in model.layers if layer.id not in gone)))


def rename_layer(project: Project, name: str, title: str) -> Project:
    """Return the project in which the layer with the id `name` is called `title`; "" gives it back its usual title."""
    title = " ".join(title.split())
    if len(title) > MAX_NAME:
        raise SettingError(f"The name has {len(title)} letters, at most {MAX_NAME} fit over a layer.", "Type a shorter one.")
    index = project.spec.model.layers.index(_chosen(project.spec.model, (name,))[0])
    return set_value(project, f"model.layers.{index}.name", title)


def freeze_layers(project: Project, names: Sequence[str], on: bool) -> Project:
    """Return the project in which training leaves the layers called `names` as they are, or trains them again.

    Layers without parameters are passed over. Raises SettingError if none of them has any.
    """
    held = trained(project, names)
    if not held:
        raise SettingError("A layer without weights cannot be frozen.", "Choose a layer that has some, such as a Dense layer.")
    for name in held:
        if (name in project.spec.training.frozen) != on:
            project = set_value(project, f"training.frozen.{name}", on)
    return project


def trained(project: Project, names: Sequence[str]) -> list[str]:
    """Return those of the layers called `names` that have parameters."""
    model = project.spec.model
    with_some = {slot.layer for slot in layout(model, project.dataset.inputs)}
    return [layer.id for i, layer in enumerate(model.layers) if layer.id in names and i in with_some]


def use_preset(project: Project, name: str) -> Project:
    """Return the project with the hidden layers of a preset before its output layer; what stands behind that stays.

    Hidden Dense layers are reused in their order, so that they keep their settings and the weights that fit.
    """
    preset = next((one for one in PRESETS if one.name == name), None)
    if preset is None:
        raise SettingError(f"There is no preset '{name}'.", f"There are {', '.join(one.name for one in PRESETS)}.")
    return with_hidden(project, preset.hidden)


def with_hidden(project: Project, hidden: Sequence[int]) -> Project:
    """Return the project with Dense layers of these sizes, and nothing else, before its output layer."""
    model = project.spec.model
    output, taken = last_dense(model), set(ids(model))
    old = [layer for layer in model.layers[:output] if isinstance(layer, DenseSpec)]
    layers: list[LayerSpec] = []
    for place, units in enumerate(hidden):
        check_units(units, place)
        if place < len(old):
            layers.append(msgspec.structs.replace(old[place], units=units))
            continue
        like = old[-1] if old else DenseSpec("", units)
        id = free_id("dense", taken)
        taken.add(id)
        layers.append(msgspec.structs.replace(like, id=id, units=units, name=""))
    changed = (*layers, *model.layers[output:])
    return project if changed == model.layers else with_model(project, _with_layers(model, changed))


def preset_of(model: ModelSpec) -> str:
    """Return the name of the preset that the network has the layers of, "" if it is another one."""
    before = model.layers[: last_dense(model)]
    sizes = tuple(layer.units for layer in before if isinstance(layer, DenseSpec))
    return next((one.name for one in PRESETS if one.hidden == sizes and len(sizes) == len(before)), "")


def _output(model: ModelSpec) -> LayerSpec:
    return model.layers[last_dense(model)]


def _chosen(model: ModelSpec, names: Sequence[str]) -> list[LayerSpec]:
    """Return the layers of the Chain called `names`, in the order of the Chain."""
    known = {layer.id for layer in model.layers}
    gone = next((name for name in names if name not in known), None)
    if gone is not None or not names:
        inside = gone is not None and any(layer.id == gone for _, layer in iterate(model.layers))
        hint = "It lies inside another layer: choose that one." if inside else "Choose one of the layers that the network has now."
        raise SettingError(f"There is no layer '{gone}' in the Chain." if gone else "No layer is selected.", hint)
    return [layer for layer in model.layers if layer.id in names]


def _with_layers(model: ModelSpec, layers: tuple[LayerSpec, ...]) -> ModelSpec:
    return msgspec.structs.replace(model, layers=layers)
