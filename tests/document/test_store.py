"""Project files: what is saved comes back, and a damaged file is refused in one sentence."""

import random
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from flux_gui.core.errors import FormatError
from flux_gui.core.paths import resource
from flux_gui.data.tensors import read_tensors, write_tensors
from flux_gui.document import archive, edits, store
from flux_gui.document.project import Project
from flux_gui.document.states import Best, Curve, ModelState, frozen
from flux_gui.runtime.run import Run
from flux_gui.specs import PaintedData

IRIS = resource("samples", "iris.csv")


def full(project: Project) -> Project:
    """Return the project with every part of a state filled."""
    state = project.state
    bucket = np.array([1.0, np.nan, np.inf])
    after = replace(
        state,
        parameters=frozen(state.parameters + 1),
        slots={"Descent.m": frozen(state.parameters), "Descent.scalars": frozen(np.array([[0.5]])), "groups": frozen(np.array([[0, 2]]))},
        watch={"early_stopping.last": 1.5, "early_stopping.count": 3.0},
        threads=2,
        epoch=12,
        step=40,
        seconds=1.25,
        curves={"train": Curve(bucket, bucket, bucket, bucket), "parameter.0": Curve(*[np.empty(0)] * 4)},
        events=((3.0, "rate 0.5"),),
        best=Best(11, 0.25, frozen(state.parameters * 2), state.statistics),
        in_use="best",
        outcome="paused",
        message="so",
    )
    return replace(project, state=after)


def arrays_of(value: Any) -> Any:
    """Return a value made of plain lists that can be compared with ==, also with NaN in it."""
    if isinstance(value, np.ndarray):
        return (str(value.dtype), value.shape, value.tobytes())
    if isinstance(value, dict):
        return {key: arrays_of(part) for key, part in value.items()}
    if isinstance(value, ModelState | Best | Curve):
        return {name: arrays_of(getattr(value, name)) for name in value.__dataclass_fields__}
    return value


def same(a: Project, b: Project) -> bool:
    tables = [[(c.name, c.kind, arrays_of(c.values)) for c in p.table.columns] for p in (a, b)]
    rows = [{name: (arrays_of(part.x), arrays_of(part.y), part.rows.tolist()) for name, part in p.dataset.parts.items()} for p in (a, b)]
    return a.spec == b.spec and tables[0] == tables[1] and rows[0] == rows[1] and arrays_of(a.state) == arrays_of(b.state)


@pytest.fixture
def iris() -> Project:
    return full(edits.project_from_file(IRIS))


def test_everything_comes_back(tmp_path: Path, iris: Project) -> None:
    line = edits.line_example("float64")
    for project in (line, full(line), iris, edits.set_value(iris, "data.source.target", "petal_width")):
        store.save(project, tmp_path / "a.flux")
        back = store.load(tmp_path / "a.flux")
        assert same(project, back)
        assert not back.state.parameters.flags.writeable
    assert back.table.row_number(0) == 2


def test_the_entries_are_as_promised(tmp_path: Path, iris: Project) -> None:
    path = tmp_path / "a.flux"
    store.save(iris, path)
    with zipfile.ZipFile(path) as opened:
        assert opened.namelist() == ["mimetype", *archive.ENTRIES]
        assert opened.infolist()[0].compress_type == zipfile.ZIP_STORED
        arrays = read_tensors(opened.read("parameters.safetensors"), "")
    assert arrays["layers.0.weight"].shape == arrays["start.layers.0.weight"].shape == arrays["best.layers.0.weight"].shape == (16, 4)


def test_data_that_are_too_large_stay_outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = tmp_path / "iris.csv"
    table.write_bytes(IRIS.read_bytes())
    project = edits.project_from_file(table)
    monkeypatch.setattr(store, "EMBED_BYTES", 100)
    path = tmp_path / "a.flux"
    store.save(project, path)
    assert same(project, store.load(path))
    table.write_bytes(IRIS.read_bytes() + b"1,2,3,4,setosa\n")
    with pytest.raises(FormatError, match="changed"):
        store.load(path)
    table.unlink()
    with pytest.raises(FormatError, match="not there"):
        store.load(path)


