"""`new`: what it makes, what it refuses, and that a refused command leaves every file alone."""

import io
import json
from pathlib import Path

import numpy as np
import pytest

from flux_gui.core.paths import resource
from flux_gui.data.generators import GENERATORS
from flux_gui.data.samples import SAMPLES
from flux_gui.document import store
from flux_gui.specs import GeneratedData
from terminal import ok, refused, run

IRIS = resource("samples", "iris.csv")
FORMULA = ["--formula", "4*x + 2", "--train", "0:5", "--test", "6:10"]


def test_defaults_are_the_window_s(tmp_path: Path) -> None:
    path = tmp_path / "iris.flux"
    text = ok("new", path, "--data", IRIS, "--target", "species")
    assert "Dense(4 => 16, relu), Dense(16 => 3)" in text
    spec = store.load(path).spec
    assert spec.name == "iris"
    assert spec.training.optimiser.name == "Adam"
    assert (spec.training.batch, spec.training.epochs) == (32, 200)


def test_every_option(tmp_path: Path) -> None:
    path = tmp_path / "a.flux"
    ok(
        *("new", path, "--data", IRIS, "--target", "petal_width", "--layers", "8,4", "--activation", "TANH", "--loss", "MAE"),
        *("--optimiser", "momentum", "--rate", "0.02", "--batch", "1000", "--epochs", "3", "--split", "0.5,0.25,0.25", "--seed", "4"),
        *("--dtype", "float64"),
    )
    project = store.load(path)
    training = project.spec.training
    assert (training.loss.name, training.optimiser.name, training.optimiser.values) == ("mae", "Momentum", {"eta": 0.02})
    assert (training.batch, training.epochs, training.seed) == (1000, 3, 4)
    assert (project.spec.model.dtype, project.spec.model.seed, project.spec.data.split.seed) == ("float64", 4, 4)
    assert [len(project.dataset.parts[name].x) for name in ("train", "validation", "test")] == [75, 38, 37]
    assert json.loads(ok("train", path, "--json"))["epochs"] == 3
    assert store.load(path).state.step == 3  # a batch above the number of rows is one batch


def test_parameters_from_every_importable_format(tmp_path: Path) -> None:
    first, second = tmp_path / "first.flux", tmp_path / "second.flux"
    ok("new", first, *FORMULA, "--seed", "3")
    for extension in ("npz", "json"):
        ok("export", first, tmp_path / f"p.{extension}")
        ok("new", second, *FORMULA, "--parameters", tmp_path / f"p.{extension}")
        np.testing.assert_array_equal(store.load(second).state.start, store.load(first).state.parameters)


def test_the_task_has_notices(tmp_path: Path) -> None:
    table = tmp_path / "a.csv"
    table.write_text("a,y\n" + "".join(f"{i},{i * 1.5 if i % 9 else ''}\n" for i in range(40)))

    done = run("new", tmp_path / "a.flux", "--data", table, "--target", "y")
    assert done.status == 0
    assert "left out" in done.err


