"""Parameters pinned to the live plot."""

import json
import zipfile
from pathlib import Path

import msgspec
import pytest

from flux_gui.core.errors import SettingError
from flux_gui.document import edits, pins, store
from flux_gui.document.project import Project
from flux_gui.gui.addresses import addresses
from flux_gui.specs import Pin, ViewSpec


def iris() -> Project:
    return edits.project_from_sample("iris")


def test_pinning_and_unpinning_changes_nothing_else() -> None:
    project = iris()
    one = pins.pin(pins.pin(project, 17), 3)
    assert pins.pinned(one) == [17, 3]
    assert pins.pin(one, 3) is one
    assert one.state is project.state
    assert one.dataset is project.dataset
    assert pins.pinned(pins.unpin(one, 17)) == [3]
    assert pins.unpin(one, 5) is one


def test_every_parameter_can_be_pinned() -> None:
    project = edits.add_layer(edits.add_layer(iris(), 1, "parallel"), 2, "batchnorm")
    places = addresses(project)
    for index in range(len(places)):
        assert pins.pinned(pins.pin(project, index)) == [index]


def test_at_most_eight() -> None:
    project = iris()
    for index in range(pins.MOST):
        project = pins.pin(project, index)
    with pytest.raises(SettingError, match="8 parameters"):
        pins.pin(project, 40)
    with pytest.raises(SettingError, match="no parameter"):
        pins.pin(iris(), 10_000)


def test_a_pin_follows_its_layer_and_comes_back_with_it() -> None:
    project = iris()
    output = addresses(project).find(1, "bias", 2, 0)
    assert output is not None
    project = pins.pin(project, output.index)
    deeper = edits.add_layer(project, 1)
    moved = addresses(deeper).at(pins.pinned(deeper)[0])
    assert moved.key == "layers.2.bias[2]"
    hidden = pins.pin(project, 0)
    assert pins.pinned(edits.remove_layer(hidden, 0)) != [0, output.index]
    assert len(pins.pinned(edits.remove_layer(hidden, 0))) == 1


def test_impossible_pins_of_a_file_are_nobodys() -> None:
    wrong = (Pin("nobody", "weight"), Pin("hidden1", "weight", 99), Pin("hidden1", "bias", -1), Pin("hidden1", "bias", 0, 3))
    project = iris()
    spec = msgspec.structs.replace(project.spec, view=ViewSpec(wrong * 3))
    odd = Project(spec, project.table, project.dataset, project.state)
    assert pins.pinned(odd) == []
    assert len(pins.pin(odd, 0).spec.view.pinned) == 1


def test_the_project_file_keeps_them_and_older_files_open(tmp_path: Path) -> None:
    project = pins.pin(pins.pin(iris(), 20), 4)
    store.save(project, tmp_path / "a.flux")
    assert pins.pinned(store.load(tmp_path / "a.flux")) == [20, 4]
    with zipfile.ZipFile(tmp_path / "a.flux") as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    content = json.loads(entries["project.json"])
    assert content["spec"].pop("view")["pinned"][0]["name"]
    content["schema"] = 2
    entries["project.json"] = json.dumps(content).encode()
    with zipfile.ZipFile(tmp_path / "b.flux", "w") as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    assert pins.pinned(store.load(tmp_path / "b.flux")) == []
