"""`info`: projects and devices."""

import json
from pathlib import Path

from flux_gui.core.paths import resource
from terminal import ok, refused


def test_projects(tmp_path: Path) -> None:
    path = tmp_path / "a.flux"
    ok("new", path, "--formula", "x^2", "--train", "0:1:0.1")
    info = json.loads(ok("info", path, "--json"))
    assert info["data"] == "x^2, x = 0:1:0.1 and 6:10"
    assert info["optimiser"] == {"name": "Adam", "eta": 0.001, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-08}
    assert info["state"] == "new"
    assert "Chain(Dense(1 => 16, relu), Dense(16 => 1))" in ok("info", path)
    assert "epochs planned     200" in ok("info", path)
    ok("new", path, "--data", resource("samples", "iris.csv"), "--target", "species")
    assert json.loads(ok("info", path, "--json"))["data"] == "iris.csv"


def test_devices() -> None:
    assert ok("info", "--devices").startswith("cpu")
    assert json.loads(ok("info", "--devices", "--json"))["devices"][0]["name"] == "cpu"
    assert "project file" in refused("info")
