"""Tests of looks into a model: fitted curve in original units, losses before training, parameters in use."""

from dataclasses import replace

import numpy as np
import pytest

from flux_gui.core.paths import resource
from flux_gui.document import edits
from flux_gui.document.states import Best, frozen
from flux_gui.runtime import probe
from flux_gui.specs import FormulaData, PrepareSpec


def test_the_fit_of_the_line_example_is_its_line() -> None:
    project = edits.line_example("float64")
    assert probe.can_fit(project)
    fitted = probe.fit(project)
    assert fitted is not None
    x, y = fitted
    assert (x[0], x[-1]) == (-0.5, 10.5)
    assert len(x) == probe.GRID
    np.testing.assert_allclose(y, 0.9066542 * x)


def test_the_fit_is_in_original_units() -> None:
    project = edits.project_from_formula(FormulaData("x^2"), edits.Wishes(hidden=(), dtype="float64"))
    project = edits.set_value(project, "data.prepare", PrepareSpec("standard", "standard"))
    fitted = probe.fit(project)
    assert fitted is not None
    w, b = project.state.parameters
    train = np.arange(6.0)
    z = (fitted[0] - train.mean()) / train.std()
    np.testing.assert_allclose(fitted[1], (w * z + b) * (train**2).std() + (train**2).mean())


def test_models_of_many_inputs_have_no_curve() -> None:
    project = edits.project_from_file(resource("samples", "iris.csv"))
    assert not probe.can_fit(project)
    assert probe.fit(project) is None


def test_losses_before_training() -> None:
    assert probe.losses(edits.line_example()) == {"train": pytest.approx(122.64734, rel=1e-6)}
    assert set(probe.losses(edits.project_from_file(resource("samples", "iris.csv")))) == {"train", "validation"}


def test_the_model_takes_the_parameters_in_use() -> None:
    project = edits.line_example()
    best = Best(3, 0.5, frozen(np.array([1.0, 2.0], np.float32)), frozen(np.empty(0, np.float32)))
    used = replace(project, state=replace(project.state, best=best, in_use="best"))
    np.testing.assert_array_equal(probe.model_of(used).flat, [1, 2])
    np.testing.assert_array_equal(probe.model_of(used, used.state.parameters).flat, project.state.parameters)


def test_the_objective_is_the_loss_of_the_project() -> None:
    objective = probe.objective_of(edits.set_value(edits.line_example(), "training.loss", "mae"))
    assert objective(np.array([[1.0], [3.0]]), np.array([[0.0], [0.0]]), None) == 2.0
    assert objective(np.array([[1.0], [3.0]]), np.array([[0.0], [0.0]]), np.array([3.0, 1.0])) == 1.5
