"""The window as a whole: names, sizes, keys, closing, dropping files, notices."""

from collections import Counter
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, QRect, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QWidget

from flux_gui.core.paths import resource
from flux_gui.document import edits, store
from flux_gui.document.values import value_at
from flux_gui.gui.main_window import inside
from flux_gui.gui.widgets import ChoiceField, ErrorNote, Fold, NumberField, TextField, Toggle
from person import Person

OWN = ("qt_", "notice", "chip", "segmented", "pill", "round", "readout", "hint")
PATHS = [
    "data.source.formula",
    "data.source.train",
    "data.source.test",
    "data.source.noise",
    "model.dtype",
    "model.seed",
    "model.layers.0.initialiser",
    "model.layers.0.activation",
    "training.loss",
    "training.optimiser",
    "training.optimiser.eta",
    "training.batch",
    "training.epochs",
    "run_bar.training.optimiser.eta",
    "parameter.key",
    "parameter.value",
]


@pytest.mark.parametrize("path", PATHS)
def test_inputs_are_named_by_their_path_and_for_people(person: Person, path: str) -> None:
    field = person.find(path)
    assert field.accessibleName()
    assert field.toolTip()


def test_no_name_is_given_twice(person: Person) -> None:
    names = [widget.objectName() for widget in person.window.findChildren(QWidget)]
    counts = Counter(name for name in names if name and not name.startswith(OWN))
    assert [name for name, count in counts.items() if count > 1] == []


def test_every_control_explains_itself(person: Person) -> None:
    controls = [w for kind in (QAbstractButton, QComboBox, QLineEdit) for w in person.window.findChildren(kind) if w.isVisible()]
    silent = [w.objectName() or type(w).__name__ for w in controls if not w.toolTip() and not w.objectName().startswith("qt_")]
    assert silent == []


def test_the_least_size_holds_everything(person: Person) -> None:
    person.window.resize(1180, 660)
    assert (person.window.width(), person.window.height()) == (1180, 660)
    assert person.window.stage.view.isVisible()


def test_unsaved_work_is_asked_for_before_closing(person: Person, tmp_path: Path) -> None:
    person.type("training.epochs", "9")
    person.window.close()
    assert person.dialogs.asked == ["Close the window?"]
    assert person.window.isVisible()
    person.dialogs.answers.append("Save")
    person.dialogs.files.append(tmp_path / "kept.flux")
    person.window.close()
    person.until(lambda: not person.window.isVisible())
    assert store.load(tmp_path / "kept.flux").spec.training.epochs == 9


def test_nothing_is_asked_when_nothing_would_be_lost(person: Person) -> None:
    person.window.close()
    assert person.dialogs.asked == []
    assert not person.window.isVisible()


