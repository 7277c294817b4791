"""The row that pictures and maths are about."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from flux_gui.document import edits
from flux_gui.gui.chosen_row import ChosenRow
from person import Person


@pytest.fixture
def chosen(qtbot: QtBot) -> ChosenRow:
    return ChosenRow()


def test_it_begins_with_the_first_training_row(chosen: ChosenRow) -> None:
    assert chosen.inputs.shape == (0,)
    chosen.choose("train", 3)
    assert (chosen.part, chosen.row) == ("train", 0)  # there are no data yet
    project = edits.project_from_sample("iris")
    chosen.show_project(project)
    assert (chosen.part, chosen.row) == ("train", 0)
    np.testing.assert_array_equal(chosen.inputs, project.dataset.parts["train"].x[0])
    assert chosen.title == f"sample 1 of {len(project.dataset.parts['train'])} (training)"


def test_choosing_tells_once_and_stays_inside(qtbot: QtBot, chosen: ChosenRow) -> None:
    project = edits.project_from_sample("iris")
    chosen.show_project(project)
    with qtbot.waitSignal(chosen.changed):
        chosen.choose("validation", 10_000)
    assert chosen.row == len(project.dataset.parts["validation"]) - 1
    with qtbot.assertNotEmitted(chosen.changed):
        chosen.choose("validation", 20_000)
    chosen.choose("train", -4)
    assert (chosen.part, chosen.row) == ("train", 0)


def test_an_empty_part_gives_way_to_the_training_rows(chosen: ChosenRow) -> None:
    chosen.show_project(edits.line_example())
    assert chosen.count("validation") == 0
    chosen.choose("validation", 2)
    assert (chosen.part, chosen.row) == ("train", 2)


def test_it_follows_its_row_of_the_table_through_another_split(qtbot: QtBot, chosen: ChosenRow) -> None:
    project = edits.project_from_sample("iris")
    chosen.show_project(project)
    chosen.choose("train", 7)
    place = project.dataset.parts["train"].rows[7]
    for seed in range(1, 5):
        with qtbot.waitSignal(chosen.changed):
            project = edits.set_value(project, "data.split.seed", seed)
            chosen.show_project(project)
        now = project.dataset.parts[chosen.part].rows[chosen.row]
        if place in project.dataset.parts["test"].rows:
            break  # sealed: another row stands in for it
        assert now == place
    assert chosen.part in ("train", "validation")


def test_the_same_data_change_nothing(qtbot: QtBot, chosen: ChosenRow) -> None:
    project = edits.line_example()
    chosen.show_project(project)
    with qtbot.assertNotEmitted(chosen.changed):
        chosen.show_project(edits.set_value(project, "training.epochs", 7))


def test_a_row_of_the_table_is_chosen_unless_it_is_sealed(qtbot: QtBot, chosen: ChosenRow) -> None:
    chosen.choose_of_table(3)
    project = edits.project_from_sample("iris")
    chosen.show_project(project)
    parts = project.dataset.parts
    chosen.choose_of_table(int(parts["validation"].rows[4]))
    assert (chosen.part, chosen.row) == ("validation", 4)
    with qtbot.assertNotEmitted(chosen.changed):
        chosen.choose_of_table(int(parts["test"].rows[0]))
        chosen.choose_of_table(10_000)


def test_a_click_in_the_table_of_rows_chooses(person: Person) -> None:
    person.click("drawer.rows")
    rows = person.window.rows
    centre = rows.visualRect(rows.rows.index(4, 1)).center()
    person.bot.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=centre)
    assert person.window.chosen_row.title == "sample 5 of 6 (training)"
    assert person.window.stage.strip.maths.text() == "sample 5 of 6 (training)"