def test_a_failed_save_leaves_the_old_file(tmp_path: Path, iris: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.flux"
    store.save(iris, path)
    before = path.read_bytes()
    monkeypatch.setattr("os.fsync", lambda _handle: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(FormatError, match="disk is full"):
        store.save(edits.line_example(), path)
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["a.flux"]


def refusal(path: Path, project: Project) -> str:
    """Return why the file is refused, "" when it gives just `project`."""
    try:
        assert same(project, store.load(path))
    except FormatError as error:
        return str(error)
    return ""


def test_damage_is_always_noticed(tmp_path: Path, iris: Project) -> None:
    path = tmp_path / "a.flux"
    store.save(iris, path)
    good = path.read_bytes()
    chance = random.Random(0)
    for round_ in range(200):
        content = bytearray(good)
        if round_ % 2:
            content = content[: chance.randrange(len(content))]
        else:
            for _ in range(chance.randint(1, 4)):
                content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
        path.write_bytes(content)
        message = refusal(path, iris)
        assert message == "" or ("a.flux" in message and "\n" not in message)


def changed(path: Path, name: str, edit: Any) -> None:
    """Rewrite one entry of a project file with correct hashes, as a hostile program would."""
    content, entries = archive.unpack(path)
    entries.pop("mimetype")
    spec = content["spec"]
    if name == "spec":
        edit(spec)
    elif name.endswith(".json"):
        entries[name] = edit(entries[name])
    else:
        arrays = dict(read_tensors(entries[name], ""))
        edit(arrays)
        entries[name] = write_tensors(arrays)
    path.write_bytes(archive.pack(spec, "test", entries))


@pytest.mark.parametrize(
    ("name", "edit"),
    [
        ("spec", lambda s: s["model"]["layers"][0].update(units=7)),
        ("spec", lambda s: s["model"]["layers"][0].update(units=10**9)),
        ("spec", lambda s: s["model"]["layers"][0].update(type="python")),
        ("spec", lambda s: s["model"]["layers"][1].update(units=5)),
        ("spec", lambda s: s["model"]["layers"][0]["activation"].update(name="os.system")),
        ("spec", lambda s: s["training"].update(epochs=-1)),
        ("spec", lambda s: s["training"].update(extra=1)),
        ("spec", lambda s: s["model"].update(dtype="float64")),
        ("spec", lambda s: s["data"]["source"]["columns"][0].update(name="other")),
        ("parameters.safetensors", lambda a: a.pop("layers.0.weight")),
        ("parameters.safetensors", lambda a: a.pop("statistics")),
        ("parameters.safetensors", lambda a: a.update({"layers.0.weight": np.full((16, 4), np.nan, np.float32)})),
        ("parameters.safetensors", lambda a: a.update({"layers.0.weight": np.ones((4, 16), np.float32)})),
        ("parameters.safetensors", lambda a: a.update({"layers.0.weight": np.ones((16, 4), np.float64)})),
        ("checkpoint.safetensors", lambda a: a.update({"Adam.scalars": np.array([[np.inf]])})),
        ("checkpoint.safetensors", lambda a: a.update({"Adam.m": np.ones(3)})),
        ("checkpoint.safetensors", lambda a: a.update({"watch.early_stopping.count": np.array(np.nan)})),
        ("checkpoint.safetensors", lambda a: a.update({"watch.early_stopping.last": np.array(np.inf)})),
        ("checkpoint.safetensors", lambda a: a.update({"watch.early_stopping.count": np.ones(2)})),
        ("checkpoint.safetensors", lambda a: a.update({"watch.early_stopping.count": np.empty(0)})),
        ("parameters.safetensors", lambda a: a.update({"start.statistics": np.ones(3, np.float32)})),
        ("parameters.safetensors", lambda a: a.update({"statistics": np.ones(3, np.float32)})),
        ("checkpoint.json", lambda _: b'{"epoch": 1}'),
        ("checkpoint.json", lambda c: c.replace(b'"best",', b'"worst",')),
        ("checkpoint.json", lambda c: c.replace(b'"epoch": 12', b'"epoch": -12')),
        ("history.safetensors", lambda a: a.pop("train.low")),
        ("history.safetensors", lambda a: a.update({"train.low": np.ones(2)})),
        ("data.safetensors", lambda a: a.pop("column.0")),
        ("data.safetensors", lambda a: a.update({"column.0": np.ones(3)})),
        ("data.safetensors", lambda a: a.update({"column.4": np.full(150, 99, np.int32)})),
        ("data.safetensors", lambda a: a.update({"column.0": np.full(150, np.inf)})),
        ("data.json", lambda c: c.replace(b'"rows": 150', b'"rows": 149')),
    ],
)
def test_contents_that_no_project_has(tmp_path: Path, iris: Project, name: str, edit: Any) -> None:
    path = tmp_path / "a.flux"
    store.save(iris, path)
    changed(path, name, edit)
    with pytest.raises(FormatError, match=r"a\.flux") as caught:
        store.load(path)
    assert "\n" not in str(caught.value)


def test_the_optimiser_of_an_older_file_goes_on(tmp_path: Path, iris: Project) -> None:
    path = tmp_path / "a.flux"
    half = np.full(len(iris.state.parameters), 0.5, np.float32)
    store.save(iris, path)

    def old(arrays: Any) -> None:
        arrays.clear()
        arrays.update({"slot.m": half, "slot.v": half, "scalars": np.array([0.81, 0.998], np.float32)})

    changed(path, "checkpoint.safetensors", old)
    slots = store.load(path).state.slots
    assert set(slots) == {"Adam.m", "Adam.v", "Adam.scalars", "groups"}
    run = Run(edits.set_value(store.load(path), "training.epochs", 9))
    np.testing.assert_array_equal(run.optimiser.slots["Adam.m"], half)
    np.testing.assert_array_equal(run.optimiser.export()["Adam.scalars"], slots["Adam.scalars"])


def test_made_data_come_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    painting = edits.add_point(edits.project_from_painted(), (1.5, -2.5), "b")
    generated = edits.set_value(edits.project_from_sample("spiral"), "data.prepare.features", "x1^2, sin(x2)")
    for project in (painting, generated, edits.project_from_painted(PaintedData(()))):
        store.save(project, tmp_path / "a.flux")
        back = store.load(tmp_path / "a.flux")
        assert back.spec == project.spec
        np.testing.assert_array_equal(back.dataset.parts["train"].x, project.dataset.parts["train"].x)
        np.testing.assert_array_equal(back.dataset.parts["test"].rows, project.dataset.parts["test"].rows)
    monkeypatch.setattr(store, "EMBED_BYTES", 100)
    for project in (painting, generated):  # a painting cannot be made again
        store.save(project, tmp_path / "small.flux")
        np.testing.assert_array_equal(store.load(tmp_path / "small.flux").table.columns[0].values, project.table.columns[0].values)


def test_files_of_their_own_come_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, rows in (("a.csv", 20), ("b.csv", 6)):
        (tmp_path / name).write_text("x,y\n" + "".join(f"{i},{i * 1.5}\n" for i in range(rows)))
    project = edits.project_from_file(tmp_path / "a.csv", further=("", tmp_path / "b.csv"))
    for limit in (store.EMBED_BYTES, 10):
        monkeypatch.setattr(store, "EMBED_BYTES", limit)
        store.save(project, tmp_path / "a.flux")
        back = store.load(tmp_path / "a.flux")
        assert back.dataset.parts["test"].rows.tolist() == list(range(20, 26))
    with (tmp_path / "b.csv").open("a") as file:
        file.write("7,8\n")
    with pytest.raises(FormatError, match=r"b\.csv.*changed"):
        store.load(tmp_path / "a.flux")
    (tmp_path / "b.csv").unlink()
    with pytest.raises(FormatError, match=r"b\.csv.*not there"):
        store.load(tmp_path / "a.flux")


def test_very_many_columns_come_back(tmp_path: Path) -> None:
    cells = ["".join(f"{i * row % 7}," for i in range(5000)) + f"{'ab'[row % 2]},{row * 1.5}" for row in range(12)]
    rows = ["".join(f"c{i}," for i in range(5000)) + "w,y", *cells]
    (tmp_path / "wide.csv").write_text("\n".join(rows) + "\n")
    project = edits.project_from_file(tmp_path / "wide.csv", wishes=edits.Wishes(hidden=()))
    store.save(project, tmp_path / "wide.flux")
    back = store.load(tmp_path / "wide.flux")
    assert back.table.names == project.table.names
    for name in ("c1", "c4999", "w", "y"):
        assert back.table.column(name).values.tolist() == project.table.column(name).values.tolist()
