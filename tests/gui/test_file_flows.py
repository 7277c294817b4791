"""Conversations about files."""

from pathlib import Path

import numpy as np

from flux_gui.document import edits
from flux_gui.exporters import export
from person import Person


def test_changes_are_offered_to_be_saved_before_a_new_project(person: Person, tmp_path: Path) -> None:
    person.type("training.epochs", "9")
    person.window.files.new()
    assert person.project.spec.training.epochs == 9
    person.dialogs.answers.append("Save")
    person.dialogs.files.append(tmp_path / "first.flux")
    person.window.files.new()
    person.until(lambda: person.project.spec.training.epochs == 201)
    assert (tmp_path / "first.flux").is_file()


def test_save_goes_where_it_went_before(person: Person, tmp_path: Path) -> None:
    file = tmp_path / "line.flux"
    person.dialogs.files.append(file)
    person.window.files.save()
    assert not person.controller.document.dirty
    person.type("training.epochs", "9")
    before = file.read_bytes()
    person.window.files.save()
    assert file.read_bytes() != before
    assert person.dialogs.asked == ["Save the project"]
    assert person.window.saved_label.text().startswith("saved ")


def test_parameters_are_imported(person: Person, tmp_path: Path) -> None:
    project = edits.set_parameter(edits.line_example(), 0, 3.0)
    export(project, tmp_path / "start.npz")
    person.dialogs.files.append(tmp_path / "start.npz")
    person.window.files.import_parameters()
    person.until(lambda: float(person.parameters[0]) == 3.0)
    np.testing.assert_array_equal(person.project.state.start, person.parameters)


def test_a_folder_that_is_gone_is_said(person: Person, tmp_path: Path) -> None:
    person.dialogs.files.append(tmp_path / "gone" / "line.flux")
    person.window.files.save_as()
    assert person.notice
    assert person.controller.document.path is None


def test_training_that_runs_is_offered_to_be_saved(person: Person, tmp_path: Path) -> None:
    person.type("training.epochs", "100000000")
    person.dialogs.files.append(tmp_path / "line.flux")
    person.window.files.save()
    person.click("run_bar.train.toggle")
    assert not person.controller.document.dirty
    person.window.close()
    assert person.window.isVisible()
    person.dialogs.answers.append("Save")
    person.window.files.new()
    person.until(lambda: person.project.spec.training.epochs == 201)
    assert person.dialogs.asked[1:] == ["Close the window?", "Start a new project?"]
    assert not person.running
