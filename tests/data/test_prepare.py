"""Tests of preparing: roles, tasks, scaling fitted on training rows, dropped rows, and what is refused."""

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flux_gui.core.errors import DataError
from flux_gui.core.paths import resource
from flux_gui.core.registry import Entry
from flux_gui.data import files, painted, preparation
from flux_gui.data.generators import generate
from flux_gui.data.preparation import Preparation
from flux_gui.data.prepare import Dataset, default_data_spec, prepare
from flux_gui.data.scaling import SCALERS, standard
from flux_gui.data.table import Column, Table
from flux_gui.specs.data import ColumnSpec, DataSpec, FileData, FormulaData, GeneratedData, PaintedData, PrepareSpec, SplitSpec
from flux_gui.specs.model import Choice

ALL_TRAIN = SplitSpec(1.0, 0.0, 0.0)


def number(name: str, values: object) -> Column:
    return Column(name, "number", np.asarray(values, dtype=float))


def word(name: str, *values: str) -> Column:
    return Column(name, "category", np.array(values))


def spec(*columns: tuple[str, str, str], task: str = "", split: SplitSpec = ALL_TRAIN) -> DataSpec:
    return default_data_spec(FileData("t.csv", tuple(ColumnSpec(*column) for column in columns), task), split)


XY = (("x", "number", "input"), ("y", "number", "target"))


def iris(split: SplitSpec | None = None) -> Dataset:
    loaded = files.load(resource("samples", "iris.csv"))
    return prepare(loaded.table, default_data_spec(FileData("iris.csv", loaded.columns), split))


def test_iris() -> None:
    data = iris()
    assert (data.task, data.inputs, data.outputs) == ("classes", 4, 3)
    assert data.labels == data.output_names == ("setosa", "versicolor", "virginica")
    assert data.input_names == ("sepal_length", "sepal_width", "petal_length", "petal_width")
    assert [len(data.parts[name]) for name in ("train", "validation", "test")] == [105, 23, 22]
    assert data.parts["train"].y.sum(axis=0).tolist() == [35, 35, 35]
    np.testing.assert_allclose(data.parts["train"].x.mean(axis=0), 0, atol=1e-6)
    np.testing.assert_allclose(data.parts["train"].x.std(axis=0), 1, atol=1e-6)
    assert data.notices == ()
    assert data.dtype == np.float32


def test_everything_is_read_only_and_contiguous() -> None:
    for part in iris().parts.values():
        for array in (part.x, part.y, part.rows):
            assert array.flags.c_contiguous
            assert not array.flags.writeable


def test_the_same_seed_gives_the_same_rows() -> None:
    first, again, other = iris(), iris(SplitSpec(seed=0)), iris(SplitSpec(seed=1))
    assert first.parts["test"].rows.tolist() == again.parts["test"].rows.tolist() != other.parts["test"].rows.tolist()


def test_a_split_column() -> None:
    loaded = files.load(resource("samples", "iris.csv"))
    words = word("part", *("test" if i % 3 == 2 else "train" for i in range(150)))
    table = Table((*loaded.table.columns, words))
    data = prepare(table, default_data_spec(FileData("iris.csv", (*loaded.columns, ColumnSpec("part", "category", "split")))))
    assert [len(data.parts[name]) for name in ("train", "validation", "test")] == [100, 0, 50]
    assert data.parts["test"].rows.tolist() == list(range(2, 150, 3))
    assert data.notices == ()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_formula_data_are_not_scaled(dtype: str) -> None:
    data = prepare(generate(FormulaData()), DataSpec(), dtype)
    assert data.task == "regression"
    assert (data.input_names, data.output_names, data.labels) == (("x",), ("y",), ())
    assert data.parts["train"].x[:, 0].tolist() == [0, 1, 2, 3, 4, 5]
    assert data.parts["test"].y[:, 0].tolist() == [26, 30, 34, 38, 42]
    assert len(data.parts["validation"]) == 0
    assert data.parts["validation"].x.shape == (0, 1)
    assert data.dtype == dtype
    assert default_data_spec(FormulaData()) == DataSpec()


def test_formula_data_can_be_scaled_and_stay_regression() -> None:
    source = FormulaData(formula="sign(x - 2.5)")
    data = prepare(generate(source), DataSpec(source, prepare=PrepareSpec()), "float64")
    assert data.task == "regression"
    np.testing.assert_allclose(data.parts["train"].y.std(), 1)
    np.testing.assert_allclose(data.preparation.decode(data.parts["test"].y).prediction, 1)


