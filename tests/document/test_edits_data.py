"""Projects made from tables and formulas, and edits of their data."""

from pathlib import Path

import msgspec
import numpy as np
import pytest

from flux_gui.core.errors import DataError, FluxError, SettingError
from flux_gui.core.paths import resource
from flux_gui.document import edits
from flux_gui.document.edits_data import Wishes
from flux_gui.specs import Choice, DenseSpec, FormulaData, Range, SplitSpec

IRIS = resource("samples", "iris.csv")


def test_line_example_is_as_promised() -> None:
    project = edits.line_example()
    spec = project.spec
    assert spec.model.layers == (DenseSpec("output", 1, Choice("identity")),)
    assert (spec.training.loss, spec.training.optimiser) == (Choice("mse"), Choice("Descent"))
    assert (spec.training.epochs, spec.training.batch) == (201, 0)
    np.testing.assert_array_equal(project.state.parameters, np.array([0.9066542, 0], np.float32))
    np.testing.assert_array_equal(project.dataset.parts["train"].x.ravel(), range(6))
    np.testing.assert_array_equal(project.dataset.parts["test"].y.ravel(), [26, 30, 34, 38, 42])
    assert edits.line_example("float64").state.parameters[0] == 0.9066542


def test_defaults_for_a_file() -> None:
    spec = edits.project_from_file(IRIS).spec
    hidden, output = spec.model.layers
    assert isinstance(hidden, DenseSpec)
    assert isinstance(output, DenseSpec)
    assert (hidden.units, hidden.activation.name, output.units, output.activation.name) == (16, "relu", 3, "identity")
    assert (spec.training.loss, spec.training.optimiser) == (Choice("logitcrossentropy"), Choice("Adam"))
    assert (spec.training.batch, spec.training.epochs, spec.model.seed) == (32, 200, 0)
    assert spec.data.split == SplitSpec(0.7, 0.15, 0.15)
    assert (spec.data.prepare.scale_inputs, spec.data.prepare.scale_target) == ("standard", "standard")


def test_defaults_for_a_formula() -> None:
    project = edits.project_from_formula(FormulaData("x^2", Range(0, 9), Range(10, 12)))
    assert project.spec.training.batch == 0
    assert project.spec.data.prepare.scale_inputs == "none"
    assert project.spec.training.loss.name == "mse"


def test_small_tables_take_smaller_batches(tmp_path: Path) -> None:
    path = tmp_path / "small.csv"
    path.write_text("a,y\n" + "".join(f"{i},{i * 1.5}\n" for i in range(10)))
    project = edits.project_from_file(path)
    assert project.spec.training.batch == len(project.dataset.parts["train"].x) == 7


def test_wishes() -> None:
    wishes = Wishes("n", (8, 4), "TANH", "", "momentum", 0.02, 10, 5, 3, "float64")
    spec = edits.project_from_file(IRIS, wishes=wishes).spec
    assert [layer.units for layer in spec.model.layers if isinstance(layer, DenseSpec)] == [8, 4, 3]
    assert spec.training.optimiser == Choice("Momentum", {"eta": 0.02})
    assert (spec.model.dtype, spec.model.seed, spec.training.seed, spec.training.batch) == ("float64", 3, 3, 10)


@pytest.mark.parametrize(
    "wishes",
    [
        Wishes(hidden=(0,)),
        Wishes(hidden=(-1,)),
        Wishes(hidden=(10**9,)),
        Wishes(rate=-1.0),
        Wishes(rate=float("nan")),
        Wishes(batch=-1),
        Wishes(epochs=0),
        Wishes(dtype="int8"),
        Wishes(loss="poisson_loss"),
        Wishes(optimiser="Adan"),
    ],
)
def test_impossible_wishes(wishes: Wishes) -> None:
    with pytest.raises(FluxError) as caught:
        edits.project_from_file(IRIS, wishes=wishes)
    assert caught.value.hint


