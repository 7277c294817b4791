"""Edits of the data, and the projects that data begin: everything that reads, prepares and fits the network to a table."""

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from flux_gui.core.errors import SettingError
from flux_gui.data import sources
from flux_gui.data.features import can_read
from flux_gui.data.files import load
from flux_gui.data.generators import generate
from flux_gui.data.prepare import Dataset, default_data_spec, prepare
from flux_gui.data.reading import Progress
from flux_gui.data.table import Table
from flux_gui.document.checks import check_data, check_fit, check_loss, check_spec
from flux_gui.document.followed import Followed, columns_followed
from flux_gui.document.migrate import initial_state, migrated, started_from
from flux_gui.document.nesting import free_id, ids, last_dense
from flux_gui.document.project import Project
from flux_gui.document.registries import LOSS_BY_TASK, named
from flux_gui.document.tables import check_width, identified, table_for, table_of, unchanged
from flux_gui.document.widths import following
from flux_gui.engine.activations import ACTIVATIONS
from flux_gui.engine.losses import LOSSES
from flux_gui.engine.optimisers import OPTIMISERS
from flux_gui.specs import (
    Choice,
    DataSpec,
    DenseSpec,
    FileData,
    FormulaData,
    ModelSpec,
    PrepareSpec,
    ProjectSpec,
    ReadSpec,
    SoftmaxSpec,
    SplitSpec,
    TrainingSpec,
)
from flux_gui.specs.data import Kind


class Wishes(msgspec.Struct, frozen=True):
    """What may be chosen when a project is made; the defaults are those of the window and the terminal. "" and None: by the data."""

    name: str = ""
    hidden: tuple[int, ...] = (16,)
    activation: str = "relu"
    loss: str = ""
    optimiser: str = "Adam"
    rate: float | None = None
    batch: int | None = None
    epochs: int = 200
    seed: int = 0
    dtype: str = "float32"


def new_project(spec: ProjectSpec, table: Table) -> Project:
    """Return the untrained project of `spec` on `table`: data prepared, output layer and loss fitted to the target."""
    check_spec(spec)
    dataset = prepare(table, spec.data, spec.model.dtype)
    spec = fitted(spec, dataset)
    return Project(spec, table, dataset, initial_state(spec.model, dataset.inputs))


def defaults(data: DataSpec, table: Table, wishes: Wishes | None = None) -> Project:
    """Return the untrained project that window and terminal begin with for `table`, changed by `wishes`."""
    wishes = wishes or Wishes()
    name = wishes.name or (Path(data.source.path).stem if isinstance(data.source, FileData) else sources.title(data.source))
    loss = LOSSES.get(wishes.loss).name if wishes.loss else ""
    loss_choice, batch = Choice(loss or "mse"), wishes.batch or 0
    training = TrainingSpec(loss_choice, _optimiser(wishes), batch=batch, epochs=wishes.epochs, seed=wishes.seed)
    spec = ProjectSpec(name or "project", data, _model(wishes), training)
    check_spec(spec)
    dataset = prepare(table, data, spec.model.dtype)
    if loss:
        data, dataset = _for_loss(data, table, loss, dataset, spec.model.dtype)
        spec = msgspec.structs.replace(spec, model=with_output_for(spec.model, loss))
    if wishes.batch is None and not isinstance(data.source, FormulaData):
        training = msgspec.structs.replace(training, batch=min(32, len(dataset.parts["train"].x)))
    training = msgspec.structs.replace(training, loss=Choice(loss or LOSS_BY_TASK[dataset.task]))
    spec = fitted(msgspec.structs.replace(spec, data=data, training=training), dataset, keep_loss=bool(loss))
    return Project(spec, table, dataset, initial_state(spec.model, dataset.inputs))


def project_from_file(
    path: str | Path,
    target: str = "",
    split_column: str | None = "",
    split: SplitSpec | None = None,
    wishes: Wishes | None = None,
    kinds: Mapping[str, Kind] | None = None,
    reading: ReadSpec | None = None,
    further: tuple[str | Path, str | Path] = ("", ""),
    progress: Progress | None = None,
) -> Project:
    """Return the untrained project with the default settings for a table file.

    "" as target or split column takes the guessed one, None as split column none; `kinds` says how the cells of columns are read;
    `further` are files whose rows validate and test, "" for none. `progress(share, text)` is called while reading and may raise Cancelled.
    """
    validation, test = (os.path.abspath(other) if other else "" for other in further)
    with unchanged(path, validation, test):
        loaded = load(path, target, split_column, kinds, reading, progress)
        check_width(loaded, path)
        source = FileData(os.path.abspath(path), loaded.columns, reading=reading or ReadSpec(), validation=validation, test=test)
        source = identified(source, progress)
        table = table_of(source, loaded.table, progress) if validation or test else loaded.table
    return defaults(default_data_spec(source, split), table, wishes)


def project_from_formula(source: FormulaData, wishes: Wishes | None = None) -> Project:
    """Return the untrained project with the default settings for data made by a formula."""
    spec = default_data_spec(source, None)
    check_data(ProjectSpec(data=spec))
    return defaults(spec, generate(source), wishes)


def line_example(dtype: str = "float32") -> Project:
    """Return the ready-made example: 4x + 2 learned by Dense(1 => 1) from weight 0.9066542 and bias 0 with Descent(0.1)."""
    spec = ProjectSpec(model=ModelSpec(dtype=_dtype(dtype)))
    assert isinstance(spec.data.source, FormulaData)
    project = new_project(spec, generate(spec.data.source))
    start = np.array([0.9066542, 0.0], spec.model.dtype)
    return replace(project, state=started_from(start, np.empty(0, start.dtype)))


