"""A chip states a fact and why."""

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from flux_gui.gui.widgets import Chip, FlowRow


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


def test_a_chip_that_says_more_than_there_is_room_for_widens_nothing(qtbot: QtBot) -> None:
    row = FlowRow()
    qtbot.addWidget(row)
    chip = Chip("127 missing \u2192 median or most frequent, and more words than fit", "why")
    chip.setClickable()
    row.addWidget(chip)
    row.resize(150, 40)
    row.show()
    row.layout().activate()
    assert row.minimumSizeHint().width() < 100
    assert chip.width() <= 150 < chip.sizeHint().width()
    assert chip.text().startswith("127")
    assert not chip.grab().isNull()