WRONG = {
    "no such table": (["--data", "none.csv", "--target", "y"], "There is no file none.csv"),
    "no such column": (["--data", str(IRIS), "--target", "specie"], "no column 'specie'"),
    "size 0": ([*FORMULA, "--layers", "0"], "at least 1 unit, got 0"),
    "size negative": ([*FORMULA, "--layers", "-3"], "at least 1 unit, got -3"),
    "size negative in a list": ([*FORMULA, "--layers", "-3,4"], "got -3"),
    "size a billion": ([*FORMULA, "--layers", "1000000000"], "1000000000"),
    "empty formula": (["--formula", ""], "formula"),
    "half a formula": (["--formula", "4*x +"], "4*x +"),
    "import": (["--formula", '__import__("os")'], "__import__"),
    "attribute": (["--formula", "x.__class__"], "x.__class__"),
    "tower": (["--formula", "9**9**9**9*x"], "9**9**9**9*x"),
    "rate negative": ([*FORMULA, "--rate", "-1"], "rate (eta) must be a number"),
    "rate nan": ([*FORMULA, "--rate", "nan"], "nan"),
    "rate word": ([*FORMULA, "--rate", "fast"], "'fast'"),
    "epochs": ([*FORMULA, "--epochs", "0"], "number of epochs"),
    "batch": ([*FORMULA, "--batch", "-1"], "batch size"),
    "seed": ([*FORMULA, "--seed", "-1"], "seed"),
    "dtype": ([*FORMULA, "--dtype", "float16"], "float16"),
    "loss": ([*FORMULA, "--loss", "msee"], "msee"),
    "loss of another task": ([*FORMULA, "--loss", "logitcrossentropy"], "does not fit"),
    "optimiser": ([*FORMULA, "--optimiser", "Adan"], "Adan"),
    "activation": ([*FORMULA, "--activation", "rellu"], "rellu"),
    "range": (["--formula", "x", "--train", "0-5"], "training range"),
    "range backwards": (["--formula", "x", "--test", "5:0"], "test range"),
    "range with a formula only": (["--data", str(IRIS), "--target", "species", "--train", "0:5"], "--train"),
    "target with a table only": ([*FORMULA, "--target", "y"], "--target"),
    "split sum": (["--data", str(IRIS), "--target", "species", "--split", "0.5,0.1,0.1"], "sums to 0.7"),
    "split column": (["--data", str(IRIS), "--target", "species", "--split-column", "part"], "part"),
    "two splits": (["--data", str(IRIS), "--target", "species", "--split-column", "part", "--split", "1,0,0"], "exclude"),
    "two sources": (["--data", str(IRIS), "--formula", "x"], "not allowed with"),
    "no source": ([], "required"),
    "parameters": ([*FORMULA, "--parameters", "none.npz"], "none.npz"),
    "unknown option": ([*FORMULA, "--speed", "9"], "--speed"),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_input_is_one_sentence_and_changes_no_file(tmp_path: Path, case: str) -> None:
    path = tmp_path / "old.flux"
    ok("new", path, *FORMULA)
    before = path.read_bytes()
    arguments, words = WRONG[case]
    assert words in refused("new", path, *arguments)
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["old.flux"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("5.1,3.5\n4.9,3.0\n4.7,3.2\n", "header"),
        ("a,y\n1,2\n2,4\nthree,6\n4,8\n5,10\n6,12\n7,14\n", "row 4, column 'a'"),
        ("a,y\n", "row"),
        ("", "empty"),
        ("\0\1\2", "wrong.csv"),
        ("a,a\n1,2\n", "a"),
    ],
)
def test_tables_that_cannot_be_used(tmp_path: Path, text: str, words: str) -> None:
    table = tmp_path / "wrong.csv"
    table.write_text(text)
    assert words in refused("new", tmp_path / "a.flux", "--data", table, "--target", "y")
    assert not (tmp_path / "a.flux").exists()


def test_places_that_cannot_be_written(tmp_path: Path) -> None:
    assert "must end in .flux" in refused("new", tmp_path / "a.csv", *FORMULA)
    assert "does not exist" in refused("new", tmp_path / "none" / "a.flux", *FORMULA)
    (tmp_path / "dir.flux").mkdir()
    assert "folder of that name" in refused("new", tmp_path / "dir.flux", *FORMULA)


def test_parameters_of_another_network(tmp_path: Path) -> None:
    (tmp_path / "p.json").write_text('{"layers.0.weight": [[1, 2]], "layers.0.bias": [0]}')
    message = refused("new", tmp_path / "a.flux", *FORMULA, "--layers", "", "--parameters", tmp_path / "p.json")
    assert "(1, 2)" in message
    assert "(1, 1)" in message


def test_what_was_decided_about_columns_is_told(tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text("id,a,part,y\n" + "".join(f"{i},{i % 7},{'test' if i % 3 else 'train'},{i * 1.5}\n" for i in range(30)))
    told = run("new", tmp_path / "a.flux", "--data", table)
    assert "The column 'id' is not used: numbers the rows." in told.err
    assert "The rows are divided by the column 'part'." in told.err
    assert "10 train, 0 validation, 20 test" in told.out
    assert "21 train" in run("new", tmp_path / "a.flux", "--data", table, "--split", "0.7,0.15,0.15").out


@pytest.mark.parametrize("name", GENERATORS.names())
def test_every_generator(tmp_path: Path, name: str) -> None:
    path = tmp_path / "a.flux"
    ok("new", path, "--generate", name, "--rows", 50, "--noise", 0.2, "--layers", "4", "--split", "0.8,0.1,0.1", "--seed", 3)
    project = store.load(path)
    source = project.spec.data.source
    assert isinstance(source, GeneratedData)
    assert (source.generator.name, source.rows, source.noise, source.seed) == (name, 50, 0.2, 3)
    assert len(project.dataset.parts["train"]) == 40
    assert json.loads(ok("info", path, "--json"))["data"].startswith(name)


@pytest.mark.parametrize("name", SAMPLES.names())
def test_every_sample(tmp_path: Path, name: str) -> None:
    path = tmp_path / "a.flux"
    ok("new", path, "--sample", name)
    network = SAMPLES.get(name).network
    spec = store.load(path).spec
    assert (spec.training.optimiser.name, spec.training.epochs) == (network.optimiser, network.epochs)
    ok("new", path, "--sample", name, "--layers", "5", "--epochs", 9)
    spec = store.load(path).spec
    assert (len(spec.model.layers), spec.training.epochs) == (2, 9)


def test_settings_of_made_data(tmp_path: Path) -> None:
    path = tmp_path / "a.flux"
    settings = ("data.source.generator.turns=1", "data.prepare.features=x1^2, sin(x2)", "data.prepare.scale_inputs=minmax")
    ok("new", path, "--generate", "spiral", *(part for setting in settings for part in ("--set", setting)))
    project = store.load(path)
    assert project.dataset.input_names == ("x1", "x2", "x1^2", "sin(x2)")
    train = project.dataset.parts["train"].x
    assert (train.min(), train.max()) == (0, 1)
    ok("new", path, "--formula", "x^2", "--noise", "0.5", "--train", "-5:5")
    assert store.load(path).spec.data.source.noise == 0.5


def test_files_of_their_own(tmp_path: Path) -> None:
    rows = IRIS.read_text().splitlines(keepends=True)
    (tmp_path / "test.csv").write_text("".join([rows[0], *rows[1::5]]))
    path = tmp_path / "a.flux"
    ok("new", path, "--data", IRIS, "--target", "species", "--test-data", tmp_path / "test.csv")
    assert len(store.load(path).dataset.parts["test"].x) == 30
    assert "test test.csv" in ok("info", path)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--generate", "spirl"), "no generator called 'spirl'"),
        (("--sample", "irsi"), "no sample called 'irsi'"),
        (("--sample", "iris", "--rows", 5), "--rows belongs to --generate, not to --sample"),
        (("--generate", "xor", "--target", "y"), "--target belongs to --data, not to --generate"),
        (("--formula", "x", "--split", "1,0,0"), "--split belongs to --data or --generate or --sample, not to --formula"),
        (("--generate", "xor", "--set", "data.prepare.features=log(x1)"), "The feature 'log(x1)' has no finite value in row"),
        (("--generate", "xor", "--noise", "-1"), "noise"),
        (("--generate", "xor", "--rows", "0"), "rows"),
    ],
)
def test_what_made_data_refuse(tmp_path: Path, arguments: tuple[object, ...], words: str) -> None:
    assert words in refused("new", tmp_path / "a.flux", *arguments)
    assert not (tmp_path / "a.flux").exists()


