"""Tests of plans with machine code: every call does what numpy does, alone and joined with others, and equal plans share code."""

import gc
import weakref
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flux_gui.engine.backend import NUMPY, STRICT, UFUNCS, Call, copy_where, run
from flux_gui.engine.native import compiled, plans
from flux_gui.engine.native.statements import CALCULATED

pytestmark = pytest.mark.skipif(not plans.available(), reason="llvmlite is not here")
FLOATS = [np.float32, np.float64]
DTYPES = pytest.mark.parametrize("dtype", FLOATS, ids=["float32", "float64"])
TRANSLATED = [name for name in UFUNCS if name not in ("floor_divide", "remainder", "bitwise_and", "bitwise_xor")]


def nothing(array: np.ndarray) -> Call:
    """A call that is translated and changes an array of its own: a plan of one call stays as it is."""
    return (np.negative, (array, array))


def same(make: Callable[[], tuple[list[Call], list[np.ndarray]]], exact: bool) -> None:
    """Check that translated calls leave in the arrays what the calls themselves leave there."""
    (calls, found), (reference, wanted) = make(), make()
    translated = compiled(calls)
    assert len(translated) == 1, translated
    with np.errstate(all="ignore"):
        for _ in range(3):
            run(translated)
            run(reference)
    for a, b in zip(found, wanted, strict=True):
        if exact:
            np.testing.assert_array_equal(a, b)
        else:
            np.testing.assert_allclose(a, b, rtol=30 * np.finfo(b.dtype).eps, atol=0)


def numbers(dtype: Any, shape: Any, seed: int = 0, special: bool = True) -> np.ndarray:
    made = np.random.default_rng(seed).normal(0, 3, shape).astype(dtype)
    if special and made.size >= 12:
        made.reshape(-1)[:7] = [0.0, -0.0, np.inf, -np.inf, np.nan, 1e-30, 80.0]
    return made


@DTYPES
@pytest.mark.parametrize("name", TRANSLATED)
@pytest.mark.parametrize("shapes", [((37,), (37,)), ((5, 7), (7,)), ((5, 1), ()), ((), ())], ids=str)
def test_each_function_is_that_of_numpy(name: str, shapes: Any, dtype: Any) -> None:
    function = getattr(np, name)
    boolean = name.startswith("logical")

    def make() -> tuple[list[Call], list[np.ndarray]]:
        inputs = [numbers(dtype, shape, i) for i, shape in enumerate(shapes)][: function.nin]
        if boolean:
            inputs = [np.asarray(array > 0) for array in inputs]
        out = np.zeros(shapes[0], bool if boolean or name in ("greater", "greater_equal", "equal") else dtype)
        aside = numbers(dtype, 3)
        return [(NUMPY.function(name), (*inputs, out)), nothing(aside)], [out, aside]

    same(make, exact=name not in CALCULATED)


@DTYPES
def test_masks_are_numbers_and_select(dtype: Any) -> None:
    def make() -> tuple[list[Call], list[np.ndarray]]:
        x, mask, out, other = numbers(dtype, 40), np.zeros(40, bool), np.zeros(40, dtype), np.zeros(40, dtype)
        zero = np.zeros((), dtype)
        return [
            (np.greater, (x, zero, mask)),
            (np.multiply, (x, mask, out)),
            (np.copyto, (other, mask)),
            (copy_where, (np.copyto, other, x, mask)),
        ], [mask, out, other]

    same(make, exact=True)


@DTYPES
@pytest.mark.parametrize("shape", [(1, 1, 1), (3, 1, 4), (1, 5, 1), (6, 20, 1), (4, 8, 9), (7, 30, 5), (1, 9, 6)], ids=str)
@pytest.mark.parametrize("turned", ["", "a", "b", "ab"])
def test_products_of_small_matrices(shape: tuple[int, int, int], turned: str, dtype: Any) -> None:
    m, k, n = shape

    def make() -> tuple[list[Call], list[np.ndarray]]:
        a = numbers(dtype, (k, m) if "a" in turned else (m, k), 1, special=False)
        b = numbers(dtype, (n, k) if "b" in turned else (k, n), 2, special=False)
        out, aside = np.zeros((m, n), dtype), numbers(dtype, 3)
        return [((a.T if "a" in turned else a).dot, (b.T if "b" in turned else b, out)), nothing(aside)], [out]

    (calls, (found,)), (reference, (wanted,)) = make(), make()
    run(compiled(calls))
    run(reference)
    np.testing.assert_allclose(found, wanted, rtol=1e-4 if dtype == np.float32 else 1e-12, atol=1e-5 if dtype == np.float32 else 1e-13)


