"""A chip states a fact and why."""

from pytestqt.qtbot import QtBot

from flux_gui.gui.widgets import Chip


def test_chip_tells_fact_and_reason(qtbot: QtBot) -> None:
    chip = Chip("city: ignored", "Nearly every cell is different.", kind="warning")
    qtbot.addWidget(chip)
    assert (chip.text(), chip.toolTip(), chip.property("kind")) == ("city: ignored", "Nearly every cell is different.", "warning")
    plain = Chip("<b>4 inputs</b>")
    qtbot.addWidget(plain)
    assert plain.toolTip() == plain.text() == "<b>4 inputs</b>"
