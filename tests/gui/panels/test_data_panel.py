"""Section 1: the fields of each source and the facts about the data."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton

from flux_gui.gui.widgets import Chip
from person import Person


def chips(person: Person) -> list[str]:
    return [chip.text() for chip in person.window.data_panel.chips.findChildren(Chip) if chip.isVisible()]


def test_a_formula(person: Person) -> None:
    person.until(lambda: chips(person) == ["regression", "6 train · 5 test"])
    person.type("data.source.train", "0:1:0.1")
    person.until(lambda: chips(person) == ["regression", "11 train · 5 test"])
    person.type("data.source.noise", "0,5")
    assert person.project.spec.data.source.noise == 0.5
    person.type("data.source.seed", "3")
    assert person.project.spec.data.source.seed == 3


def test_a_file(person: Person, tmp_path: Path) -> None:
    file = tmp_path / "houses.csv"
    rows = [f"{40 + i},{i % 4},{'north' if i % 2 else 'south'},{1000 + 13 * i},note {i} of a kind" for i in range(40)]
    file.write_text("area,rooms,side,price,remark\n" + "\n".join(rows) + "\n")
    person.window.files.open_path(file)
    person.until(lambda: person.project.spec.name == "houses")
    person.choose("data.source.target", "price")
    assert person.project.dataset.task == "regression"
    person.until(lambda: "remark ignored" in chips(person))
    person.click("panel.data.split")
    person.type("data.split.test", "0.5")
    assert len(person.project.dataset.parts["test"].x) == 20
    person.click("panel.data.prepare")
    person.choose("data.prepare.scale_inputs", "none")
    assert person.project.spec.data.prepare.scale_inputs == "none"
    person.choose("data.source.target", "side")
    assert person.project.dataset.task == "binary"
    assert person.find("training.loss").value() == "logitbinarycrossentropy"


def test_only_columns_that_can_serve_are_offered(person: Person, tmp_path: Path) -> None:
    file = tmp_path / "parts.csv"
    file.write_text(
        "part,side,day,y\n" + "".join(f"{'test' if i % 3 else 'train'},{'ab'[i % 2]},2024-01-{i + 1},{i * 1.5}\n" for i in range(28))
    )
    person.window.files.open_path(file)
    person.until(lambda: person.project.spec.name == "parts")
    person.click("panel.data.split")
    split, target = person.find("data.source.split_column"), person.find("data.source.target")
    assert [split.itemData(i) for i in range(split.count())] == ["none", "part"]
    assert split.value() == "part"
    assert [target.itemData(i) for i in range(target.count())] == ["part", "side", "y"]
    assert person.window.data_panel.file_name.text() == "parts.csv"
    assert person.find("panel.data.open").text().startswith("Change file")


@pytest.mark.qt_log_ignore("This plugin does not support")  # offscreen, a menu cannot take the keyboard
def test_chips_open_the_menus_of_columns(person: Person, tmp_path: Path) -> None:
    file = tmp_path / "dates.csv"
    file.write_text("day,a,y\n" + "".join(f"2024-01-{i + 1},{i % 7},{i * 1.5}\n" for i in range(28)))
    person.window.files.open_path(file)
    person.until(lambda: "day ignored" in chips(person))
    for text, name in (("day ignored", "column.menu"), ("1 input \u2192 y", "columns.menu"), ("regression", "menu.data.source.task")):
        chip = next(c for c in person.window.data_panel.chips.findChildren(Chip) if c.text() == text and c.isVisible())
        person.bot.mouseClick(chip, Qt.MouseButton.LeftButton)
        menu = QApplication.activePopupWidget()
        assert menu is not None
        assert menu.objectName() == name
        menu.close()


def test_a_bad_cell_can_be_dealt_with_in_the_window(person: Person, tmp_path: Path) -> None:
    file = tmp_path / "bad.csv"
    file.write_text("a,b,y\n" + "".join(f"{'oops' if i == 3 else i % 5},{i % 7},{i * 1.5}\n" for i in range(28)))
    person.window.files.open_path(file)
    person.until(lambda: "row 5, column 'a'" in person.notice)
    buttons = {b.text(): b for b in person.window.notice.findChildren(QPushButton)}
    person.bot.mouseClick(buttons["Leave the column out"], Qt.MouseButton.LeftButton)
    person.until(lambda: person.project.spec.name == "bad")
    assert person.project.dataset.input_names == ("b",)


def chip(person: Person, name: str) -> Chip:
    person.until(lambda: any(c.isVisible() for c in person.window.data_panel.chips.findChildren(Chip, name)))
    return next(c for c in person.window.data_panel.chips.findChildren(Chip, name) if c.isVisible())


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_how_a_file_is_read_is_one_click_to_change_and_one_to_take_back(person: Person, tmp_path: Path) -> None:
    file = tmp_path / "signs.csv"
    file.write_text("a;b;y\n" + "".join(f"{i},5;{i % 7};{'ja' if i % 2 else 'nein'}\n" for i in range(28)))
    person.window.files.open_path(file)
    person.until(lambda: person.project.spec.name == "signs")
    before = person.project
    assert "has a comma" in chip(person, "chip.reading.decimal").toolTip()
    person.bot.mouseClick(chip(person, "chip.reading.encoding"), Qt.MouseButton.LeftButton)
    menu = QApplication.activePopupWidget()
    assert menu is not None
    next(action for action in menu.actions() if action.objectName() == "data.source.reading.encoding.cp1252").trigger()
    menu.close()
    person.until(lambda: "Windows-1252" in chips(person))
    assert person.project.spec.data.source.reading.encoding == "cp1252"
    assert person.controller.stack.undoText() == "Change how the file is read"
    person.controller.undo()
    assert person.project is before


def test_a_wrong_feature_says_so_beneath_its_field(person: Person) -> None:
    person.click("panel.data.prepare")
    person.type("data.prepare.features", "x^2, foo + 1")
    assert "foo" in person.error_at("data.prepare.features")
    person.type("data.prepare.features", "x^2, sin(x)")
    assert person.error_at("data.prepare.features") == ""
    assert person.project.dataset.input_names == ("x", "x^2", "sin(x)")
    assert "2 features" in person.window.data_panel.prepare.summary()


def test_a_file_without_a_header_is_one_click_away(person: Person, tmp_path: Path) -> None:
    file = tmp_path / "plain.csv"
    file.write_text("".join(f"{i},{i % 7},{i * 1.5}\n" for i in range(28)))
    before = person.project
    person.window.files.open_path(file)
    person.until(lambda: "no recognisable header" in person.notice)
    assert person.project is before
    buttons = {b.text(): b for b in person.window.notice.findChildren(QPushButton)}
    person.bot.mouseClick(buttons["Read without a header"], Qt.MouseButton.LeftButton)
    person.until(lambda: person.project.spec.name == "plain")
    assert person.project.table.names == ("x1", "x2", "x3")
    person.until(lambda: "no header row" in chips(person))