@DTYPES
@pytest.mark.parametrize("kind", ["add", "maximum"])
@pytest.mark.parametrize(("shape", "axes"), [((40,), (0,)), ((6, 11), (1,)), ((6, 11), (0,)), ((5, 3), (0, 1)), ((1, 4), (0,))], ids=str)
def test_sums_and_largest(kind: str, shape: Any, axes: Any, dtype: Any) -> None:
    kept = tuple(n for i, n in enumerate(shape) if i not in axes)
    source = numbers(dtype, shape, 3, special=False)
    out, aside = np.zeros(kept, dtype), numbers(dtype, 3)
    translated = compiled([NUMPY.reduce(kind, source, axes, out, False), nothing(aside)])
    assert len(translated) == 1
    run(translated)
    wanted = getattr(np, kind).reduce(source.astype(np.float64), axis=axes)
    np.testing.assert_allclose(out, wanted, rtol=1e-5 if dtype == np.float32 else 1e-13, atol=1e-5 if dtype == np.float32 else 1e-13)


def test_the_largest_of_a_row_with_nan_is_nan() -> None:
    source = np.array([[1.0, np.nan, 2.0], [3.0, 1.0, 2.0]])
    out = np.zeros(2)
    run(compiled([NUMPY.reduce("maximum", source, (1,), out, False), nothing(np.zeros(2))]))
    assert np.isnan(out[0])
    assert out[1] == 3.0


EXACT = ["add", "subtract", "multiply", "maximum", "minimum", "negative", "absolute", "square", "sign"]


@given(st.lists(st.tuples(st.sampled_from(EXACT), *[st.integers(0, 7)] * 3), min_size=2, max_size=12), st.integers(0, 2**16))
@settings(max_examples=80, deadline=None)
def test_any_order_of_calls_over_shared_memory(steps: list[tuple[str, int, int, int]], seed: int) -> None:
    """Stretches that overlap, single numbers inside of stretches, results that are overwritten unread: always what numpy leaves."""

    def make() -> tuple[list[Call], list[np.ndarray]]:
        memory = np.random.default_rng(seed).normal(size=40)
        views = [memory[0:8], memory[8:16], memory[4:12], memory[16:24], memory[24:32], memory[32:40], memory[9], memory[20]]
        views[6:] = [memory[9:10].reshape(()), memory[20:21].reshape(())]
        calls: list[Call] = []
        for name, a, b, out in steps:
            function = getattr(np, name)
            target = views[out]
            inputs = [views[i] for i in (a, b)[: function.nin]]
            if any(np.shares_memory(i, target) and i is not target for i in inputs) or any(i.ndim > target.ndim for i in inputs):
                continue
            calls.append((NUMPY.function(name), (*inputs, target)))
        return calls, [memory]

    (calls, (found,)), (reference, (wanted,)) = make(), make()
    translated = compiled(calls)
    with np.errstate(all="ignore"):
        for _ in range(2):
            run(translated)
            run(reference)
    np.testing.assert_array_equal(found, wanted)


def test_calls_that_cannot_be_translated_stay_in_their_place() -> None:
    seen: list[float] = []
    x = np.ones(4)
    calls: list[Call] = [(np.add, (x, x, x)), (np.add, (x, x, x)), (lambda: seen.append(float(x[0])), ()), (np.negative, (x, x))]
    translated = compiled(calls)
    assert len(translated) == 3
    assert translated[1] is calls[2]
    run(translated)
    assert seen == [4.0]
    assert x[0] == -4.0


def test_other_devices_and_single_or_very_many_calls_stay_as_they_are() -> None:
    x = np.ones(4)
    call: Call = (np.add, (x, x, x))
    for calls, backend in (([call], NUMPY), ([call] * (plans.MOST_CALLS + 1), NUMPY), ([call] * 2, STRICT)):
        assert compiled(calls, backend) is calls


def test_equal_plans_are_compiled_once(monkeypatch: pytest.MonkeyPatch) -> None:
    texts: list[str] = []
    real = plans.compile_text
    monkeypatch.setattr(plans, "compile_text", lambda text: texts.append(text) or real(text))
    for offset in range(3):
        x = np.full(13, float(offset))
        run(compiled([(np.cosh, (x, x)), (np.sinh, (x, x)), (np.negative, (x, x))]))
        np.testing.assert_allclose(x, -np.sinh(np.cosh(offset)))
    assert len(texts) <= 1


def test_arrays_live_as_long_as_the_plan_and_no_longer() -> None:
    x = np.ones(50)
    watch = weakref.ref(x)
    translated = compiled([(np.add, (x, x, x)), (np.add, (x, x, x))])
    del x
    gc.collect()
    assert watch() is not None
    run(translated)
    del translated
    gc.collect()
    assert watch() is None


def test_the_cost_of_calls_counts_machine_code_as_little() -> None:
    x = np.ones(4)
    calls: list[Call] = [(np.add, (x, x, x))] * 10
    assert plans.cost(compiled(calls)) < plans.cost(calls) / 20
