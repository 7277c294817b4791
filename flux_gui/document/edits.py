"""Everything a user can change: pure functions from one Project to the next. This module gathers them; three more hold the bulk."""

from dataclasses import replace
from typing import Any, Literal

from flux_gui.data.prepare import prepare
from flux_gui.data.reading import Progress
from flux_gui.document.checks import check_class_weights, check_fit, check_loss, check_value
from flux_gui.document.edits_data import (
    Wishes,
    defaults,
    line_example,
    new_project,
    project_from_file,
    project_from_formula,
    reloaded,
    with_data,
)
from flux_gui.document.edits_model import (
    BEHIND_OUTPUT,
    add_layer,
    changed_layers,
    duplicate_layer,
    load_parameters,
    parameters,
    remove_layer,
    reseed,
    reset,
    resize_layer,
    set_parameter,
    with_model,
)
from flux_gui.document.edits_sources import (
    add_point,
    brush_points,
    erase_points,
    move_points,
    paint,
    project_from_generator,
    project_from_painted,
    project_from_sample,
    sample_wishes,
    with_classes,
)
from flux_gui.document.edits_text import replace_model, replace_text
from flux_gui.document.migrate import migrated, with_event
from flux_gui.document.nesting import last_dense
from flux_gui.document.project import Project
from flux_gui.document.states import Array, ModelState
from flux_gui.specs import PaintedData, ProjectSpec, TrainingSpec


def set_value(project: Project, path: str, value: Any, progress: Progress | None = None) -> Project:
    """Return the project with one setting changed by its path in the specification, such as `training.optimiser.eta`.

    Data settings prepare the data again, network settings keep the weights of untouched layers; both restart the run. Training
    settings keep the state. `progress` is told how far a file is read again. Raises SettingError,
    ShapeError, DataError or FormulaError for a value that cannot be.
    """
    if path == "data.source.classes" and isinstance(project.spec.data.source, PaintedData):
        names = value.split(",") if isinstance(value, str) else value
        return with_classes(project, tuple(str(name) for name in names))
    spec = check_value(path, value, project.spec)
    head = path.partition(".")[0]
    if head == "data":
        return project if spec.data == project.spec.data else reloaded(project, spec.data, progress)
    if head == "model":
        return _set_model(project, spec, path)
    if head == "training":
        return _set_training(project, spec)
    return replace(project, spec=spec)


def use(project: Project, which: Literal["last", "best"]) -> Project:
    """Return the project with the last or the best epoch's parameters in use."""
    if which == "best" and project.state.best is None:
        which = "last"
    return replace(project, state=replace(project.state, in_use=which))


def _set_model(project: Project, spec: ProjectSpec, path: str) -> Project:
    before, after = project.spec.model, spec.model
    if before == after:
        return project
    if before.seed != after.seed:
        return reseed(project, after.seed)
    if before.dtype != after.dtype:
        return _with_dtype(project, spec)
    if path.endswith(".name"):
        return replace(project, spec=spec)  # only a name changed: nothing is computed differently
    return with_model(project, after, redraw=changed_layers(project.spec, spec), typed=path)


def _with_dtype(project: Project, spec: ProjectSpec) -> Project:
    """Return the project computing in another number format: data prepared again, parameters converted, run restarted."""
    dataset = prepare(project.table, spec.data, spec.model.dtype)
    state = migrated(project.state, (project.spec.model, project.dataset.inputs), (spec.model, dataset.inputs))
    check_fit(spec, dataset.inputs, len(dataset.parts["train"].x))
    return replace(project, spec=spec, dataset=dataset, state=state)


def _set_training(project: Project, spec: ProjectSpec) -> Project:
    before, after = project.spec.training, spec.training
    if before == after:
        return project
    check_fit(spec, project.dataset.inputs, len(project.dataset.parts["train"].x))
    check_loss(after.loss.name, project.dataset.task)
    check_class_weights(after, project.dataset.task)
    changed = replace(project, spec=spec)
    if before.batch != after.batch and project.state.position:  # other batches: the epoch begins again
        changed = replace(changed, state=replace(changed.state, position=0))
    if (before.stop, before.schedule) != (after.stop, after.schedule) and changed.state.watch:
        changed = replace(changed, state=replace(changed.state, watch=_kept_watch(changed.state.watch, before, after)))
    rules = [{rule.name for rule in (*training.chain, training.optimiser)} for training in (before, after)]
    if rules[0] != rules[1]:
        return replace(changed, state=with_event(_without_slots(changed.state, rules[1]), _rules_event(before, after)))
    return changed


def _without_slots(state: ModelState, rules: set[str]) -> ModelState:
    """Return `state` with what the optimiser remembers for `rules` alone; a rule that stays goes on with its momentum."""
    kept = {key: array for key, array in state.slots.items() if key.partition(".")[0] in rules}
    return replace(state, slots={**kept, **_bounds(state, bool(kept))})


def _bounds(state: ModelState, wanted: bool) -> dict[str, Array]:
    return {"groups": state.slots["groups"]} if wanted and "groups" in state.slots else {}


def _rules_event(before: TrainingSpec, after: TrainingSpec) -> str:
    if before.optimiser.name != after.optimiser.name:
        return f"optimiser {after.optimiser.name}"
    old, new = [rule.name for rule in before.chain], [rule.name for rule in after.chain]
    return ", ".join([*(f"{name} on" for name in new if name not in old), *(f"{name} off" for name in old if name not in new)])


def _kept_watch(watch: dict[str, float], before: TrainingSpec, after: TrainingSpec) -> dict[str, float]:
    """Return what stop rules that are still there remember; another schedule begins its plateau anew."""
    names = {"time", *(rule.name for rule in after.stop)} | ({"schedule"} if before.schedule == after.schedule else set())
    return {key: value for key, value in watch.items() if key.partition(".")[0] in names}


__all__ = [
    "BEHIND_OUTPUT",
    "Wishes",
    "add_layer",
    "add_point",
    "brush_points",
    "defaults",
    "duplicate_layer",
    "erase_points",
    "last_dense",
    "line_example",
    "load_parameters",
    "move_points",
    "new_project",
    "paint",
    "parameters",
    "project_from_file",
    "project_from_formula",
    "project_from_generator",
    "project_from_painted",
    "project_from_sample",
    "reloaded",
    "remove_layer",
    "replace_model",
    "replace_text",
    "reseed",
    "reset",
    "resize_layer",
    "sample_wishes",
    "set_parameter",
    "set_value",
    "use",
    "with_classes",
    "with_data",
    "with_model",
]
