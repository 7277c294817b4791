"""Bands and the line of a gap: there when wanted, gone with the scene they were in."""

from flux_gui.gui.diagram.items import ColumnBand
from flux_gui.gui.diagram.layout import arrange
from flux_gui.gui.diagram.marks import GapMark, Marks
from flux_gui.gui.diagram.scene import NetworkScene
from networks import network


def test_marks_come_and_go(qapp: object) -> None:
    picture = network((2, 4, 4, 1))
    plan = arrange(picture, 700, 500, 80, 80)
    scene = NetworkScene()
    marks = Marks(scene)
    scene.built.connect(marks.forget)
    scene.build(picture, plan)

    def of(kind: type) -> int:
        return sum(isinstance(item, kind) for item in scene.items())

    marks.show_bands((1, 2), plan)
    marks.show_gap(120.0, plan)
    marks.show_gap(150.0, plan)
    assert (of(ColumnBand), of(GapMark), marks.gap()) == (2, 1, 150.0)
    marks.show_bands((3,), plan)
    marks.show_gap(None, plan)
    marks.show_gap(None, plan)
    assert (of(ColumnBand), of(GapMark), marks.gap()) == (1, 0, None)
    marks.show_gap(99.0, plan)
    scene.build(picture, plan)
    assert (of(ColumnBand), of(GapMark), marks.gap()) == (0, 0, None)
    marks.show_bands((1,), plan)
    assert of(ColumnBand) == 1
