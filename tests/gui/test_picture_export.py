"""The exported picture: every format, every background, the weights that are shown, nothing of the window."""

import numpy as np
import pytest
from PySide6.QtCore import QByteArray, QRectF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer
from pytestqt.qtbot import QtBot

from flux_gui.core.errors import FormatError
from flux_gui.gui.diagram import NetworkView
from flux_gui.gui.diagram.items import NodeItem, TextItem
from flux_gui.gui.diagram.scene import NetworkScene
from flux_gui.gui.picture_export import FORMATS, LARGEST, Sheet, Wish, encoded, image, write
from flux_gui.gui.plots.ranges import short
from flux_gui.gui.theme import DARK, LIGHT, theme
from networks import network

TEXTS = ("a project", "Chain(Dense(3 => 5, tanh), Dense(5 => 2)) \u00b7 epoch 3")


@pytest.fixture
def view(qtbot: QtBot) -> NetworkView:
    made = NetworkView()
    qtbot.addWidget(made)
    made.resize(700, 500)
    made.setNetwork(network((3, 5, 2), inputs=("width", "height", "depth"), outputs=("yes", "no")))
    made.show()
    return made


def sheet(view: NetworkView, **wish: object) -> Sheet:
    scene = view.scene()
    assert isinstance(scene, NetworkScene)
    return Sheet(scene, TEXTS, Wish(**wish))  # type: ignore[arg-type]


def corner(found: QImage) -> str:
    colour = found.pixelColor(3, 3)
    return colour.name() if colour.alpha() else "none"


def test_backgrounds_do_not_depend_on_the_window(view: NetworkView) -> None:
    for colours in (LIGHT, DARK):
        with theme().lent(colours):
            view.setNetwork(network((3, 5, 2)))
            assert corner(image(sheet(view))) == LIGHT.canvas
            assert corner(image(sheet(view, background="dark"))) == DARK.canvas
            assert corner(image(sheet(view, background="none"))) == "none"
            assert theme().colours is colours


def test_a_drawing_is_text_and_looks_like_the_image(view: NetworkView) -> None:
    made = sheet(view)
    svg = encoded(made, ".svg")
    text = svg.decode()
    for word in ("width", "yes", "a project", "epoch 3", "positive weight", "Dense 3", "tanh"):
        assert word in text
    renderer = QSvgRenderer(QByteArray(svg))
    drawn = QImage(renderer.defaultSize(), QImage.Format.Format_ARGB32_Premultiplied)
    drawn.fill(0)
    painter = QPainter(drawn)
    renderer.render(painter)
    painter.end()
    plain = image(made, 1.0).scaled(drawn.size())
    one, other = (np.frombuffer(i.constBits(), np.uint8).astype(float) for i in (drawn, plain.convertToFormat(drawn.format())))
    assert np.abs(one - other).mean() < 6


def test_pages_and_pictures(view: NetworkView) -> None:
    made = sheet(view)
    pdf = encoded(made, ".PDF")
    assert pdf.startswith(b"%PDF")
    assert f"{made.size.width() * 0.75:.0f}".encode() in pdf[:3000] or b"MediaBox" in pdf
    found = QImage.fromData(encoded(made, ".png"))
    assert found.width() == pytest.approx(2 * made.size.width(), abs=2)
    with pytest.raises(FormatError, match=r"written as '\.gif'"):
        encoded(made, ".gif")
    assert list(FORMATS) == [".svg", ".pdf", ".png"]


def test_the_picture_holds_what_is_wished(view: NetworkView) -> None:
    whole, bare = sheet(view), sheet(view, title=False, legend=False)
    assert bare.size.height() < whole.size.height() - 60
    text = encoded(bare, ".svg").decode()
    assert "positive weight" not in text
    assert "width" in text


def test_it_shows_the_weights_of_now_and_no_selection(view: NetworkView) -> None:
    before = image(sheet(view))
    view.selectParameter(0, "weight", 0, 0)
    view.selectLayer("layer1")
    assert image(sheet(view)) == before
    view.setWeights([(-layer.weight, layer.bias) for layer in view.picture.layers])  # type: ignore[union-attr, operator]
    assert image(sheet(view)) != before


def test_its_size_does_not_depend_on_the_window(view: NetworkView) -> None:
    before = image(sheet(view))
    view.resize(1200, 400)
    assert image(sheet(view)) == before


def test_large_networks_stay_within_bounds(view: NetworkView, tmp_path_factory: pytest.TempPathFactory) -> None:
    view.setNetwork(network((20, *[30] * 60, 3)))
    made = sheet(view)
    found = image(made)
    assert max(found.width(), found.height()) <= LARGEST
    assert "strongest of" in encoded(made, ".svg").decode()
    path = tmp_path_factory.mktemp("out") / "net.svg"
    write(made, path)
    assert path.read_bytes().startswith(b"<?xml")


def test_no_label_is_cut(view: NetworkView) -> None:
    made = sheet(view)
    page = QRectF(0, 0, made.size.width(), made.size.height())
    assert page.contains(made.place)
    assert made._legend_width() <= made.size.width()


def test_numbers_stand_where_there_is_room(view: NetworkView) -> None:
    scene = view.scene()
    assert isinstance(scene, NetworkScene)
    made = sheet(view, numbers=True)
    strongest = max(scene.drawn_edges(), key=lambda edge: abs(edge[1]))[1]
    tags = [item for item in made.scene.items() if isinstance(item, TextItem) and item.tag]
    assert len(tags) == made.numbered > 10
    assert short(strongest) in [tag.text() for tag in tags]
    shown = [*tags, *(item for item in made.scene.items() if isinstance(item, NodeItem))]
    boxes = [item.sceneBoundingRect() for item in shown]
    assert not any(
        one.intersects(other) for i, one in enumerate(boxes) for other in boxes[:i] if i < len(tags) or other in boxes[: len(tags)]
    )
    view.setNetwork(network((784, 100, 10)))
    many = sheet(view, numbers=True)
    assert 0 < many.numbered <= 200
    assert "that have room" in encoded(many, ".svg").decode()
