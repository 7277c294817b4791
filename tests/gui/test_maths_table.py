"""The table of a neuron's terms."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from flux_gui.document import edits
from flux_gui.gui.addresses import addresses
from flux_gui.gui.maths_table import COLUMNS, MathsTable, numbers
from flux_gui.runtime.explain import Neuron
from flux_gui.runtime.maths_probe import Maths, MathsWish, RestingMaths

PROJECT = edits.project_from_sample("iris")
NAMES = (*PROJECT.dataset.input_names, "bias")


def maths(unit: int = 2, row: int = 4) -> Maths:
    return RestingMaths(PROJECT)(MathsWish(Neuron(0, unit, "train", row), step=True))


def places(unit: int = 2) -> np.ndarray:
    found = [addresses(PROJECT).find(0, "weight", unit, column) for column in range(4)] + [addresses(PROJECT).find(0, "bias", unit, 0)]
    return np.array([one.index for one in found if one is not None])


@pytest.fixture
def table(qtbot: QtBot) -> MathsTable:
    made = MathsTable()
    qtbot.addWidget(made)
    found = maths()
    assert found.neuron is not None
    made.terms.show_neuron(NAMES, places(), found.neuron, found.step)
    return made


def test_the_model_is_sound(table: MathsTable, qtmodeltester: ModelTester) -> None:
    qtmodeltester.check(table.terms)


def test_the_products_sum_to_z_and_the_gradients_are_those_of_the_batch() -> None:
    found, at = maths(), places()
    assert found.neuron is not None
    assert found.step is not None
    made = numbers(found.neuron, found.step, at)
    assert made[:, 2].sum() == pytest.approx(found.neuron.z, rel=1e-5)
    np.testing.assert_allclose(made[:-1, 3], found.neuron.gradient, rtol=1e-6)
    np.testing.assert_array_equal(made[:, 4], found.step.gradient[at])
    np.testing.assert_allclose(made[:, 6] - made[:, 5], found.step.before[at], rtol=1e-5)
    assert np.isnan(numbers(found.neuron, None, at)[:, 4:]).all()


def test_rows_are_inputs_and_the_bias(table: MathsTable) -> None:
    model = table.terms
    assert [model.index(row, 0).data() for row in range(model.rowCount())] == list(NAMES)
    assert model.index(4, 1).data() == "1"
    assert all(model.headerData(i, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole) for i in range(len(COLUMNS)))
    assert model.index(0, 6).data()[0] in "+\u2212"
    assert model.parameter(4) == places()[4]
    assert model.row_of(int(places()[1])) == 1
    assert model.row_of(10_000) == -1


def test_sorting_keeps_rows_together(table: MathsTable) -> None:
    model = table.terms
    before = {model.index(row, 0).data(): model.parameter(row) for row in range(5)}
    model.sort(3, Qt.SortOrder.DescendingOrder)
    values = [float(model.index(row, 3).data().replace("\u2212", "-")) for row in range(5)]
    assert values == sorted(values, reverse=True)
    assert {model.index(row, 0).data(): model.parameter(row) for row in range(5)} == before
    model.sort(-1)
    assert [model.index(row, 0).data() for row in range(5)] == list(NAMES)


def test_other_numbers_of_the_same_neuron_keep_the_selection(table: MathsTable, qtbot: QtBot) -> None:
    table.select(int(places()[3]))
    other = maths(row=9)
    assert other.neuron is not None
    with qtbot.waitSignal(table.terms.dataChanged), qtbot.assertNotEmitted(table.terms.modelReset):
        table.terms.show_neuron(NAMES, places(), other.neuron, other.step)
    assert table.currentIndex().row() == 3
    table.select(-5)
    assert not table.selectionModel().hasSelection()
    table.terms.clear()
    assert table.terms.rowCount() == 0


def test_a_click_picks_the_parameter_and_a_selection_from_outside_does_not(table: MathsTable, qtbot: QtBot) -> None:
    table.resize(700, 240)
    with qtbot.waitExposed(table):
        table.show()
    with qtbot.assertNotEmitted(table.picked):
        table.select(int(places()[1]))
    with qtbot.waitSignal(table.picked) as caught:
        qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=table.visualRect(table.terms.index(2, 3)).center())
    assert caught.args == [places()[2]]


def test_a_click_on_a_title_sorts_and_says_so(table: MathsTable) -> None:
    def title(column: int) -> str:
        return str(table.terms.headerData(column, Qt.Orientation.Horizontal))

    plain, names = title(3), [table.terms.index(row, 0).data() for row in range(5)]
    seen = []
    for _ in range(3):
        table.horizontalHeader().sectionClicked.emit(3)
        seen.append((title(3), [table.terms.index(row, 0).data() for row in range(5)]))
    assert [text for text, _ in seen] == [f"\u2193 {plain}", f"\u2191 {plain}", plain]
    assert seen[0][1] == seen[1][1][::-1]
    assert seen[2][1] == names
