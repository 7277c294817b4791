"""What is painted: shown silently, chosen with a click."""

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from flux_gui.gui.paint_form import PaintForm
from flux_gui.specs import PaintedData


def test_kinds(qtbot: QtBot) -> None:
    form, seen = PaintForm(), []
    qtbot.addWidget(form)
    form.kindChosen.connect(seen.append)
    form.show_source(PaintedData(()))
    assert form.kind.value() == "curve"
    assert "plot" in form.hint.text()
    form.show_source(PaintedData())
    assert seen == []
    qtbot.mouseClick(form.kind.button("curve"), Qt.MouseButton.LeftButton)
    assert seen == ["curve"]
