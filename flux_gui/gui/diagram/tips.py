"""What the picture of the network says about the thing under the pointer."""

from PySide6.QtCore import QPointF

from flux_gui.gui.diagram.picture import NetworkPicture
from flux_gui.gui.diagram.scene import NetworkScene

HOW = "Click to select it, Ctrl or Shift and click for several; drag it elsewhere by its title, double click that to rename it."


def told(picture: NetworkPicture, scene: NetworkScene, point: QPointF, column: int) -> str:
    """Return some lines about what is at a point of the scene, which lies in a column (-1: in none)."""
    step = scene.step_at(point)
    if step:
        return next(one.tip for one in picture.steps if one.id == step)
    place = scene.place_at(point)
    if place is not None:
        return scene.describe(place)
    if column < 0:
        return ""
    if column == 0:
        return f"Inputs: {', '.join(picture.inputs[:12])}"
    layer = picture.layers[column - 1]
    return f"{layer.tip or layer.title}\n{HOW}"
