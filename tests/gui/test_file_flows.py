"""Conversations about files."""

from pathlib import Path

import numpy as np

from flux_gui.document import edits
from flux_gui.exporters import export
from flux_gui.gui.file_flows import holds_parameters
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
    person.type("training.epochs", "2000000000")
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


def test_what_dropping_promises_and_does(person: Person, tmp_path: Path) -> None:
    files = person.window.files
    parameters, rows = tmp_path / "p.npz", tmp_path / "rows.npz"
    export(person.project, parameters)
    np.savez(rows, x=np.arange(60.0).reshape(30, 2), y=np.arange(30.0))
    assert files.promise(parameters) == "Drop to load the parameters in p.npz"
    assert files.promise(rows) == "Drop to use rows.npz as data"
    assert files.promise(tmp_path / "a.flux") == "Drop to open the project a"
    assert files.promise(tmp_path) == "Drop a file, not a folder"
    files.open_dropped(rows)
    person.until(lambda: person.project.spec.name == "rows")
    assert person.project.table.rows == 30


def test_json_is_parameters_only_if_it_holds_some(person: Person, tmp_path: Path) -> None:
    parameters, rows, torn = tmp_path / "p.json", tmp_path / "rows.json", tmp_path / "torn.npz"
    export(person.project, parameters)
    rows.write_text('{"x": 1, "y": 2}\n')
    torn.write_bytes(b"PK torn")
    assert [holds_parameters(path) for path in (parameters, rows, torn, tmp_path / "a.csv")] == [True, False, False, False]


def test_a_part_can_have_a_file_of_its_own(person: Person, tmp_path: Path) -> None:
    main, more = tmp_path / "main.csv", tmp_path / "more.csv"
    for path, count in ((main, 30), (more, 12)):
        path.write_text("a,y\n" + "".join(f"{i},{i * 2.5}\n" for i in range(count)))
    person.window.files.open_path(main)
    person.until(lambda: person.project.spec.name == "main")
    person.dialogs.files.append(more)
    person.click("panel.data.split")
    person.click("data.source.test.file")
    person.until(lambda: len(person.project.dataset.parts["test"]) == 12)
    person.click("data.source.test.file")
    person.until(lambda: len(person.project.dataset.parts["test"]) < 12)
