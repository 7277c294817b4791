"""The edit that a typed network is: another model in place of the one there is, with the weights of layers that are in both."""

from dataclasses import replace

import msgspec

from flux_gui.document.edits_model import changed_layers, with_model
from flux_gui.document.matching import with_known_ids
from flux_gui.document.model_text import check_output, from_text
from flux_gui.document.nesting import groups, iterate
from flux_gui.document.project import Project
from flux_gui.specs import ModelSpec


def replace_model(project: Project, model: ModelSpec) -> Project:
    """Return the project with the layers of `model`; those that it shares with the present network keep ids and weights.

    Number format and seed stay those of the project. Raises ShapeError or SettingError for a network that cannot be.
    """
    before = project.spec.model
    after = with_known_ids(before, msgspec.structs.replace(before, layers=model.layers))
    if after == before:
        return project
    spec = msgspec.structs.replace(project.spec, model=after)
    if _computes(before) == _computes(after):
        return replace(project, spec=spec)  # only names changed
    return with_model(project, after, redraw=changed_layers(project.spec, spec))


def replace_text(project: Project, text: str) -> Project:
    """Return the project with the network in `text`; TextError names the place of what is wrong in it."""
    model = from_text(text, project.dataset.inputs, project.spec.model)
    check_output(text, model, project.dataset.outputs)
    return replace_model(project, model)


def _computes(model: ModelSpec) -> list[tuple[str, object]]:
    """Return all layers without their names; what is inside a layer follows it."""
    return [
        (path, getattr(layer, "combine", None) if groups(layer) else msgspec.structs.replace(layer, name=""))
        for path, layer in iterate(model.layers)
    ]
