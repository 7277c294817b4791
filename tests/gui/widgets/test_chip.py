"""A chip states a fact and why."""

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from flux_gui.gui.widgets import Chip


def test_chip_tells_fact_and_reason(qtbot: QtBot) -> None:
    chip = Chip("city: ignored", "Nearly every cell is different.", kind="warning")
    qtbot.addWidget(chip)
    assert (chip.text(), chip.toolTip(), chip.property("kind")) == ("city: ignored", "Nearly every cell is different.", "warning")
    plain = Chip("<b>4 inputs</b>")
    qtbot.addWidget(plain)
    assert plain.toolTip() == plain.text() == "<b>4 inputs</b>"


def test_a_clickable_chip_takes_mouse_and_keys(qtbot: QtBot) -> None:
    chip, still = Chip("4 inputs"), Chip("150 rows")
    for one in (chip, still):
        qtbot.addWidget(one)
    chip.setClickable()
    clicks: list[bool] = []
    chip.clicked.connect(lambda: clicks.append(True))
    still.clicked.connect(lambda: clicks.append(False))
    for one in (chip, still):
        qtbot.mouseClick(one, Qt.MouseButton.LeftButton)
        qtbot.keyClick(one, Qt.Key.Key_Return)
    assert clicks == [True, True]
    assert (chip.text(), chip.accessibleName()) == ("4 inputs", "4 inputs")
    assert not chip.grab().isNull()
