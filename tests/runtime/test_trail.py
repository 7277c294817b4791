"""The coarse history of all parameters: bounded memory, even spacing, going on where it was."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from flux_gui.core.errors import FormatError
from flux_gui.document import edits, pins, store
from flux_gui.runtime import trail as module
from flux_gui.runtime.run import Run, tracked
from flux_gui.runtime.trail import LEAST, MEMORY, MOST, TrailBuilder, curve_of, room_for


def test_memory_is_bounded_and_large_networks_have_none() -> None:
    assert room_for(10) == MOST
    assert room_for(10_000) * 10_000 * 4 <= MEMORY
    assert room_for(10_000) >= LEAST
    assert room_for(700_000) == 0
    large = TrailBuilder(700_000)
    large.add(0.0, np.zeros(700_000, np.float32))
    assert large.trail() is None
    assert large.curve(3) is None


def test_moments_thin_out_evenly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 24)
    builder = TrailBuilder(2)
    for x in range(500):
        builder.add(float(x), np.array([x, -x], np.float32))
    found = builder.trail()
    assert found is not None
    assert 12 <= len(found.x) <= 24
    assert set(np.diff(found.x)) == {float(found.stride)}
    np.testing.assert_array_equal(found.values[:, 1], -found.x)
    curve = builder.curve(0)
    assert curve is not None
    np.testing.assert_array_equal(curve.last, found.x)


def test_a_run_that_goes_on_has_the_trail_of_one_that_did_not_stop() -> None:
    whole, parts = TrailBuilder(1), TrailBuilder(1)
    for x in range(1000):
        whole.add(float(x), np.array([x], np.float32))
        parts.add(float(x), np.array([x], np.float32))
        if x % 300 == 299:
            parts = TrailBuilder(1, parts.trail())
    a, b = whole.trail(), parts.trail()
    assert a is not None
    assert b is not None
    assert a.stride == b.stride
    assert len(b.x) >= len(a.x) - 4


def test_every_parameter_of_a_run_has_a_history_and_the_file_keeps_it(tmp_path: Path) -> None:
    project = edits.project_from_sample("iris")
    run = Run(project)
    run.burst(run.target(30, None), math.inf)
    project = run.result()
    for index in (0, 40, 66):
        curve = curve_of(project.state.curves, project.state.trail, index)
        assert curve is not None
        assert curve.x[0] == 0
        assert curve.last[-1] == pytest.approx(float(run.model.flat[index]))
    store.save(project, tmp_path / "a.flux")
    kept, now = store.load(tmp_path / "a.flux").state.trail, project.state.trail
    assert kept is not None
    assert now is not None
    np.testing.assert_array_equal(kept.values, now.values)
    assert kept.stride == now.stride


def test_a_parameter_pinned_on_the_way_has_its_curve_from_the_start() -> None:
    project = edits.project_from_sample("iris")
    run = Run(project)
    run.burst(run.target(12, None), math.inf)
    project = run.result()
    index = next(i for i in range(67) if i not in tracked(project))
    assert f"parameter.{index}" not in project.state.curves
    later = Run(pins.pin(project, index))
    later.burst(later.target(15, None), math.inf)
    curve = later.result().state.curves[f"parameter.{index}"]
    assert curve.x[0] == 0
    assert curve.x[-1] == 15
    live = later.history.parameter(index)
    assert live is not None
    np.testing.assert_array_equal(live.last, curve.last)


def test_there_is_nothing_beyond_the_network() -> None:
    run = Run(edits.line_example())
    assert curve_of({}, run.history.trail(), 2) is None
    assert curve_of({}, None, 0) is None


@pytest.mark.parametrize("harm", ["short", "kind", "stride"])
def test_a_damaged_history_is_refused_in_words(tmp_path: Path, harm: str) -> None:
    run = Run(edits.line_example())
    run.burst(run.target(5, None), math.inf)
    project = run.result()
    trail = project.state.trail
    assert trail is not None
    wrong = {
        "short": replace(trail, values=trail.values[:, :1].copy()),
        "kind": replace(trail, values=trail.values.astype(np.float64)),
        "stride": replace(trail, stride=0),
    }[harm]
    store.save(replace(project, state=replace(project.state, trail=wrong)), tmp_path / "a.flux")
    with pytest.raises(FormatError, match="history of the parameters is damaged"):
        store.load(tmp_path / "a.flux")
