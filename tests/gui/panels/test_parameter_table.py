"""The table of all parameters."""

import numpy as np
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from flux_gui.document import edits
from flux_gui.gui.panels.parameter_table import ParameterTable


def texts(table: ParameterTable, row: int) -> list[str]:
    model = table.model()
    return [str(model.index(row, column).data()) for column in range(model.columnCount())]


def test_rows_values_and_typing(qtbot: QtBot) -> None:
    table = ParameterTable()
    qtbot.addWidget(table)
    table.parameters.show_project(edits.line_example())
    assert texts(table, 0) == ["0", "weight", "0", "0", "0.906654179", "from x to neuron 0 of layer 0"]
    assert texts(table, 1) == ["0", "bias", "0", "", "0", "added to neuron 0 of layer 0"]
    assert table.parameters.key(1) == "layers.0.bias[0]"
    table.parameters.show_values(np.array([1.0, 2.0], np.float32))
    assert texts(table, 1)[4] == "2"
    value = table.model().index(0, 4)
    assert table.model().flags(value) & Qt.ItemFlag.ItemIsEditable
    with qtbot.waitSignal(table.typed) as typed:
        table.model().setData(value, "7")
    assert typed.args == [0, "7"]
    with qtbot.waitSignal(table.picked) as picked:
        table.selectRow(1)
    assert picked.args == [1]