def test_a_chosen_loss_decides_the_task(tmp_path: Path) -> None:
    path = tmp_path / "binary.csv"
    path.write_text("a,y\n" + "".join(f"{i},{i % 2}\n" for i in range(20)))
    assert edits.project_from_file(path).dataset.task == "binary"
    assert edits.project_from_file(path, wishes=Wishes(loss="mse")).dataset.task == "regression"
    classes = edits.project_from_file(path, wishes=Wishes(loss="logitcrossentropy"))
    assert (classes.dataset.task, classes.dataset.outputs) == ("classes", 2)


def test_another_target_refits_output_and_loss() -> None:
    project = edits.project_from_file(IRIS)
    after = edits.set_value(project, "data.source.target", "petal_width")
    assert after.dataset.task == "regression"
    assert after.dataset.input_names[-1] == "species=virginica"
    assert after.spec.training.loss.name == "mse"
    assert after.dataset.outputs == 1
    assert edits.parameters(after)["layers.0.weight"].shape == (16, 6)
    back = edits.set_value(after, "data.source.target", "species")
    assert back.spec.training.loss.name == "logitcrossentropy"
    np.testing.assert_array_equal(back.state.parameters, project.state.parameters)


def test_roles_change_the_inputs_without_reading_again(tmp_path: Path) -> None:
    path = tmp_path / "iris.csv"
    path.write_bytes(IRIS.read_bytes())
    project = edits.project_from_file(path)
    path.unlink()
    after = edits.set_value(project, "data.source.columns.0.role", "ignore")
    assert after.dataset.inputs == 3
    assert after.table is project.table
    with pytest.raises(DataError):
        edits.set_value(project, "data.source.columns.0.kind", "category")


def test_the_seed_of_the_split_matters() -> None:
    project = edits.project_from_file(IRIS)
    after = edits.set_value(project, "data.split.seed", 1)
    assert not np.array_equal(after.dataset.parts["test"].rows, project.dataset.parts["test"].rows)


def test_a_formula_project_can_become_a_file_project() -> None:
    line, iris = edits.line_example(), edits.project_from_file(IRIS)
    after = edits.with_data(line, iris.spec.data, iris.table)
    assert after.dataset.outputs == 3
    assert after.spec.training.loss.name == "logitcrossentropy"
    assert edits.parameters(after)["layers.0.weight"].shape == (3, 4)


def test_no_target_in_the_table(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no column 'Species_'"):
        edits.project_from_file(IRIS, target="Species_")
    with pytest.raises(SettingError):
        edits.new_project(msgspec.structs.replace(edits.line_example().spec, name=""), edits.line_example().table)


def test_kinds_of_columns_read_the_file_again(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("code,note,y\n" + "".join(f"{i % 3},{'abc'[i % 3]},{i * 1.5}\n" for i in range(30)))
    project = edits.project_from_file(path)
    as_words = edits.set_value(project, "data.source.columns.0.kind", "category")
    assert as_words.dataset.input_names == ("code=0", "code=1", "code=2", "note=a", "note=b", "note=c")
    back = edits.set_value(as_words, "data.source.columns.0.kind", "number")
    assert back.dataset.input_names == project.dataset.input_names
    without = edits.set_value(project, "data.source.columns.1.kind", "text")
    assert without.dataset.input_names == ("code",)


def test_an_ignored_column_with_other_cells_is_checked_when_it_is_used(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("a,b,y\n" + "".join(f"{i % 3},{'oops' if i == 4 else i % 5},{i * 1.5}\n" for i in range(30)))
    project = edits.project_from_file(path, kinds={"b": "text"})
    as_number = edits.set_value(project, "data.source.columns.1.kind", "number")
    with pytest.raises(DataError, match="row 6, column 'b': expected a number, got 'oops'"):
        edits.set_value(as_number, "data.source.columns.1.role", "input")


def test_fractions_win_over_a_column_that_could_divide(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("a,part,y\n" + "".join(f"{i % 7},{'test' if i % 3 else 'train'},{i * 1.5}\n" for i in range(30)))
    assert len(edits.project_from_file(path).dataset.parts["train"].x) == 10
    assert len(edits.project_from_file(path, split_column=None).dataset.parts["train"].x) == 21
