"""Parameters in safetensors files."""

from pathlib import Path

import numpy as np
import pytest

from flux_gui.core.errors import FormatError
from flux_gui.data.tensors import write_tensors
from flux_gui.exporters import read_parameters


def test_reads_arrays_and_refuses_damage(tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    path.write_bytes(write_tensors({"layers.0.weight": np.ones((1, 2), np.float32)}))
    assert read_parameters(path)["layers.0.weight"].shape == (1, 2)
    path.write_bytes(path.read_bytes()[:20])
    with pytest.raises(FormatError, match=r"a\.safetensors"):
        read_parameters(path)
