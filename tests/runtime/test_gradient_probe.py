"""The gradient of the training loss at the parameters shown."""

import numpy as np

from flux_gui.core.paths import resource
from flux_gui.document import edits
from flux_gui.runtime.gradient_probe import GradientProbe
from flux_gui.runtime.probe import evaluator, model_of


def test_it_is_the_slope_of_the_training_loss() -> None:
    project = edits.set_value(edits.project_from_file(resource("samples", "iris.csv")), "model.dtype", "float64")
    model = model_of(project)
    probe = GradientProbe(project)
    found = probe(model)
    assert probe.rows == len(project.dataset.parts["train"])
    loss = evaluator(project, model, "train")
    assert loss is not None
    for index in (0, 17, len(model.flat) - 1):
        step, start = 1e-5, float(model.flat[index])
        model.flat[index] = start + step
        above = loss()
        model.flat[index] = start - step
        below = loss()
        model.flat[index] = start
        assert abs((above - below) / (2 * step) - found[index]) < 1e-6


def test_nothing_of_the_running_model_is_touched() -> None:
    project = edits.project_from_file(resource("samples", "iris.csv"))
    project = edits.add_layer(edits.add_layer(project, 1, "batchnorm"), 2, "dropout")
    model = model_of(project)
    flat, statistics = model.flat.copy(), model.statistics.copy()
    probe = GradientProbe(project)
    first, second = probe(model), probe(model)
    np.testing.assert_array_equal(first, second)  # dropout rests
    np.testing.assert_array_equal(model.flat, flat)
    np.testing.assert_array_equal(model.statistics, statistics)