def with_data(project: Project, data: DataSpec, table: Table) -> Project:
    """Return the project on other data or with other preparation: network fitted to it, weights kept where they fit, run restarted."""
    before = project.dataset
    dataset = prepare(table, data, project.spec.model.dtype)
    spec = fitted(msgspec.structs.replace(project.spec, data=data), dataset, before=before.task)
    redraw: set[str] = set()
    followed: Followed | None = None
    if dataset.input_names != before.input_names:  # the weights of a column must not be given to another
        followed = columns_followed(spec.model, before.input_names, dataset.input_names)
    if (dataset.task, dataset.output_names) != (before.task, before.output_names):
        redraw.add(spec.model.layers[last_dense(spec.model)].id)
    state = migrated(project.state, (project.spec.model, before.inputs), (spec.model, dataset.inputs), frozenset(redraw), followed=followed)
    return Project(spec, table, dataset, state)


def reloaded(project: Project, data: DataSpec, progress: Progress | None = None) -> Project:
    """Return the project with `data`, generating or reading the table again only where the source makes it necessary."""
    table, data = table_for(project, data, progress)
    if data.source != project.spec.data.source and data.prepare == project.spec.data.prepare:
        data = msgspec.structs.replace(data, prepare=_possible(data, table))
    return with_data(project, data, table)


def _possible(data: DataSpec, table: Table) -> PrepareSpec:
    """Return the preparation without features of columns that another source does not have."""
    names = tuple(column.name for column in table.columns if column.kind == "number")
    kept = tuple(text for text in data.prepare.features if can_read(text, names))
    return data.prepare if kept == data.prepare.features else msgspec.structs.replace(data.prepare, features=kept)


def fitted(spec: ProjectSpec, dataset: Dataset, keep_loss: bool = False, before: str = "") -> ProjectSpec:
    """Return `spec` with output layer, widths and, unless `keep_loss`, the loss fitted to `dataset`; checks that it fits into memory.

    The loss changes where it does not serve the task, and where it was only the usual one of the task `before`.
    """
    index = last_dense(spec.model)
    layers = spec.model.layers
    output = msgspec.structs.replace(layers[index], units=dataset.outputs)
    model = msgspec.structs.replace(spec.model, layers=(*layers[:index], output, *layers[index + 1 :]))
    training, usual = spec.training, before not in ("", dataset.task) and spec.training.loss.name == LOSS_BY_TASK[before]
    if keep_loss:
        check_loss(training.loss.name, dataset.task)
    elif usual or dataset.task not in LOSSES.get(training.loss.name).tasks:
        training = msgspec.structs.replace(training, loss=Choice(LOSS_BY_TASK[dataset.task]))
    if dataset.task == "regression":
        training = msgspec.structs.replace(training, class_weights="none")
    changed = msgspec.structs.replace(spec, model=following(model, dataset.inputs), training=training)
    check_fit(changed, dataset.inputs, len(dataset.parts["train"].x))
    return spec if changed == spec else changed


def with_output_for(model: ModelSpec, loss: str) -> ModelSpec:
    """Return `model` ending with the activation that the loss expects: a softmax step, or the activation of the output layer."""
    wanted, index = LOSSES.get(loss).output, last_dense(model)
    if wanted == "softmax":
        return msgspec.structs.replace(model, layers=(*model.layers, SoftmaxSpec(free_id("softmax", set(ids(model))))))
    output = msgspec.structs.replace(model.layers[index], activation=Choice(wanted))
    return msgspec.structs.replace(model, layers=(*model.layers[:index], output, *model.layers[index + 1 :]))


def _model(wishes: Wishes) -> ModelSpec:
    activation = Choice(named(ACTIVATIONS, wishes.activation).name)
    hidden = [DenseSpec(f"hidden{i + 1}", units, activation) for i, units in enumerate(wishes.hidden)]
    return ModelSpec((*hidden, DenseSpec("output", 1, Choice("identity"))), _dtype(wishes.dtype), wishes.seed)


def _optimiser(wishes: Wishes) -> Choice:
    entry = OPTIMISERS.get(wishes.optimiser)
    if wishes.rate is None:
        return Choice(entry.name)
    return Choice(entry.name, {"eta": entry.hyper("eta").check(wishes.rate, entry.name)})


def _for_loss(data: DataSpec, table: Table, loss: str, dataset: Dataset, dtype: Any) -> tuple[DataSpec, Dataset]:
    """Return data and dataset as a chosen loss needs them: 0 and 1 read as quantities, quantities not scaled below 0, ..."""
    entry = LOSSES.get(loss)
    task: Any = entry.tasks[0]
    if task == "regression" and entry.output != "identity" and data.prepare.scale_target != "none":
        data = msgspec.structs.replace(data, prepare=msgspec.structs.replace(data.prepare, scale_target="none"))
        dataset = prepare(table, data, dtype)
    if task == dataset.task or entry.custom:
        return data, dataset
    if not isinstance(data.source, FileData) or (task == "regression" and dataset.preparation.target_kind != "number"):
        return data, dataset
    if task == "binary" and len(dataset.labels) != 2:
        return data, dataset
    data = msgspec.structs.replace(data, source=msgspec.structs.replace(data.source, task=task))
    return data, prepare(table, data, dtype)


def _dtype(name: str) -> Any:
    if name not in ("float32", "float64"):
        raise SettingError(f"There is no number format '{name}'.", "Use float32 or float64.")
    return name