def test_a_sheet_of_a_file_that_holds_several(tmp_path: Path) -> None:
    path, out = tmp_path / "two.npz", tmp_path / "a.flux"
    x = np.arange(40) / 3
    np.savez(path, first=np.column_stack([x, 2 * x]), second=np.column_stack([x, x, 1 - x])[:30])
    ok("new", out, "--data", path, "--sheet", "second")
    project = store.load(out)
    assert project.table.rows == 30
    assert ok("predict", out, path, "--sheet", "second").count("\n") == 31
    assert "data" in ok("evaluate", out, "--data", path, "--sheet", "second")
    assert "no arrays called 'third'" in refused("new", out, "--data", path, "--sheet", "third")


def test_how_a_table_is_read_can_be_said(tmp_path: Path) -> None:
    path, out = tmp_path / "a.txt", tmp_path / "a.flux"
    path.write_text("1;1;5 2\n" * 3 + "".join(f"{i % 5};{i % 2};7 {i * 2}\n" for i in range(30)))  # by semicolons the last column is text
    assert "header" in refused("new", out, "--data", path)
    ok("new", out, "--data", path, "--header", "no", "--delimiter", "blanks", "--encoding", "latin-1", "--decimal", ".")
    assert store.load(out).table.names == ("x1", "x2")
    ok("train", out, "--epochs", "1", "--set", "data.source.reading.delimiter=semicolon")
    assert store.load(out).table.columns[0].values[5] == 2
    assert "the delimiter must be one sign" in refused("new", out, "--data", path, "--delimiter", "colon").lower()
    assert "--decimal belongs to --data" in refused("new", out, "--formula", "x", "--decimal", ",")


def test_a_network_as_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.flux"
    text = "Chain(Dense(4 => 8, x -> leakyrelu(x, 0.2)), SkipConnection(Dense(8, tanh), +), Dense(8 => 3))"
    said = ok("new", path, "--data", IRIS, "--network", text)
    assert "SkipConnection(Chain(Dense(8 => 8, tanh)), +)" in said
    layers = store.load(path).spec.model.layers
    assert [layer.id for layer in layers] == ["hidden1", "skip1", "output"]
    monkeypatch.setattr("sys.stdin", io.StringIO("using Flux\nmodel = Chain(\n  Dense(4 => 2, tanh),  # 10 parameters\n  Dense(2 => 3))\n"))
    assert "Chain(Dense(4 => 2, tanh), Dense(2 => 3))" in ok("new", path, "--data", IRIS, "--network", "-")
    assert "Column 7: Dense(2 => 3) takes" not in refused("new", path, "--data", IRIS, "--network", "Chain(Dens(3))")
    assert "takes 5, but 4 arrive" in refused("new", path, "--data", IRIS, "--network", "Chain(Dense(5 => 3))")
    assert "exclude each other" in refused("new", path, "--data", IRIS, "--network", "Dense(3)", "--layers", "4")
