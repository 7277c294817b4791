"""Tests of surfaces: places in the square, and heights at places where they are known."""

import math

import numpy as np
import pytest

from flux_gui.data import surfaces


def test_places_fill_the_square() -> None:
    x = surfaces.places(4000, 0)
    assert x.shape == (4000, 2)
    assert np.abs(x).max() <= 6
    counts, _, _ = np.histogram2d(x[:, 0], x[:, 1], bins=4, range=[[-6, 6], [-6, 6]])
    assert counts.min() > 180


def test_plane() -> None:
    x = np.array([[1.0, 2.0], [-6.0, 0.0]])
    assert surfaces.plane(x, {"slope1": 0.1, "slope2": -2.0}).tolist() == pytest.approx([-3.9, -0.6])


def test_hill() -> None:
    x = np.array([[0.0, 0.0], [3.0, 4.0]])
    assert surfaces.hill(x, {"width": 2.0}).tolist() == pytest.approx([1.0, math.exp(-25 / 8)])


def test_hills_have_their_heights() -> None:
    tops = np.array(surfaces.HILLS)
    np.testing.assert_allclose(surfaces.hills(tops[:, :2], {"width": 0.5}), tops[:, 2], atol=1e-4)
    assert sum(height for _, _, height in surfaces.HILLS) == 0


def test_saddle() -> None:
    x = np.array([[6.0, 6.0], [6.0, -6.0], [0.0, 5.0]])
    assert surfaces.saddle(x, {}).tolist() == [2.0, -2.0, 0.0]
