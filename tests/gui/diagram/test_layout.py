"""Where nodes stand and which edges are drawn: inside the view, apart from each other, never too many."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flux_gui.gui.diagram.layout import MOST_EDGES, MOST_NODES, SLAB, arrange, chosen_edges, chosen_units, slabs_width
from flux_gui.gui.diagram.picture import LayerPicture, NetworkPicture, StepPicture
from networks import network

sizes = st.lists(st.integers(1, 40), min_size=2, max_size=7)


@given(sizes, st.floats(400, 1400), st.floats(300, 900))
def test_everything_stands_inside_and_apart(units: list[int], width: float, height: float) -> None:
    plan = arrange(network(units), width, height, 76, 80)
    assert plan.width >= width
    xs = [column.x for column in plan.columns]
    assert all(b - a >= 90 for a, b in itertools.pairwise(xs))
    assert xs[0] >= 70
    assert xs[-1] <= plan.width - 70
    for column in plan.columns:
        assert all(b - a >= column.side for a, b in zip(column.ys, column.ys[1:], strict=False))
        assert column.ys[0] - column.side / 2 > plan.header
        assert column.bottom < plan.foot


@given(sizes)
def test_never_too_many_edges(units: list[int]) -> None:
    picture = network(units)
    chosen = chosen_units(picture)
    edges = chosen_edges(picture, chosen)
    assert sum(len(e.rows) for e in edges) < MOST_EDGES
    assert all(len(e.rows) for e in edges)
    for one, before, after in zip(edges, chosen, chosen[1:], strict=False):
        assert set(one.rows.tolist()) <= set(after.tolist())
        assert set(one.columns.tolist()) <= set(before.tolist())


def test_strongest_last_and_weakest_left_out() -> None:
    picture = network((12,) * 8)
    for layer, edges in zip(picture.layers, chosen_edges(picture, chosen_units(picture)), strict=True):
        assert layer.weight is not None
        size = np.abs(layer.weight[edges.rows, edges.columns])
        assert np.all(np.diff(size) >= 0)
        assert size[-1] == np.abs(layer.weight).max()


def test_equal_weights_are_cut_too() -> None:
    layers = tuple(LayerPicture(f"l{i}", i, "", 12, "", np.ones((12, 12)), np.zeros(12)) for i in range(7))
    picture = NetworkPicture(tuple("abcdefghijkl"), layers)
    assert sum(len(e.rows) for e in chosen_edges(picture, chosen_units(picture))) < MOST_EDGES


def test_wide_layers_show_the_strongest() -> None:
    picture = network((3, 100, 1))
    weight = picture.layers[0].weight
    assert weight is not None
    weight[57] = 100.0
    chosen = chosen_units(picture)
    assert [len(c) for c in chosen] == [3, MOST_NODES, 1]
    assert 57 in chosen[1]
    plan = arrange(picture, 656, 600, 76, 80)
    assert plan.columns[1].hidden == 88


def test_layers_without_weights_connect_straight() -> None:
    softmax = LayerPicture("s", 1, "softmax", 3)
    dense = network((2, 3)).layers[0]
    picture = NetworkPicture(("a", "b"), (dense, softmax))
    edges = chosen_edges(picture, chosen_units(picture))[1]
    assert edges.rows.tolist() == edges.columns.tolist() == [0, 1, 2]


@pytest.mark.parametrize(("units", "size"), [((2, 2), 12), ((2,) * 8, 9)])
def test_titles_shrink_in_deep_networks(units: tuple[int, ...], size: int) -> None:
    assert arrange(network(units), 656, 600, 76, 80).title_size == size


def test_single_nodes_are_large() -> None:
    line = arrange(network((1, 1)), 656, 560, 76, 80)
    assert 72 <= line.columns[0].side <= 84
    assert arrange(network((2, 1)), 656, 560, 76, 80).columns[0].side < 72


def test_steps_stand_behind_their_column_and_take_room() -> None:
    plain = network((3, 8, 2))
    steps = tuple(StepPicture(f"s{k}", 1 + k, "Dropout 0.5", 1) for k in range(3))
    stepped = replace(plain, steps=steps)
    before, after = (arrange(picture, 656, 600, 80, 80) for picture in (plain, stepped))
    assert before.slabs == ()
    assert [slab.id for slab in after.slabs] == ["s0", "s1", "s2"]
    column, following = after.columns[1], after.columns[2]
    xs = [slab.x for slab in after.slabs]
    assert column.x + column.side / 2 < xs[0] < xs[1] < xs[2] < following.x - following.side / 2
    assert slabs_width(stepped, 1) > 3 * SLAB
    assert slabs_width(stepped, 0) == 0
    assert all(slab.height >= column.ys[-1] - column.ys[0] for slab in after.slabs)


def test_a_layer_that_changes_the_width_is_joined_to_all() -> None:
    layers = (LayerPicture("p", 0, "Parallel", 4), LayerPicture("o", 1, "Dense", 1, "", np.ones((1, 4)), np.zeros(1)))
    picture = NetworkPicture(("a", "b"), layers)
    edges = chosen_edges(picture, chosen_units(picture))
    assert len(edges[0].rows) == 8


def test_the_last_column_is_larger_where_there_is_room() -> None:
    for units in ((2, 8, 8, 1), (4, 8, 3)):
        plan = arrange(network(units), 1000, 700, 76, 80)
        assert plan.columns[-1].side > plan.columns[1].side
    small = arrange(network((4, 12, 12)), 656, 500, 76, 80)
    assert small.columns[-1].side >= small.columns[1].side


def test_deep_networks_keep_a_least_width() -> None:
    plan = arrange(network((2, *[8] * 39, 1)), 656, 600, 76, 80)
    assert plan.width > 40 * 90
    assert arrange(network((2, 4096, 1)), 400, 600, 76, 80).step >= 112