def test_scaling_is_fitted_on_training_rows_only() -> None:
    part = word("part", "train", "train", "train", "test")
    table = Table((number("x", [1, 2, 3, 1000]), number("y", [0, 10, 20, 5000]), part))
    data = prepare(table, spec(*XY, ("part", "category", "split")), "float64")
    (encoding,) = data.preparation.inputs
    assert (encoding.center, encoding.fill) == (2.0, 2.0)
    np.testing.assert_allclose(encoding.scale, np.sqrt(2 / 3))
    assert data.preparation.target_center == 10.0
    np.testing.assert_allclose(data.preparation.decode(data.parts["test"].y).prediction, [5000])


def test_missing_cells_take_median_and_most_frequent() -> None:
    columns = (number("x", [1, np.nan, 3, 100]), word("c", "b", "a", "", "b"), number("y", [1, 2, 3, 4]))
    data = prepare(Table(columns), spec(("x", "number", "input"), ("c", "category", "input"), ("y", "number", "target")), "float64")
    encoding, colour = data.preparation.inputs
    assert encoding.fill == 3.0
    assert colour.word == "b"
    assert data.input_names == ("x", "c=a", "c=b")
    assert data.parts["train"].x[:, 1:].tolist() == [[0, 1], [1, 0], [0, 1], [0, 1]]


def test_rows_without_target_are_left_out_with_a_notice() -> None:
    table = Table((number("x", range(6)), number("y", [1.5, np.nan, 2, 3, np.nan, 4])), ("first",))
    data = prepare(table, spec(*XY))
    assert data.parts["train"].rows.tolist() == [0, 2, 3, 5]
    assert data.notices == ("first", "2 of 6 rows have no 'y' and were left out (first: row 3).")


def test_binary_and_numeric_classes() -> None:
    binary = prepare(Table((number("x", range(4)), number("y", [0, 1, 1, 0]))), spec(*XY))
    assert (binary.task, binary.outputs, binary.labels) == ("binary", 1, ("0", "1"))
    assert binary.parts["train"].y[:, 0].tolist() == [0, 1, 1, 0]
    classes = prepare(Table((number("x", range(30)), number("y", [2, 10, 1] * 10))), spec(*XY, task="classes"))
    assert (classes.task, classes.labels) == ("classes", ("1", "2", "10"))
    assert classes.preparation.encode_target(Table((number("y", [10]),))).tolist() == [[0, 0, 1]]
    words = Table((number("x", range(4)), word("y", "no", "yes", "no", "no")))
    assert prepare(words, spec(XY[0], ("y", "category", "target"))).labels == ("no", "yes")
    assert prepare(words, spec(XY[0], ("y", "category", "target"), task="classes")).outputs == 2


def test_constant_columns_are_not_divided_by_zero() -> None:
    data = prepare(Table((number("x", [0.1] * 7), number("y", [5.0] * 7))), spec(*XY), "float64")
    assert data.parts["train"].x[:, 0].tolist() == [0.0] * 7
    assert data.preparation.target_scale == 1.0


def test_standard_survives_extreme_numbers() -> None:
    mean, scale = standard(np.array([1e308, -1e308]))
    assert (mean, scale) == (0.0, 1e308)
    assert standard(np.array([5e-324, 0.0]))[1] > 0
    assert standard(np.array([3.0])) == (3.0, 1.0)


def test_what_few_rows_leave_out_is_told() -> None:
    data = prepare(Table((number("x", range(3)), number("y", [1.5, 2, 3]))), spec(*XY, split=SplitSpec()))
    assert [len(data.parts[name]) for name in ("train", "validation", "test")] == [2, 1, 0]
    assert data.notices == ("3 rows are too few for a test part.",)
    part = word("part", "train", "train", "test")
    table = Table((number("x", range(3)), word("y", "a", "b", "c"), word("c", "u", "u", "v"), part))
    columns = (XY[0], ("y", "category", "target"), ("c", "category", "input"), ("part", "category", "split"))
    notices = prepare(table, spec(*columns)).notices
    assert notices[1] == "No training row has the label 'c'."
    assert "Column 'c': 1 row with a category that no training row has" in notices[0]


X = number("x", range(4))


