"""The drawn network: values on few parameters, cheap recolouring, finding what was clicked."""

import time

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QApplication

from flux_gui.gui.diagram.layout import arrange
from flux_gui.gui.diagram.picture import NetworkPicture
from flux_gui.gui.diagram.scene import NetworkScene, Place
from networks import network
from unit_values import pictures_of_maps


def drawn(picture: NetworkPicture) -> NetworkScene:
    scene = NetworkScene()
    scene.build(picture, arrange(picture, 656, 600, 76, 80))
    return scene


def test_small_networks_show_their_values(qapp: QApplication) -> None:
    picture = network((1, 1), inputs=("x",))
    scene = drawn(picture)
    scene.setWeights([(np.array([[0.9066542]]), np.array([0.0]))])
    texts = {tag.text() for gap in scene._gaps for tag in gap.tags} | {note.text() for notes in scene._notes for note in notes}
    assert texts == {"w = 0.907", "b = 0"}
    assert scene.nodes[0][0].text == "x"


def test_only_changed_edges_get_a_pen(qapp: QApplication) -> None:
    picture = network((3, 4, 2))
    scene = drawn(picture)
    weights = [(layer.weight, layer.bias) for layer in picture.layers]
    before = [item.pen() for gap in scene._gaps for item in gap.items]
    first = picture.layers[0].weight
    assert first is not None
    changed = first.copy()
    changed[1, 2] = -changed[1, 2]
    scene.setWeights([(changed, picture.layers[0].bias), weights[1]])
    after = [item.pen() for gap in scene._gaps for item in gap.items]
    assert sum(a != b for a, b in zip(before, after, strict=True)) == 1


def test_finds_nodes_edges_and_nothing(qapp: QApplication) -> None:
    picture = network((2, 3, 1))
    scene = drawn(picture)
    node = scene.nodes[1][2]
    assert scene.place_at(node.pos()) == Place(0, "bias", 2, 0)
    assert scene.place_at(scene.nodes[0][0].pos()) is None
    gap = scene._gaps[1]
    x, y = gap.points[1][4]
    found = scene.place_at(QPointF(x, y))
    assert found == Place(1, "weight", int(gap.edges.rows[1]), int(gap.edges.columns[1]))
    assert scene.place_at(QPointF(5, 5)) is None
    assert "weight w =" in scene.describe(found)
    assert "bias b =" in scene.describe(Place(0, "bias", 2, 0))


def test_selection_is_marked(qapp: QApplication) -> None:
    scene = drawn(network((2, 3, 1)))
    scene.select(Place(0, "bias", 1, 0))
    assert [node.selected for node in scene.nodes[1]] == [False, True, False]
    scene.select(Place(0, "weight", 1, 0))
    assert scene._ring is not None
    scene.select(None)
    assert scene._ring is None


def test_infinite_weights_do_no_harm(qapp: QApplication) -> None:
    picture = network((2, 3, 1))
    scene = drawn(picture)
    bad = [(np.full_like(layer.weight, np.nan), np.full_like(layer.bias, np.inf)) for layer in picture.layers]
    scene.setWeights(bad)
    assert scene.limit == 1.0


@pytest.mark.bench
def test_recolouring_is_cheap(qapp: QApplication) -> None:
    picture = network((12,) * 8)
    scene = drawn(picture)
    generator = np.random.default_rng(1)
    frames = [[(generator.normal(size=(12, 12)), generator.normal(size=12)) for _ in range(7)] for _ in range(20)]
    started = time.perf_counter()
    for frame in frames:
        scene.setWeights(frame)
    assert (time.perf_counter() - started) / len(frames) < 0.004


def test_a_weak_selected_edge_is_framed_on_top(qapp: QApplication) -> None:
    scene = drawn(network((2, 8, 1)))
    gap = scene._gaps[0]
    weakest = gap.items[0]
    height = weakest.zValue()
    scene.select(Place(0, "weight", int(gap.edges.rows[0]), int(gap.edges.columns[0])))
    assert scene._ring is not None
    assert weakest.zValue() > scene._ring.zValue() > max(item.zValue() for item in gap.items[1:])
    scene.select(None)
    assert scene._ring is None
    assert weakest.zValue() == height


def test_neurons_keep_their_pictures_when_the_scene_is_built_anew(qapp: QApplication) -> None:
    picture = network((2, 3, 1))
    scene = drawn(picture)
    assert all(node.thumb is None for nodes in scene.nodes for node in nodes)
    scene.setUnits(pictures_of_maps({-1: (0, 1), 0: (0, 2)}))
    assert [node.thumb is not None for node in scene.nodes[1]] == [True, False, True]
    scene.setUnits(pictures_of_maps({1: (0,)}))
    assert scene.nodes[1][0].thumb is not None  # not told of: it keeps what it shows
    scene.setUnits(pictures_of_maps({0: (1,)}))
    scene.build(picture, arrange(picture, 800, 600, 76, 80))
    assert [node.thumb is not None for node in scene.nodes[1]] == [False, True, False]
    scene.setUnits(None)
    assert scene.nodes[1][1].thumb is None


def test_gradients_colour_instead_of_weights(qapp: QApplication) -> None:
    picture = network((2, 8, 1))
    scene = drawn(picture)
    before = [item.pen() for gap in scene._gaps for item in gap.items]
    scene.setGradient(None, wanted=True)
    assert len({item.pen().color().name() for gap in scene._gaps for item in gap.items}) == 1
    gradient = [(0.001 * layer.weight, -0.001 * layer.bias) for layer in picture.layers]  # type: ignore[operator]
    scene.setGradient(gradient, wanted=True)
    assert scene.shows_gradient
    assert scene.limit < 0.01
    other = drawn(picture)
    other.show_like(scene)
    assert other.shows_gradient
    assert other.limit == scene.limit
    scene.setGradient([(np.zeros((9, 9)), None)], wanted=True)  # of another network
    assert scene.limit == 1.0
    scene.setGradient(None, wanted=False)
    assert [item.pen() for gap in scene._gaps for item in gap.items] == before


def test_nodes_are_called_by_name_where_they_have_one(qapp: QApplication) -> None:
    scene = drawn(network((2, 3, 1), inputs=("height", "width"), outputs=("area",)))
    assert scene.node_title(scene.nodes[0][1]) == "input width"
    assert scene.node_title(scene.nodes[1][2]).endswith("neuron 2")
    assert scene.node_title(scene.nodes[2][0]).startswith("area")
    assert scene.node_at(scene.nodes[1][2].pos()) is scene.nodes[1][2]
    assert scene.node_at(QPointF(3, 3)) is None
    assert [scene.layer_index(place) for place in range(3)] == [-1, 0, 1]