def drop(person: Person, file: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file))])
    event = QDropEvent(QPointF(200, 200), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    person.window.dropEvent(event)


def test_dropped_files_open(person: Person, tmp_path: Path) -> None:
    drop(person, resource("samples", "iris.csv"))
    person.until(lambda: person.project.dataset.task == "classes")
    assert person.find("training.loss").value() == "logitcrossentropy"
    store.save(edits.set_value(edits.line_example(), "training.epochs", 77), tmp_path / "line.flux")
    person.dialogs.answers.append("Do not save")
    drop(person, tmp_path / "line.flux")
    person.until(lambda: person.project.spec.training.epochs == 77)
    assert person.dialogs.asked == ["Open another project?"]


def test_space_in_a_field_does_not_train(person: Person) -> None:
    person.type("data.source.formula", "4 * x + 2")
    assert not person.running
    assert person.project.state.epoch == 0


def test_the_title_says_what_is_open_and_whether_it_is_saved(person: Person) -> None:
    assert person.window.windowTitle() == "line \u2014 Flux"
    person.type("training.epochs", "9")
    assert person.window.title.text() == "line* \u2014 Flux"


def test_a_notice_stays_until_something_is_done(person: Person) -> None:
    person.window.show_notice("error", "No.", "Do this.")
    assert person.notice == "No. Do this."
    person.type("training.epochs", "9")
    assert person.notice == ""


def test_sizes_are_remembered(person: Person) -> None:
    person.window.columns.setSizes([300, 500, 480])
    before = person.window.columns.sizes()
    person.window.close_now()
    assert person.window.settings.blob("columns") is not None
    person.window.columns.setSizes([235, 656, 387])
    person.window.restore_sizes()
    assert person.window.columns.sizes() == before


def test_the_title_and_suggested_names_follow_the_file(person: Person, tmp_path: Path) -> None:
    person.dialogs.files.append(tmp_path / "my net.flux")
    person.window.files.save_as()
    assert person.window.windowTitle() == "my net \u2014 Flux"
    person.type("training.epochs", "9")
    assert person.window.windowTitle() == "my net* \u2014 Flux"
    assert person.window.files._start(".npz").endswith("my net.npz")


def test_a_failed_save_is_said_until_a_save_succeeds(person: Person, tmp_path: Path) -> None:
    person.controller.save(tmp_path / "gone" / "line.flux")
    assert person.notice
    person.type("training.epochs", "9")
    assert person.notice
    person.controller.save(tmp_path / "line.flux")
    assert person.notice == ""
    person.controller.save(tmp_path / "gone" / "line.flux")
    person.controller.new_project()
    assert person.notice == ""


def test_going_on_ends_what_was_said_about_the_end(person: Person) -> None:
    person.trains()
    person.click("run_bar.train.toggle")
    assert "201" in person.notice
    person.click("run_bar.train.step_epoch")
    person.until(lambda: not person.running)
    assert person.notice == ""
    assert person.window.run_bar.epoch.text() == "Epoch <b>202</b> \u00b7 201 were planned"


def test_the_same_formula_again_is_right_again(person: Person) -> None:
    before = person.find("data.source.formula").text()
    person.type("data.source.formula", "")
    assert person.error_at("data.source.formula")
    person.type("data.source.formula", before)
    assert person.error_at("data.source.formula") == ""


def test_another_project_forgets_what_was_refused(person: Person) -> None:
    person.type("data.source.formula", "4*x +")
    person.type("training.epochs", "-5")
    person.type("parameter.value", "much")
    person.type("run_bar.training.optimiser.eta", "-1")
    person.controller.new_project()
    for name in ("data.source.formula", "training.epochs", "parameter.value", "run_bar.training.optimiser.eta"):
        assert person.error_at(name) == ""
    assert person.find("data.source.formula").text() == "4*x + 2"
    assert person.find("training.epochs").text() == "201"
    assert person.window.all_valid()


def test_wrong_fields_without_a_form_say_why(person: Person) -> None:
    for name in ("run_bar.training.optimiser.eta", "parameter.value"):
        person.type(name, "much")
        notes = [note.text() for note in person.window.findChildren(ErrorNote) if note.isVisible()]
        assert notes == [person.error_at(name)]
        person.type(name, "0.5")


@pytest.mark.parametrize("size", [(1180, 660), (1280, 800), (800, 600), (3000, 2000)])
def test_the_window_fits_the_screen(size: tuple[int, int]) -> None:
    room = QRect(0, 24, *size)
    for wanted in (QRect(0, 0, 1280, 800), QRect(-500, 900, 640, 480), QRect(5000, 100, 4000, 300)):
        found = inside(wanted, room)
        assert room.contains(found.adjusted(-8, -40, 8, 8))
    assert inside(QRect(100, 100, 300, 200), room) == QRect(100, 100, 300, 200)


def test_opening_data_shows_the_first_section(person: Person) -> None:
    person.window.resize(1180, 620)
    person.find("training.epochs").setFocus()
    person.click("panel.verify.run")
    bar = person.window.settings_area.verticalScrollBar()
    person.until(lambda: bool(person.window.verification.model.columns))
    bar.setValue(bar.maximum())
    person.window.files.use_sample()
    person.until(lambda: person.project.dataset.task == "classes")
    person.until(lambda: bar.value() == 0)


def test_every_input_is_called_by_its_path(person: Person) -> None:
    person.controller.add_layer(0)
    person.controller.add_layer(0, "parallel")
    person.controller.add_layer(0, "formula")
    for path, value in (("training.chain.ClipNorm", True), ("training.stop.early_stopping", True), ("training.schedule.0.rule", "Exp")):
        person.controller.set_value(path, value)
    for fold in person.window.findChildren(Fold):
        fold.setExpanded(True)
    for layer in person.project.spec.model.layers:
        person.window.network_panel.show_layer(layer.id)
        found = [widget for widget in person.window.findChildren(QWidget) if widget.objectName() and widget.isVisibleTo(person.window)]
        names = [widget.objectName() for widget in found if not widget.objectName().startswith("qt_")]
        assert len(set(names)) == len(names), sorted(name for name in names if names.count(name) > 1)
        inputs = [widget for widget in found if widget.objectName().startswith(("training.", "model."))]
        inputs = [widget for widget in inputs if isinstance(widget, NumberField | ChoiceField | TextField | Toggle)]
        assert len(inputs) > 15
        for widget in inputs:
            assert value_at(person.project.spec, widget.objectName()) is not None
            assert widget.accessibleName()
            assert widget.toolTip()
