"""The menus of columns: every role and kind, what cannot be chosen and why, and what a choice reports."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QMenu, QWidget
from pytestqt.qtbot import QtBot

from flux_gui.document import edits
from flux_gui.document.project import Project
from flux_gui.gui.column_menu import column_menu, columns_menu
from flux_gui.gui.long_menu import MOST


@pytest.fixture
def project(tmp_path: Path) -> Project:
    path = tmp_path / "t.csv"
    path.write_text(
        "when,a&b,part,y\n" + "".join(f"2024-01-{i % 28 + 1},{i % 7},{'test' if i % 3 else 'train'},{i * 1.5}\n" for i in range(30))
    )
    return edits.project_from_file(path)


def states(menu: QMenu) -> dict[str, str]:
    return {
        action.objectName().rpartition(".")[2]: "now" if action.isChecked() else "can" if action.isEnabled() else action.text()
        for action in menu.actions()
        if action.objectName()
    }


def test_what_can_be_chosen(qtbot: QtBot, project: Project) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    found = [states(column_menu(parent, project, place, lambda *_: None)) for place in range(4)]
    assert (found[0]["ignore"], found[0]["text"], found[0]["category"]) == ("now", "now", "can")
    assert found[0]["input"] == "Input (text: read it as categories first)"
    assert (found[1]["input"], found[1]["target"], found[1]["ignore"], found[1]["text"]) == ("now", "can", "can", "can")
    assert found[1]["split"] == "Split (its cells are not train, validation and test)"
    assert (found[2]["split"], found[2]["input"]) == ("now", "can")
    assert found[3]["ignore"] == "Not used (choose another target first)"


def test_a_choice_is_reported_once(qtbot: QtBot, project: Project) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    edited: list[tuple[str, object]] = []
    menu = column_menu(parent, project, 1, lambda path, value: edited.append((path, value)))
    for action in menu.actions():
        if action.objectName().endswith((".input", ".category")):
            action.trigger()
    assert edited == [("data.source.columns.1.kind", "category")]


def test_all_columns(qtbot: QtBot, project: Project, tmp_path: Path) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    menu = columns_menu(parent, project, lambda *_: None)
    assert [action.text() for action in menu.actions()] == [
        "when   (not used)", "a&&b   (input)", "part   (split)", "y   (target)",
    ]  # fmt: skip
    path = tmp_path / "wide.csv"
    path.write_text(",".join(f"c{i}" for i in range(40)) + "\n" + (",".join("1.5" for _ in range(40)) + "\n") * 9)
    wide = columns_menu(parent, edits.project_from_file(path), lambda *_: None)
    assert len(wide.actions()) == MOST + 2
    rest = wide.actions()[-1].menu()
    assert isinstance(rest, QMenu)
    rest.aboutToShow.emit()
    assert [action.text() for action in rest.actions()][-1] == "c39   (target)"
