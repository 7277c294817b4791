"""Tab goes through the window in reading order."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from flux_gui.gui.tab_order import by_column, by_line, neighbour, stops
from person import Person


def fields(qtbot: QtBot, places: dict[str, tuple[int, int]]) -> QWidget:
    box = QWidget()
    qtbot.addWidget(box)
    inside = QWidget(box)
    for one in (box, inside):
        one.resize(400, 300)
    for name, (x, y) in places.items():
        field = QLineEdit(inside)
        field.setObjectName(name)
        field.setGeometry(x, y, 60, 20)
    with qtbot.waitExposed(box):
        box.show()
    return box


def names(widgets: list[QWidget]) -> list[str]:
    return [widget.objectName() for widget in widgets]


def test_lines_and_columns(qtbot: QtBot) -> None:
    box = fields(qtbot, {"d": (200, 100), "a": (0, 0), "c": (0, 101), "b": (200, 2)})
    assert names(stops([(box, by_line)])) == ["a", "b", "c", "d"]
    assert names(stops([(box, by_column)])) == ["a", "c", "b", "d"]


def test_neighbours_go_round_and_pass_over_what_is_off(qtbot: QtBot) -> None:
    box = fields(qtbot, {"a": (0, 0), "b": (100, 0), "c": (200, 0)})
    a, b, c = box.findChildren(QLineEdit)
    b.setEnabled(False)
    parts = [(box, by_line)]
    assert neighbour(parts, a, forward=True) is c
    assert neighbour(parts, c, forward=True) is a
    assert neighbour(parts, a, forward=False) is c
    assert neighbour(parts, None, forward=True) is a
    assert neighbour([], a, forward=True) is None


def test_the_window_is_read_from_top_to_bottom(person: Person) -> None:
    person.click("panel.model.add_layer")
    assert person.find("model.layers.0.units").y() >= 0
    person.window.run_bar.reset.setFocus()
    seen: list[str] = []
    while (now := QApplication.focusWidget()) is not None and now.objectName() not in seen[:1]:
        if now.objectName():
            seen.append(now.objectName())
        person.bot.keyClick(now, Qt.Key.Key_Tab)
    wanted = [
        "run_bar.train.reset",
        "run_bar.training.optimiser.eta",
        "data.source.formula",
        "data.source.train",
        "model.layers.0.units",
        "panel.model.add_layer",
        "training.loss",
        "training.epochs",
        "panel.verify.run",
        "diagram.add_layer.0",
        "diagram.model.layers.0.units",
        "model.layers.0.activation",
        "diagram.add_layer.1",
        "parameter.key",
        "parameter.value",
        "drawer.parameters",
    ]
    assert [name for name in seen if name in wanted] == wanted