@pytest.mark.parametrize(
    ("table", "data_spec", "message"),
    [
        (Table((number("x", []), number("y", []))), spec(*XY), "no rows"),
        (Table((X, number("y", [np.nan] * 4))), spec(*XY), "No row has a value in the target"),
        (Table((X, word("y", "a", "a", "a", ""))), spec(XY[0], ("y", "category", "target")), "holds only 'a'"),
        (Table((X, word("y", *"abca"))), spec(XY[0], ("y", "category", "target"), task="binary"), "two values, column 'y' has 3"),
        (Table((X, word("y", *"abca"))), spec(XY[0], ("y", "category", "target"), task="regression"), "holds words such as 'a'"),
        (Table((X, number("y", range(4)))), spec(("x", "number", "input")), "must be the target, got none"),
        (Table((X, number("y", range(4)))), spec(("x", "number", "target"), XY[1]), "got 'x', 'y'"),
        (Table((X, number("y", range(4)))), spec(XY[1]), "No column is an input"),
        (Table((X, number("y", range(4)))), spec(("x", "text", "input"), XY[1]), "'x' holds text and cannot be an input"),
        (Table((X, number("y", range(4)))), spec(XY[0], ("y", "text", "target")), "'y' holds text and cannot be the target"),
        (Table((word("x", *"abcd"), number("y", range(4)))), spec(*XY), "declared as numbers but holds category"),
        (Table((number("x", [np.nan] * 4), number("y", range(4)))), spec(*XY), "no value in any training row"),
        (Table((X, number("z", range(4)))), spec(*XY), "no column 'y'"),
        (Table((X, number("y", range(4)))), spec(*XY, split=SplitSpec(0.5, 0.5, 0.5)), "add up to 1"),
        (
            Table((X, number("y", range(4)), word("p", *"abcd"), word("q", *"abcd"))),
            spec(*XY, ("p", "category", "split"), ("q", "category", "split")),
            "Only one column",
        ),
        (Table((number("x", range(1500)), number("y", range(1500)))), spec(*XY, task="classes"), "at most 1000"),
    ],
)
def test_what_cannot_be_prepared_says_why(table: Table, data_spec: DataSpec, message: str) -> None:
    with pytest.raises(DataError, match=message) as caught:
        prepare(table, data_spec)
    assert caught.value.hint


def test_a_constant_target_and_too_many_categories_are_told() -> None:
    table = Table((number("x", [1, 2, 3]), number("y", [5, 5, 5])))
    notices = prepare(table, spec(("x", "number", "input"), ("y", "number", "target"))).notices
    assert notices == ("Every training row has the same 'y' (5), so there is nothing to learn.",)
    many = Table((word("w", *(f"w{i}" for i in range(1001))), number("y", range(1001))))
    with pytest.raises(DataError, match="has 1001 different values, at most 1000 can be categories"):
        prepare(many, spec(("w", "category", "input"), ("y", "number", "target")))


XCY = (("x", "number", "input"), ("c", "category", "input"), ("y", "number", "target"))


def gaps() -> Table:
    return Table((number("x", [1, np.nan, 3, 100, 5, 6]), word("c", "b", "a", "", "b", "a", "a"), number("y", [1, 2, 3, 4, 5, 6])))


def test_rows_with_missing_inputs_are_left_out_of_every_part() -> None:
    chosen = spec(*XCY, split=SplitSpec(0.5, 0.25, 0.25, method="order"))
    data = prepare(gaps(), msgspec.structs.replace(chosen, prepare=PrepareSpec(missing="drop")))
    assert [data.parts[name].rows.tolist() for name in ("train", "validation", "test")] == [[0, 3], [4], [5]]
    assert data.notices[0] == "2 of 6 rows have missing inputs and were left out (first: row 3)."
    part = data.preparation.part(gaps())
    assert part.rows.tolist() == [0, 3, 4, 5]
    assert "2 rows have missing inputs (first: row 3)" in data.preparation.notices(gaps())[-1]
    assert np.isfinite(data.preparation.apply(gaps())).all()  # a prediction is made all the same
    nothing = Table((number("x", [np.nan] * 3), word("c", *"aaa"), number("y", range(3))))
    with pytest.raises(DataError, match="leaving them out leaves none"):
        prepare(nothing, msgspec.structs.replace(chosen, prepare=PrepareSpec(missing="drop")))


def test_indicators_and_features_are_inputs() -> None:
    prepared = PrepareSpec("none", "minmax", "mean", missing_indicator=True, features=("x^2", "x*0.5 + 1"))
    data = prepare(gaps(), msgspec.structs.replace(spec(*XCY), prepare=prepared), "float64")
    assert data.input_names == ("x", "x missing", "c=a", "c=b", "c missing", "x^2", "x*0.5 + 1")
    x = data.parts["train"].x
    assert x[1].tolist() == [23.0, 1.0, 1.0, 0.0, 0.0, 529.0, 12.5]
    assert data.parts["train"].y[:, 0].tolist() == [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]
    np.testing.assert_allclose(data.preparation.decode(data.parts["train"].y).prediction, range(1, 7))
    back = Preparation.from_json(data.preparation.to_json())
    assert back == data.preparation
    assert [column.name for column in back.columns(target=True)] == ["x", "c", "y"]


