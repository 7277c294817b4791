"""Settings by path on the command line."""

import json
from pathlib import Path

import pytest

from flux_gui.core.paths import resource
from flux_gui.document import store
from flux_gui.specs import Choice, DenseSpec, Stage
from terminal import ok, refused, run

IRIS = resource("samples", "iris.csv")


def test_new_takes_any_setting(tmp_path: Path) -> None:
    path = tmp_path / "a.flux"
    given = (
        "training.optimiser.eta=0.05",
        "training.chain.ClipNorm.omega=2",
        "training.chain.WeightDecay=yes",
        "training.schedule.0.rule=CosAnneal",
        "training.schedule.0.rule.restart=no",
        "training.stop.early_stopping.patience=7",
        "training.frozen.hidden1=on",
        "training.class_weights=balanced",
        "training.shuffle=off",
        "model.layers.0.activation=elu",
        "model.layers.0.activation.alpha=0.5",
        "model.layers.0.initialiser=orthogonal",
        "training.epochs=4",
    )
    ok("new", path, "--data", IRIS, *(part for setting in given for part in ("--set", setting)))
    spec = store.load(path).spec
    assert spec.training.optimiser == Choice("Adam", {"eta": 0.05})
    assert spec.training.chain == (Choice("ClipNorm", {"omega": 2.0}), Choice("WeightDecay"))
    assert spec.training.schedule == (Stage(Choice("CosAnneal", {"restart": 0.0})),)
    assert spec.training.stop == (Choice("early_stopping", {"patience": 7.0}),)
    assert (spec.training.frozen, spec.training.class_weights, spec.training.shuffle) == (("hidden1",), "balanced", False)
    layer = spec.model.layers[0]
    assert isinstance(layer, DenseSpec)
    assert (layer.activation, layer.initialiser) == (Choice("elu", {"alpha": 0.5}), Choice("orthogonal"))
    described = ok("info", path)
    for word in ("ClipNorm", "omega 2", "CosAnneal", "early_stopping", "hidden1", "balanced"):
        assert word in described
    facts = json.loads(ok("info", path, "--json"))
    assert [rule["name"] for rule in facts["chain"]] == ["ClipNorm", "WeightDecay"]
    assert facts["stop_rules"][0]["patience"] == 7
    assert facts["schedule"][0]["epochs"] == 0
    assert json.loads(ok("train", path, "--json"))["epochs"] == 4
    assert json.loads(ok("info", path, "--json"))["threads"] >= 1


def test_train_takes_any_setting(tmp_path: Path) -> None:
    path = tmp_path / "a.flux"
    ok("new", path, "--data", IRIS, "--epochs", 3)
    ok("train", path, "--set", "training.optimiser=Momentum", "--set", "training.epochs=5")
    assert store.load(path).spec.training.optimiser == Choice("Momentum")
    assert store.load(path).state.epoch == 5


@pytest.mark.parametrize("loss", ["crossentropy", "focal_loss", "kldivergence"])
def test_a_loss_of_probabilities_brings_its_softmax(tmp_path: Path, loss: str) -> None:
    ok("new", tmp_path / "a.flux", "--data", IRIS, "--loss", loss, "--epochs", 2)
    assert "softmax" in json.loads(ok("info", tmp_path / "a.flux", "--json"))["model"]
    assert json.loads(ok("train", tmp_path / "a.flux", "--json"))["train"]["loss"] > 0


def test_train_sets_the_target_and_tells_what_does_not_go_together(tmp_path: Path) -> None:
    path = tmp_path / "a.flux"
    ok("new", path, "--data", IRIS, "--layers", "", "--epochs", "2")
    ok("train", path, "--set", "data.source.target=petal_width")
    assert store.load(path).dataset.preparation.target == "petal_width"
    told = run("train", path, "--more", 1, "--set", "model.layers.0.activation=relu").err
    assert "The output passes through relu" in told
    assert "relu" not in run("train", path, "--more", 1, "--set", "training.optimiser.eta=0.01").err
    assert store.load(path).state.epoch == 2  # another activation began a new run
    assert "is trained already: 2 epochs." in run("train", path, "--epochs", 1).err


def test_settings_that_do_not_go_together_are_told(tmp_path: Path) -> None:
    done = run("new", tmp_path / "a.flux", "--data", IRIS, "--set", "training.loss=crossentropy")
    assert done.status == 0
    assert "softmax" in done.err


def test_a_run_that_a_rule_ended_says_why(tmp_path: Path) -> None:
    path = tmp_path / "a.flux"
    ok("new", path, "--data", IRIS, "--epochs", 50, "--set", "training.stop.target_loss.loss=100")
    done = run("train", path)
    assert "reached the target" in done.err
    assert store.load(path).state.epoch == 1
    again = run("train", path)
    assert (again.status, "reached the target" in again.err) == (0, True)
    assert store.load(path).state.epoch == 1
    ok("train", path, "--more", 1)
    assert store.load(path).state.epoch == 2


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("training.epochs", "PATH=VALUE"),
        ("=3", "PATH=VALUE"),
        ("training.epoch=3", "training.epoch"),
        ("training.epochs=many", "number"),
        ("training.shuffle=maybe", "yes or no"),
        ("training.chain.Clipnorm2=yes", "Clipnorm2"),
        ("training.optimiser=Adamm", "Adamm"),
        ("model.layers.9.units=3", "model.layers.9.units"),
        ("model.layers.1.units=5", "output layer"),
    ],
)
def test_wrong_settings_are_refused(tmp_path: Path, setting: str, said: str) -> None:
    assert said in refused("new", tmp_path / "a.flux", "--data", IRIS, "--set", setting)
    assert not (tmp_path / "a.flux").exists()
