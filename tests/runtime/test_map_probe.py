"""The picture of answers: right places, right order, off for other inputs, and no more of the training than its share."""

import numpy as np
import pytest

from flux_gui.data.table import Column, Table
from flux_gui.document import edits
from flux_gui.document.project import Project
from flux_gui.runtime import map_probe
from flux_gui.runtime.map_probe import MapProbe, can_map, decision_map, plane
from flux_gui.runtime.probe import model_of
from flux_gui.runtime.verify import predict
from flux_gui.specs import Choice, GeneratedData


def made(name: str, **values: float) -> Project:
    return edits.project_from_generator(GeneratedData(Choice(name, values), rows=60))


@pytest.mark.parametrize(("name", "shape"), [("circle", (100, 100, 2)), ("spirals", (100, 100, 3)), ("plane", (100, 100))])
def test_a_place_has_the_answer_of_a_row_there(name: str, shape: tuple[int, ...]) -> None:
    project = made(name)
    found = decision_map(project)
    assert found is not None
    assert found.values.shape == shape
    (x0, x1), (y0, y1) = plane(project)
    assert (found.x, found.y) == ((x0, x1), (y0, y1))
    assert x0 <= -6
    assert y1 >= 6
    at = np.array([[x0, y0], [x1, y0], [x0, y1]])
    told = predict(project, Table((Column("x1", "number", at[:, 0]), Column("x2", "number", at[:, 1]))))
    corners = found.values[[0, 0, -1], [0, -1, 0]]
    truth = told.prediction if told.probabilities is None else told.probabilities
    np.testing.assert_allclose(corners, truth, rtol=1e-4, atol=1e-5)


def test_a_loss_without_probabilities_still_parts_the_plane() -> None:
    project = edits.set_value(made("circle"), "training.loss", "binary_focal_loss")
    project = edits.set_value(project, "training.loss", "hinge_loss") if "hinge_loss" in names() else project
    found = decision_map(project)
    assert found is not None
    assert np.all((found.values >= 0) & (found.values <= 1))


def names() -> list[str]:
    from flux_gui.engine.losses import LOSSES

    return LOSSES.names()


def test_only_two_numbers_make_a_plane() -> None:
    assert can_map(made("circle"))
    assert not can_map(made("blobs", dimensions=3))
    assert decision_map(made("blobs", dimensions=3)) is None
    assert not can_map(edits.line_example())


def test_a_feature_without_a_value_everywhere_makes_no_picture() -> None:
    project = made("circle")
    table = Table(tuple(Column(c.name, c.kind, c.values + 7 if c.kind == "number" else c.values) for c in project.table.columns))
    project = edits.with_data(project, project.spec.data, table)
    project = edits.set_value(project, "data.prepare.features", "log(x1)")
    assert can_map(project)
    probe = MapProbe(project, model_of(project))
    assert probe() is None
    assert probe() is None


def test_a_slow_picture_becomes_smaller_and_rests(monkeypatch: pytest.MonkeyPatch) -> None:
    project = made("circle")
    monkeypatch.setattr(map_probe, "QUICK", 0.0)
    probe = MapProbe(project, model_of(project))
    first = probe()
    assert first is not None
    assert len(first.values) == 100
    assert probe() is None  # too early
    probe._again = 0.0
    second = probe()
    assert second is not None
    assert len(second.values) == 64
