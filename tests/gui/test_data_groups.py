"""The folded groups of the Data section: what they show, what they report, and what their headers say."""

from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from flux_gui.core.paths import resource
from flux_gui.document import edits
from flux_gui.document.project import Project
from flux_gui.gui.data_groups import FEATURES, PrepareGroup, SplitGroup
from flux_gui.gui.widgets import Chip
from flux_gui.specs import GeneratedData


def iris() -> Project:
    return edits.project_from_file(resource("samples", "iris.csv"))


def test_prepare_follows_the_source(qtbot: QtBot) -> None:
    group = PrepareGroup()
    qtbot.addWidget(group)
    group.show_project(edits.line_example())
    assert group.form.paths() == []  # nobody sees them yet
    group.setExpanded(True)
    assert group.form.paths() == ["data.prepare.scale_inputs", "data.prepare.scale_target", FEATURES]
    group.show_project(edits.set_value(iris(), "data.prepare.missing", "constant"))
    assert group.form.paths() == [
        "data.prepare.scale_inputs",
        "data.prepare.missing",
        "data.prepare.missing_constant",
        "data.prepare.missing_indicator",
        FEATURES,
    ]
    assert group.summary() == "standardised \u00b7 a constant"


def test_features_as_text_and_as_tiles(qtbot: QtBot) -> None:
    group, edited = PrepareGroup(), list[Any]()
    qtbot.addWidget(group)
    group.setExpanded(True)
    group.show()
    group.edited.connect(lambda *what: edited.append(what))
    project = edits.set_value(iris(), FEATURES, ("sepal_length^2", "sin(petal_width)"))
    group.show_project(project)
    assert group.form.values()[FEATURES] == "sepal_length^2, sin(petal_width)"
    assert group.summary() == "standardised \u00b7 2 features"
    wide = edits.project_from_generator(GeneratedData())
    group.show_project(wide)
    qtbot.waitUntil(lambda: any(chip.isVisible() for chip in group.tiles.findChildren(Chip)))
    tiles = {chip.text(): chip for chip in group.tiles.findChildren(Chip) if chip.isVisibleTo(group)}
    assert "x1^2" in tiles
    qtbot.mouseClick(tiles["x1^2"], Qt.MouseButton.LeftButton)
    assert edited == [(FEATURES, ("x1^2",))]
    group.show_project(edits.set_value(wide, FEATURES, ("x1^2",)))
    lit = next(chip for chip in group.tiles.findChildren(Chip) if chip.text() == "x1^2" and chip.property("kind") == "on")
    qtbot.mouseClick(lit, Qt.MouseButton.LeftButton)
    assert edited[-1] == (FEATURES, ())


def test_split_follows_the_method(qtbot: QtBot) -> None:
    group = SplitGroup()
    qtbot.addWidget(group)
    group.setExpanded(True)
    group.show_project(iris())
    assert group.form.paths() == [
        "data.source.split_column",
        "data.split.method",
        "data.split.validation",
        "data.split.test",
        "data.split.stratified",
        "data.split.seed",
    ]
    assert group.summary() == "105 / 23 / 22"
    group.show_project(edits.set_value(iris(), "data.split.method", "order"))
    assert "data.split.seed" not in group.form.paths()
    assert group.summary().endswith("in order")


def test_files_of_their_own(qtbot: QtBot, tmp_path: Path) -> None:
    group, asked = SplitGroup(), list[Any]()
    qtbot.addWidget(group)
    group.setExpanded(True)
    group.fileWanted.connect(asked.append)
    group.edited.connect(lambda *what: asked.append(what))
    group.show_project(iris())
    row = group.files["test"]
    qtbot.mouseClick(row.button, Qt.MouseButton.LeftButton)
    assert asked == ["data.source.test"]
    more = tmp_path / "more.csv"
    more.write_text(resource("samples", "iris.csv").read_text())
    project = edits.set_value(iris(), "data.source.test", str(more))
    group.show_project(project)
    assert row.name.text() == "more.csv"
    assert group.summary().endswith("files of their own")
    qtbot.mouseClick(row.button, Qt.MouseButton.LeftButton)
    assert asked[-1] == ("data.source.test", "")
