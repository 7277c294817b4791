"""Tests of shapes: where the points of each lie without noise, beside the formulas and scikit-learn's sets."""

import numpy as np
import pytest
from sklearn import datasets

from flux_gui.data import shapes

ROWS = 400


def test_numbers_that_fill_an_interval() -> None:
    for count in (5, 50, 500):
        gaps = np.diff(np.sort(shapes.spread_evenly(np.arange(count), 0.3)))
        assert gaps.max() < 3 / count


def test_classes_take_turns() -> None:
    assert shapes.turns(7, 3).tolist() == [0, 1, 2, 0, 1, 2, 0]


def test_xor() -> None:
    x, label = shapes.xor(ROWS, 0, {})
    assert ((x[:, 0] * x[:, 1] > 0) == (label == 0)).all()
    assert np.abs(x).min() >= 2 * shapes.EDGE
    assert np.abs(x).max() <= shapes.RADIUS
    corners, counts = np.unique(np.sign(x), axis=0, return_counts=True)
    assert (len(corners), counts.tolist()) == (4, [ROWS // 4] * 4)


def test_circle() -> None:
    x, label = shapes.circle(ROWS, 0, {})
    radius = np.linalg.norm(x, axis=1)
    assert radius[label == 0].max() <= 2.5
    assert radius[label == 1].min() >= 3.5
    assert radius.max() <= 5
    assert (radius[label == 0] < 2.5 / 2**0.5).mean() == pytest.approx(0.5, abs=0.08)  # half the area, half the points


def test_gaussians() -> None:
    x, label = shapes.gaussians(4000, 0, {"spread": 0.7})
    for number, centre in enumerate((2.0, -2.0)):
        np.testing.assert_allclose(x[label == number].mean(axis=0), centre, atol=0.06)
        np.testing.assert_allclose(x[label == number].std(axis=0), 0.7, atol=0.04)


@pytest.mark.parametrize("classes", [2, 3, 7])
def test_spirals(classes: int) -> None:
    x, label = shapes.spirals(ROWS, 0, {"classes": classes, "turns": 1.25})
    radius, angle = np.linalg.norm(x, axis=1), np.arctan2(x[:, 0], x[:, 1])
    expected = 2 * np.pi * (1.25 * radius / 5 + label / classes)
    np.testing.assert_allclose(np.cos(angle - expected), 1, atol=1e-9)
    assert 4.8 < radius.max() <= 5


def test_two_spirals_are_those_of_playground() -> None:
    """Playground: r = i / n * 5, t = 1.75 i / n * 2 pi + delta, (r sin t, r cos t), delta 0 and pi."""
    x, label = shapes.spirals(ROWS, 0, {"turns": 1.75})
    share = np.linalg.norm(x, axis=1) / 5
    angle = 1.75 * share * 2 * np.pi + np.pi * label
    np.testing.assert_allclose(x, np.column_stack((5 * share * np.sin(angle), 5 * share * np.cos(angle))), atol=1e-9)


def test_moons_are_those_of_scikit_learn() -> None:
    x, label = shapes.moons(ROWS, 0, {})
    theirs, their_label = datasets.make_moons(4000, noise=None, random_state=0)
    theirs = (theirs - [0.5, 0.25]) * (5 / 1.5)
    for number in (0, 1):
        away = np.linalg.norm(x[label == number][:, None] - theirs[their_label == number][None], axis=2).min(axis=1)
        assert away.max() < 0.01


@pytest.mark.parametrize("side", [2, 3, 4, 7])
def test_checkerboard(side: int) -> None:
    x, label = shapes.checkerboard(1000, 0, {"squares": side})
    cell = np.floor((x + 5) / (10 / side)).astype(int)
    assert (cell.min(), cell.max()) == (0, side - 1)
    assert (cell.sum(axis=1) % 2 == label).all()
    for number in (0, 1):
        _, counts = np.unique(cell[label == number], axis=0, return_counts=True)
        assert counts.max() - counts.min() <= 1
    inside = (x + 5) % (10 / side)
    assert inside.min() >= shapes.EDGE - 1e-9
    assert inside.max() <= 10 / side - shapes.EDGE + 1e-9


@pytest.mark.parametrize(("classes", "dimensions"), [(2, 1), (4, 3), (10, 2), (3, 100)])
def test_blobs(classes: int, dimensions: int) -> None:
    x, label = shapes.blobs(1000 * classes, 1, {"classes": classes, "dimensions": dimensions, "spread": 0.5})
    centres = np.array([x[label == number].mean(axis=0) for number in range(classes)])
    spread = np.concatenate([x[label == number] - centres[number] for number in range(classes)]).std()
    assert x.shape == (1000 * classes, dimensions)
    assert spread == pytest.approx(0.5, rel=0.05)
    apart = np.linalg.norm(centres[:, None] - centres[None], axis=2)
    assert apart[~np.eye(classes, dtype=bool)].min() > 1.0


def test_blobs_look_like_those_of_scikit_learn() -> None:
    """The same centres and spread: the same means and covariances to within chance."""
    x, label = shapes.blobs(6000, 5, {"classes": 3, "dimensions": 2, "spread": 0.8})
    centres = np.array([x[label == number].mean(axis=0) for number in range(3)])
    theirs, their_label = datasets.make_blobs([2000] * 3, centers=centres, cluster_std=0.8, random_state=0)
    for number in range(3):
        np.testing.assert_allclose(np.cov(x[label == number].T), np.cov(theirs[their_label == number].T), atol=0.08)
