"""The menus behind the chips: what is offered, what is refused, and what a choice reports."""

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget
from pytestqt.qtbot import QtBot

from flux_gui.core.paths import resource
from flux_gui.document import edits
from flux_gui.document.project import Project
from flux_gui.gui import data_menus
from flux_gui.gui.reading_keeper import how_read
from flux_gui.specs import FileData, SplitSpec


@pytest.fixture
def iris() -> Project:
    return edits.project_from_file(resource("samples", "iris.csv"))


@pytest.fixture
def parent(qtbot: QtBot) -> QWidget:
    widget = QWidget()
    qtbot.addWidget(widget)
    return widget


def named(menu: QMenu, name: str) -> QAction:
    return next(action for action in menu.actions() if action.objectName() == name)


def test_the_task(parent: QWidget, iris: Project) -> None:
    menu = data_menus.task_menu(parent, iris, lambda *_: None)
    able = {action.objectName().rpartition(".")[2]: action.isEnabled() for action in menu.actions() if action.objectName()}
    assert able == {"": True, "regression": False, "binary": False, "classes": True}


def test_the_split_is_one_setting(parent: QWidget, iris: Project) -> None:
    edited: list[Any] = []
    menu = data_menus.split_menu(parent, iris, lambda *what: edited.append(what))
    next(action for action in menu.actions() if action.text().startswith("80% / 10%")).trigger()
    named(menu, "data.split.method.order").trigger()
    named(menu, "data.split.stratified").trigger()
    next(action for action in menu.actions() if "next seed" in action.text()).trigger()
    assert edited[0] == ("data.split", SplitSpec(0.8, 0.1, 0.1))
    assert edited[1:] == [("data.split.method", "order"), ("data.split.stratified", False), ("data.split.seed", 1)]
    for path, value in edited:
        assert edits.set_value(iris, path, value) is not iris


def test_scaling_and_missing_cells(parent: QWidget, iris: Project) -> None:
    edited: list[Any] = []
    named(data_menus.scaling_menu(parent, iris, lambda *what: edited.append(what)), "data.prepare.scale_inputs.minmax").trigger()
    named(data_menus.missing_menu(parent, iris, lambda *what: edited.append(what)), "data.prepare.missing.drop").trigger()
    named(data_menus.missing_menu(parent, iris, lambda *what: edited.append(what)), "data.prepare.missing_indicator").trigger()
    assert edited == [("data.prepare.scale_inputs", "minmax"), ("data.prepare.missing", "drop"), ("data.prepare.missing_indicator", True)]


def test_the_target_comes_first_among_the_columns(parent: QWidget, iris: Project) -> None:
    menu = data_menus.inputs_menu(parent, iris, lambda *_: None)
    texts = [action.text() for action in menu.actions() if action.text()]
    assert texts[0] == "Predict   (species)"
    assert len(texts) == 6


def test_how_the_file_is_read(parent: QWidget, iris: Project) -> None:
    source = iris.spec.data.source
    assert isinstance(source, FileData)
    how, edited = how_read(source), []
    for option in how.options:
        menu = data_menus.reading_menu(parent, option, how, "", lambda *what: edited.append(what))
        checked = [action.objectName() for action in menu.actions() if action.isChecked()]
        assert checked == [f"data.source.reading.{option}.{getattr(how.reading, option)}"]
    menu = data_menus.reading_menu(parent, "delimiter", how, ",", lambda *what: edited.append(what))
    next(action for action in menu.actions() if action.text() == "Find out by itself").trigger()
    assert edited == [("data.source.reading.delimiter", "")]


def test_columns_that_could_be_the_target(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("when,part,a,y\n" + "".join(f"2024-01-{i + 1},{'test' if i % 3 else 'train'},{i % 7},{i * 1.5}\n" for i in range(28)))
    project = edits.project_from_file(path)
    assert [offer.value for offer in data_menus.could_be(project, "target")] == ["part", "a", "y"]
    assert [offer.value for offer in data_menus.could_be(project, "split")] == ["part"]


def test_names_of_encodings() -> None:
    assert data_menus.encoding_name("cp1252") == "Windows-1252"
    assert data_menus.encoding_name("utf-8-sig") == "UTF-8"