def test_a_column_that_only_serves_a_feature() -> None:
    columns = (("x", "number", "ignore"), ("c", "category", "ignore"), ("y", "number", "target"))
    data = prepare(gaps(), msgspec.structs.replace(spec(*columns), prepare=PrepareSpec(features=("x^2",))))
    assert data.input_names == ("x^2",)
    assert [column.name for column in data.preparation.columns()] == ["x"]
    assert data.preparation.apply(Table((number("x", [5.0]),))).shape == (1, 1)
    for features, message in ((("y*2",), "'y' is unknown"), (("c",), "'c' is unknown"), (("x^2", "x^2"), "stands twice")):
        with pytest.raises(DataError, match=message):
            prepare(gaps(), msgspec.structs.replace(spec(*columns), prepare=PrepareSpec(features=features)))
    with pytest.raises(DataError, match="The feature 'x' is an input already"):
        prepare(gaps(), msgspec.structs.replace(spec(*XCY), prepare=PrepareSpec(features=("x",))))


@pytest.mark.parametrize("entry", list(SCALERS), ids=lambda entry: entry.name)
@given(values=st.lists(st.floats(-1e5, 1e5, width=32), min_size=2, max_size=20))
def test_targets_come_back_from_every_scaler(entry: Entry, values: list[float]) -> None:
    table = Table((number("x", range(len(values))), number("y", values)))
    chosen = msgspec.structs.replace(spec(*XY, task="regression"), prepare=PrepareSpec("none", entry.name))
    data = prepare(table, chosen, "float64")
    answers = data.preparation.decode(data.parts["train"].y).prediction
    np.testing.assert_allclose(answers, values, rtol=1e-12, atol=1e-12 * (1 + np.abs(values).max()))
    np.testing.assert_array_equal(answers, data.preparation.decode_target(data.parts["train"].y))


@pytest.mark.parametrize("source", [GeneratedData(), GeneratedData(Choice("hill")), PaintedData()], ids=["classes", "numbers", "painted"])
def test_made_data(source: GeneratedData | PaintedData) -> None:
    table = painted.brush(painted.empty(source), (0, 0), 1, 9, label="b") if isinstance(source, PaintedData) else generate(source)
    data = prepare(table, default_data_spec(source))
    assert data.input_names == ("x1", "x2")
    assert sum(map(len, data.parts.values())) == table.rows
    if isinstance(source, PaintedData):
        assert data.labels == ("a", "b")
        assert "No training row has the label 'a'." in data.notices
        with pytest.raises(DataError, match="no rows") as caught:
            prepare(painted.empty(source), default_data_spec(source))
        assert caught.value.hint == "Paint a point."


def test_large_tables_are_prepared_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = prepare(gaps(), msgspec.structs.replace(spec(*XCY), prepare=PrepareSpec(features=("x^2",))))
    monkeypatch.setattr(preparation, "BLOCK", 2)
    blocks = prepare(gaps(), msgspec.structs.replace(spec(*XCY), prepare=PrepareSpec(features=("x^2",))))
    np.testing.assert_array_equal(blocks.parts["train"].x, whole.parts["train"].x)
    monkeypatch.setattr(preparation.cache, "budget", lambda: 0)
    mapped = prepare(gaps(), msgspec.structs.replace(spec(*XCY), prepare=PrepareSpec(features=("x^2",)))).parts["train"].x
    assert isinstance(mapped.base, np.memmap) or isinstance(mapped, np.memmap)
    assert not mapped.flags.writeable
    np.testing.assert_array_equal(mapped, whole.parts["train"].x)
    bad = Table((number("x", [1, 2, 3, 4, -1]), word("c", *"abaab"), number("y", range(5))))
    with pytest.raises(DataError, match=r"no finite value in row 6 \(x = -1\)"):
        prepare(bad, msgspec.structs.replace(spec(*XCY), prepare=PrepareSpec(features=("log(x)",))))


def test_input_columns_that_only_features_read() -> None:
    prepared = PrepareSpec("none", features=("x1*x2",), left_out=("x1", "x9"))
    source = GeneratedData()
    data = prepare(generate(source), DataSpec(source, prepare=prepared))
    assert data.input_names == ("x2", "x1*x2")
    assert [column.name for column in data.preparation.columns()] == ["x2", "x1"]
    with pytest.raises(DataError, match="No column is an input"):
        prepare(generate(source), DataSpec(source, prepare=PrepareSpec(left_out=("x1", "x2"))))
