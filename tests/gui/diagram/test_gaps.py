"""Gaps between layers: a point, the layer that it comes before, and back."""

from dataclasses import replace

import pytest

from flux_gui.gui.diagram.gaps import BEHIND, gap_at, gap_x, stations
from flux_gui.gui.diagram.layout import arrange
from flux_gui.gui.diagram.picture import StepPicture
from networks import network


def test_every_gap_is_found_where_it_is_marked() -> None:
    picture = network((2, 4, 4, 1))
    layers = tuple(replace(layer, index=place) for layer, place in zip(picture.layers, (0, 2, 3), strict=True))
    picture = replace(picture, layers=layers, steps=(StepPicture("drop", 1, "Dropout", 1),))
    plan = arrange(picture, 700, 500, 80, 80)
    places = stations(picture, plan)
    assert [place.id for place in places] == ["layer0", "drop", "layer1", "layer2"]
    first = plan.columns[0].x
    for index in range(5):
        assert gap_at(places, gap_x(places, first, index)) == index
    assert gap_x(places, first, 4) == pytest.approx(places[-1].x + BEHIND)
    assert gap_at(places, -1e3) == 0


def test_a_network_without_layers_has_one_gap() -> None:
    assert gap_at((), 5.0) == 0
