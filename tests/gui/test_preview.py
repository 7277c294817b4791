"""The loss of a network that has not been trained, as the first point of its curves."""

from typing import Any

import numpy as np
import pytest

from flux_gui.document import edits
from flux_gui.gui import preview
from flux_gui.runtime import probe


def test_the_first_point() -> None:
    project = edits.line_example()
    shown = preview.with_point_zero(project)
    np.testing.assert_allclose(shown.state.curves["train"].last, [122.64734], rtol=1e-6)
    assert list(shown.state.curves["parameter.1"].last) == [0.0]
    assert project.state.curves == {}
    assert preview.with_point_zero(shown) is shown


def test_the_losses_are_computed_once_for_the_same_network_and_data(monkeypatch: pytest.MonkeyPatch) -> None:
    computed: list[Any] = []
    losses = probe.losses
    monkeypatch.setattr(probe, "losses", lambda project: computed.append(project) or losses(project))
    project = edits.line_example()
    first = preview.with_point_zero(project).state.curves["train"].last
    same = preview.with_point_zero(edits.set_value(project, "training.optimiser.eta", 0.2))
    assert list(same.state.curves["train"].last) == list(first)
    assert len(computed) == 1
    other = preview.with_point_zero(edits.set_value(project, "training.loss.name", "mae"))
    assert list(other.state.curves["train"].last) != list(first)
    moved = preview.with_point_zero(edits.set_parameter(project, 0, 2.0))
    assert list(moved.state.curves["train"].last) != list(first)
    assert len(computed) == 3
    preview.with_point_zero(project)
    assert len(computed) == 3


def test_large_data_wait_for_the_training(monkeypatch: pytest.MonkeyPatch) -> None:
    project = edits.line_example()
    monkeypatch.setattr(preview, "CHEAP", 1)
    assert preview.with_point_zero(project) is project
