"""Projects from generators, paintings and samples, and edits of painted points."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flux_gui.core.errors import DataError, FluxError, SettingError
from flux_gui.core.registry import Entry
from flux_gui.data.generators import GENERATORS
from flux_gui.data.samples import SAMPLES
from flux_gui.document import edits
from flux_gui.document.edits_data import Wishes
from flux_gui.document.edits_sources import project_from_generator, project_from_painted, project_from_sample, starter
from flux_gui.document.project import Project
from flux_gui.document.states import Best
from flux_gui.specs import Choice, DenseSpec, GeneratedData, PaintedData


@pytest.fixture(scope="module")
def painting() -> Project:
    """A painting as a run has left it after five epochs."""
    project = project_from_painted()
    state = project.state
    best = Best(3, 0.5, state.parameters * 2, state.statistics)
    slots = {"Adam.m": state.parameters + 1}
    return replace(project, state=replace(state, epoch=5, step=9, position=2, best=best, slots=slots, in_use="last"))


@pytest.mark.parametrize("entry", GENERATORS.in_window(), ids=lambda entry: entry.name)
def test_every_generator_begins_a_project(entry: Entry) -> None:
    project = project_from_generator(GeneratedData(Choice(entry.name), rows=60))
    assert project.table.rows == 60
    assert sum(len(part) for part in project.dataset.parts.values()) == 60
    assert project.spec.training.batch == 32
    for hyper in entry.hypers:
        other = hyper.low if hyper.low != hyper.default else hyper.high
        changed = edits.set_value(project, f"data.source.generator.{hyper.name}", other)
        assert changed.table is not project.table
    assert edits.set_value(project, "data.source.rows", 90).table.rows == 90
    noisy = edits.set_value(project, "data.source.noise", 0.3)
    assert noisy.table.rows == 60
    assert not np.array_equal(noisy.table.columns[0].values, project.table.columns[0].values) or entry.tasks == ("regression",)
    with pytest.raises(FluxError):
        edits.set_value(project, "data.source.noise", -1)


def test_another_generator_forgets_the_settings_of_the_last() -> None:
    project = edits.set_value(project_from_generator(GeneratedData()), "data.source.generator.turns", 1.0)
    hill = edits.set_value(project, "data.source.generator", "hill")
    source = hill.spec.data.source
    assert isinstance(source, GeneratedData)
    assert source.generator == Choice("hill")
    assert (hill.dataset.task, hill.spec.training.loss.name) == ("regression", "mse")
    with pytest.raises(SettingError, match="no generator called 'spirals of ham'"):
        edits.set_value(project, "data.source.generator", "spirals of ham")


@pytest.mark.parametrize("entry", list(SAMPLES), ids=lambda entry: entry.name)
def test_every_sample_begins_a_project_with_its_first_network(entry: Entry) -> None:
    project = project_from_sample(entry.name.upper())
    sizes = tuple(layer.units for layer in project.spec.model.layers if isinstance(layer, DenseSpec))
    network = SAMPLES.get(entry.name).network
    assert sizes[:-1] == network.hidden
    assert project.spec.training.optimiser.name == network.optimiser
    assert project.table.rows == SAMPLES.get(entry.name).rows
    assert project.dataset.preparation.target == SAMPLES.get(entry.name).target
    other = project_from_sample(entry.name, Wishes(hidden=(3,)))
    assert next(layer.units for layer in other.spec.model.layers if isinstance(layer, DenseSpec)) == 3


def test_a_painting_begins_with_points_of_every_class() -> None:
    project = project_from_painted(PaintedData(("red", "green", "blue")))
    assert project.dataset.labels == ("red", "green", "blue")
    assert set(project.table.columns[2].values.tolist()) == {"red", "green", "blue"}
    curve = project_from_painted(PaintedData(()))
    assert (curve.dataset.task, curve.table.names) == ("regression", ("x", "y"))
    points = project_from_painted(PaintedData(("a", "b")), project_from_generator(GeneratedData()).table)
    assert points.table.rows == 400
    with pytest.raises(DataError, match="A painting has the columns x, y"):
        project_from_painted(PaintedData(()), starter(PaintedData()))


def test_painting_keeps_what_was_learned(painting: Project) -> None:
    one = edits.add_point(painting, (0.0, 0.0), "a")
    assert one.table.rows == painting.table.rows + 1
    assert one.spec == painting.spec
    assert one.state.parameters is painting.state.parameters
    assert (one.state.epoch, one.state.step, one.state.position, one.state.best) == (5, 9, 0, None)
    assert one.state.slots is painting.state.slots
    dab = edits.brush_points(one, (1.0, 1.0), 0.5, 4, 1, "b")
    assert dab.table.rows == one.table.rows + 4
    moved = edits.move_points(dab, [0], (0.5, -0.5))
    assert moved.table.columns[0].values[0] == dab.table.columns[0].values[0] + 0.5
    assert edits.erase_points(moved, (100.0, 100.0), 1.0) is moved
    assert edits.erase_points(moved, (1.0, 1.0), 0.5).table.rows < moved.table.rows


def test_painting_with_the_best_epoch_in_use(painting: Project) -> None:
    assert painting.state.best is not None
    best = edits.use(painting, "best")
    changed = edits.add_point(best, (0.0, 0.0), "a").state
    np.testing.assert_array_equal(changed.parameters_in_use, painting.state.best.parameters)
    assert changed.in_use == "last"


def test_a_class_may_lose_its_points_but_the_painting_not_its_last(painting: Project) -> None:
    lone = edits.paint(painting, lambda table: table.select(table.columns[2].values == "a"))
    assert lone.dataset.labels == ("a", "b")
    assert lone.state.epoch == 5
    with pytest.raises(DataError, match="last point cannot be erased"):
        edits.erase_points(lone, (0.0, 0.0), 100.0)
    with pytest.raises(DataError, match="no class 'z'"):
        edits.add_point(lone, (0.0, 0.0), "z")
    with pytest.raises(DataError, match="Only a painting"):
        edits.add_point(edits.line_example(), (0.0, 0.0))


def test_classes_of_a_painting(painting: Project) -> None:
    swapped = edits.set_value(painting, "data.source.classes", "b, a")
    assert swapped.dataset.labels == ("b", "a")
    assert swapped.table.columns[2].values[0] == "b"
    three = edits.with_classes(painting, ("a", "b", "c"))
    assert (three.dataset.task, three.dataset.outputs, three.spec.training.loss.name) == ("classes", 3, "logitcrossentropy")
    assert edits.with_classes(three, ("a", "b")).dataset.task == "binary"
    full = edits.add_point(three, (0.0, 0.0), "c")
    with pytest.raises(DataError, match="'c' still has points"):
        edits.with_classes(full, ("a", "b"))
    with pytest.raises(FluxError):
        edits.with_classes(painting, ("a",))
    with pytest.raises(SettingError):
        edits.with_classes(edits.line_example(), ("a", "b"))


@settings(max_examples=20)
@given(st.lists(st.tuples(st.floats(-6, 6), st.floats(-6, 6), st.sampled_from("ab")), min_size=1, max_size=12))
def test_rows_that_trained_go_on_training(points: list[tuple[float, float, str]]) -> None:
    project = project_from_painted()
    for x, y, label in points:
        before = project.dataset.parts["train"].rows.tolist()
        project = edits.add_point(project, (x, y), label)
        assert project.dataset.parts["train"].rows.tolist()[: len(before)] == before


def test_tiles_of_features() -> None:
    project = edits.set_value(project_from_generator(GeneratedData(Choice("blobs"))), "data.prepare.features", "x1^2, x3^2")
    project = edits.set_value(project, "data.prepare.left_out", "x1")
    assert project.dataset.input_names == ("x2", "x3", "x1^2", "x3^2")
    flat = edits.set_value(project, "data.source.generator", "spiral")
    assert flat.dataset.input_names == ("x2", "x1^2")  # there is no x3 any more
    assert edits.set_value(flat, "data.prepare.left_out", ()).dataset.input_names == ("x1", "x2", "x1^2")
    with pytest.raises(DataError, match="'x3' is unknown"):
        edits.set_value(flat, "data.prepare.features", "x3^2")
    with pytest.raises(SettingError, match="names of columns"):
        edits.set_value(flat, "data.prepare.left_out", 3)
