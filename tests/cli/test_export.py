"""`export` on the terminal."""

from pathlib import Path

import numpy as np

from flux_gui.document import store
from flux_gui.exporters import EXPORTERS
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
