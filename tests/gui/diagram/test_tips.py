"""What is said about the thing under the pointer."""

from PySide6.QtCore import QPointF

from flux_gui.gui.diagram.layout import arrange
from flux_gui.gui.diagram.scene import NetworkScene
from flux_gui.gui.diagram.tips import HOW, told
from networks import network


def test_a_title_tells_what_the_layer_is_and_what_can_be_done(qapp: object) -> None:
    picture = network((2, 4, 1))
    scene = NetworkScene()
    scene.build(picture, arrange(picture, 600, 500, 80, 80))
    assert told(picture, scene, scene.headers[1].pos(), 1) == f"{picture.layers[0].title}\n{HOW}"
    assert told(picture, scene, scene.headers[0].pos(), 0) == "Inputs: x0, x1"
    assert told(picture, scene, QPointF(3, 490), -1) == ""
