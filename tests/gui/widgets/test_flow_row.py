"""The flow row wraps and can be emptied."""

from pytestqt.qtbot import QtBot

from flux_gui.gui.widgets import Chip, FlowRow


def test_flow_row_wraps_and_clears(qtbot: QtBot) -> None:
    row = FlowRow()
    qtbot.addWidget(row)
    for text in ("classification", "standardised", "4 inputs"):
        row.addWidget(Chip(text, f"why {text}"))
    assert row.heightForWidth(120) > row.heightForWidth(600)
    row.resize(120, 100)
    row.show()
    chips = row.findChildren(Chip)
    assert len({chip.y() for chip in chips}) > 1
    assert chips[0].toolTip() == "why classification"
    row.clear()
    assert not any(chip.isVisible() for chip in row.findChildren(Chip))
