"""safetensors bytes with limits."""

import json

import numpy as np
import pytest

from flux_gui.core.errors import FormatError
from flux_gui.data import tensors


def test_round_trip() -> None:
    arrays = {"a": np.arange(6.0).reshape(2, 3).T, "b": np.float32([]), "c": np.int64([1]), "d": np.array(2.0)}
    back = tensors.read_tensors(tensors.write_tensors(arrays), "x")
    assert set(back) == set(arrays)
    for key, array in arrays.items():
        np.testing.assert_array_equal(back[key], array)
        assert (back[key].dtype, back[key].shape) == (array.dtype, array.shape)
    assert tensors.read_tensors(tensors.write_tensors({}), "x") == {}


def with_header(header: bytes, body: bytes = b"") -> bytes:
    return len(header).to_bytes(8, "little") + header + body


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff" * 8,
        with_header(b"{"),
        with_header(b"[]"),
        with_header(b"[" * 100_000),
        with_header(b'{"a":{"dtype":"F32","shape":[9],"data_offsets":[0,36]}}'),
        with_header(b'{"a":{"dtype":"BF16","shape":[1],"data_offsets":[0,2]}}', b"12"),
        with_header(b" " * (tensors.MAX_HEADER + 1)),
        with_header(json.dumps({f"a{i}": {"dtype": "F32", "shape": [0], "data_offsets": [0, 0]} for i in range(5000)}).encode()),
    ],
)
def test_damaged_bytes(content: bytes) -> None:
    with pytest.raises(FormatError, match="here"):
        tensors.read_tensors(content, "here")
