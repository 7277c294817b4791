"""`export` on the terminal."""

from pathlib import Path

import numpy as np

from flux_gui.document import store
from flux_gui.exporters import EXPORTERS
from flux_gui.exporters.code import CODES, source
from terminal import ok, refused


def test_every_format(tmp_path: Path) -> None:
    path = tmp_path / "a.flux"
    ok("new", path, "--formula", "x")
    for entry in EXPORTERS:
        out = tmp_path / f"p{entry.extension}"
        assert "49 parameters" in ok("export", path, out)
        assert out.stat().st_size
    with np.load(tmp_path / "p.npz", allow_pickle=False) as arrays:
        np.testing.assert_array_equal(arrays["layers.0.weight"].ravel(), store.load(path).state.parameters[:16])
    assert "'.onnx'" in refused("export", path, tmp_path / "p.onnx")
    assert "does not exist" in refused("export", path, tmp_path / "none" / "p.npz")


def test_programs_in_every_language(tmp_path: Path) -> None:
    path = tmp_path / "a.flux"
    ok("new", path, "--formula", "x")
    project = store.load(path)
    for entry in CODES:
        out = tmp_path / f"a{entry.extension}"
        assert "with its weights" in ok("export", path, out, "--format", entry.name.upper())
        assert out.read_text(encoding="utf-8") == source(project, entry.name)
        assert ok("export", path, "-", "--format", entry.name, "--without-weights") == source(project, entry.name, weights=False)
    assert "ends in .jl" in refused("export", path, tmp_path / "b.py", "--format", "flux_jl")
    assert "no language called 'torch'" in refused("export", path, tmp_path / "b.py", "--format", "torch")
    assert "--format" in refused("export", path, tmp_path / "b.py")
    assert "--format" in refused("export", path, tmp_path / "b.npz", "--without-weights")
