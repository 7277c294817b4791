"""NPZ files of unknown origin: damaged, lying, or meant to run code."""

import contextlib
import io
import pickle
import random
import zipfile
from pathlib import Path

import numpy as np
import pytest

from flux_gui.core.errors import FormatError
from flux_gui.exporters import read_parameters


def test_plain_numpy_files_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    arrays = {"layers.0.weight": np.asfortranarray(np.arange(6.0).reshape(2, 3)), "layers.0.bias": np.float32([1, 2])}
    np.savez_compressed(path, **arrays)
    back = read_parameters(path)
    for key, array in arrays.items():
        np.testing.assert_array_equal(back[key], array)


def test_objects_are_never_unpickled(tmp_path: Path) -> None:
    class Evil:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return (Path.touch, (str(tmp_path / "ran"),))

    path = tmp_path / "a.npz"
    np.savez(path, allow_pickle=True, x=np.array([Evil()], dtype=object))
    with pytest.raises(FormatError):
        read_parameters(path)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("x.npy", pickle.dumps(1))
    with pytest.raises(FormatError):
        read_parameters(path)
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("shape", ["(1000000000000,)", "(3, 4", "(" * 3000, "(-1,)", "([],)"])
def test_lying_headers(tmp_path: Path, shape: str) -> None:
    header = f"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}}}".encode()
    content = b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + b"\0" * 64
    path = tmp_path / "a.npz"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("x.npy", content)
    with pytest.raises(FormatError, match=r"a\.npz"):
        read_parameters(path)


def test_random_damage(tmp_path: Path) -> None:
    stream = io.BytesIO()
    np.savez(stream, a=np.arange(50.0), b=np.array("text"))
    good, path, chance = stream.getvalue(), tmp_path / "a.npz", random.Random(1)
    for round_ in range(150):
        content = bytearray(good)
        if round_ % 2:
            content = content[: chance.randrange(len(content))]
        else:
            content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
        path.write_bytes(content)
        with contextlib.suppress(FormatError):  # anything else fails the test
            read_parameters(path)
