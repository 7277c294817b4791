"""Tests of array modules, of the strict stand-in for a device, and of random numbers as functions of integers."""

from typing import Any

import numpy as np
import pytest

from flux_gui.engine import backend as b


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("size", [1, 7, 1000])
def test_arrays_start_at_multiples_of_64_bytes(size: int, dtype: Any) -> None:
    flat, buffer = b.NUMPY.flat(size, dtype), b.NUMPY.buffer((size, 2), dtype)
    assert flat.ctypes.data % 64 == buffer.ctypes.data % 64 == 0
    assert flat.shape == (size,)
    assert not flat.any()
    assert buffer.shape == (size, 2)
    assert flat.dtype == buffer.dtype == dtype


def test_permutations_depend_on_seed_and_epoch_alone() -> None:
    first = b.permutation(1, 5, 100)
    np.testing.assert_array_equal(first, b.permutation(1, 5, 100))
    np.testing.assert_array_equal(np.sort(first), np.arange(100))
    assert not np.array_equal(first, b.permutation(1, 6, 100))
    assert not np.array_equal(first, b.permutation(2, 5, 100))
    for seed in (-1, 2**63, 2**64 - 2):
        assert not np.array_equal(b.permutation(seed, 0, 100), b.permutation(seed + 1, 0, 100))


@pytest.mark.parametrize("backend", [b.NUMPY, b.STRICT], ids=["numpy", "strict"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_uniform_numbers_depend_on_seed_node_and_step_alone(backend: b.Backend, dtype: Any) -> None:
    def drawn(seed: int, node: int, step: int, shape: tuple[int, ...] = (50, 3)) -> np.ndarray:
        clock = b.Clock(seed)
        clock.step = step
        out = backend.empty(shape, dtype)
        b.fill_uniform(out, node, clock, backend)
        return np.array(backend.to_host(out))

    first = drawn(1, 2, 3)
    assert first.dtype == dtype
    assert ((first >= 0) & (first < 1)).all()
    np.testing.assert_array_equal(first, drawn(1, 2, 3))
    for other in ((2, 2, 3), (1, 3, 3), (1, 2, 4)):
        assert not np.isin(drawn(*other), first).all()
        assert abs(np.corrcoef(drawn(*other).ravel(), first.ravel())[0, 1]) < 0.4
    assert drawn(1, 2, 3, ()).shape == ()


def test_both_modules_draw_the_same() -> None:
    outs = [backend.empty((4, 4), np.float32) for backend in (b.NUMPY, b.STRICT)]
    for out, backend in zip(outs, (b.NUMPY, b.STRICT), strict=True):
        b.fill_uniform(out, 1, b.Clock(9), backend)
    np.testing.assert_array_equal(outs[0], b.STRICT.to_host(outs[1]))


@pytest.mark.parametrize("backend", [b.NUMPY, b.STRICT], ids=["numpy", "strict"])
def test_a_backend_loads_gathers_and_reduces(backend: b.Backend) -> None:
    table = np.arange(12.0).reshape(4, 3)
    device = backend.zeros((4, 3), np.float32)
    backend.load(device, table)
    assert device.dtype == np.float32
    rows = backend.empty((2, 3), np.float32)
    backend.taker(device)(backend.asarray(np.array([3, 0])), 0, rows, "clip")
    np.testing.assert_array_equal(backend.to_host(rows), table[[3, 0]])
    total, largest = backend.empty((3,), np.float32), backend.empty((4, 1), np.float32)
    for function, arguments in (
        backend.reduce("add", device, (0,), total, False),
        backend.reduce("maximum", device, (1,), largest, True),
    ):
        function(*arguments)
    np.testing.assert_array_equal(backend.to_host(total), table.sum(axis=0))
    np.testing.assert_array_equal(backend.to_host(largest), table.max(axis=1, keepdims=True))
    np.testing.assert_array_equal(backend.to_host(backend.broadcast_to(total, (2, 3)))[1], table.sum(axis=0))


def test_only_listed_functions_exist() -> None:
    for backend in (b.NUMPY, b.STRICT):
        for name in b.ALLOWED:
            assert callable(backend.function(name))
        with pytest.raises(ValueError, match="einsum"):
            backend.function("einsum")
    with pytest.raises(AttributeError, match="einsum"):
        _ = b.STRICT.xp.einsum


def test_the_stand_in_refuses_what_a_device_refuses() -> None:
    device = b.STRICT.asarray(np.ones((2, 3)))
    with pytest.raises(TypeError, match="to_host"):
        np.asarray(device)
    with pytest.raises(TypeError, match="numpy function"):
        np.add(device, 1.0)
    with pytest.raises(TypeError, match="asarray"):
        b.STRICT.function("add")(device, np.ones((2, 3)), device)
    with pytest.raises(TypeError, match="asarray"):
        device[0] = np.ones(3)
    with pytest.raises(AttributeError):
        _ = device.ctypes
    assert (device.shape, device.ndim, device.size, device.nbytes) == ((2, 3), 2, 6, 48)
    assert device.T.reshape(6).view(np.uint8).shape == (48,)
    device[0] = 5.0
    device[1].fill(2.0)
    np.testing.assert_array_equal(device.get(), [[5, 5, 5], [2, 2, 2]])


def test_the_stand_in_copies_what_comes_from_the_host() -> None:
    host = np.ones(3)
    device = b.STRICT.asarray(host)
    host[0] = 9
    assert device.get()[0] == 1
    assert b.STRICT.asarray(device) is device
    assert b.STRICT.asarray(device, np.float32).dtype == np.float32


def test_threads_of_the_matrix_library_can_be_limited() -> None:
    before = b.blas_threads()
    try:
        assert b.blas_threads(1) == 1
    finally:
        b.blas_threads(before)
    assert b.blas_threads() == before
