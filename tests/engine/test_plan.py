"""Tests of plans: buffers by liveness, in-place targets, folded constants, identity of graphs."""

from typing import Any

import numpy as np
import pytest

from flux_gui.engine import functions as f
from flux_gui.engine.backend import NUMPY, STRICT, Clock
from flux_gui.engine.graph import STATISTIC, Graph, Traced
from flux_gui.engine.plan import Arena, compile_plan, lower, signature


class Store:
    """Stands for a store of parameters in a trace."""

    key = 1


def run(function: Any, *arrays: np.ndarray) -> tuple[np.ndarray, Any]:
    graph = Graph(arrays[0].dtype)
    result = function(*(graph.input(str(i), a.shape) for i, a in enumerate(arrays)))
    plan = compile_plan(graph, {"result": result}, bind=lambda node: arrays[int(node.attrs[0])])
    plan.step()
    return plan.outputs["result"], plan


def test_a_chain_of_element_wise_calls_needs_one_buffer() -> None:
    x = np.linspace(-1, 1, 100)
    result, plan = run(lambda x: f.exp(f.tanh(x * 2.0) + 1.0), x)
    np.testing.assert_allclose(result, np.exp(np.tanh(x * 2) + 1))
    assert plan.nbytes == 832  # 100 numbers, rounded up to 64 bytes
    assert len(plan.calls) == 4
    assert plan.operations == 400


def test_no_input_is_ever_written() -> None:
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((4, 4)), rng.standard_normal((4, 4))
    kept = x.copy(), y.copy()
    result, _ = run(lambda x, y: f.softmax(x @ y.T) + f.relu(x) * f.where(x > y, x, y), x, y)
    scores = np.exp(x @ y.T)
    expected = scores / scores.sum(axis=1, keepdims=True) + np.maximum(x, 0) * np.maximum(x, y)
    np.testing.assert_allclose(result, expected)
    np.testing.assert_array_equal((x, y), kept)


def test_random_programs_agree_with_numpy() -> None:
    """Reused buffers never hold what is still needed."""
    for seed in range(40):
        rng = np.random.default_rng(seed)
        arrays = [rng.uniform(0.5, 1.5, (3, 3)) for _ in range(3)]
        recipe = [(int(rng.integers(6)), int(rng.integers(100)), int(rng.integers(100))) for _ in range(15)]

        def program(*values: Any, recipe: Any = recipe) -> Any:
            known = list(values)
            for kind, a, b in recipe:
                x, y = known[a % len(known)], known[b % len(known)]
                known.append([lambda x, y: x + y, lambda x, y: x * y, lambda x, y: f.tanh(x) - y, lambda x, y: (x @ y) * 0.1,
                              lambda x, y: f.transpose(x) + y, lambda x, y: f.where(x > y, x, -y)][kind](x, y))  # fmt: skip
            return known[-1] + known[-2] * 0.5

        result, _ = run(program, *arrays)
        np.testing.assert_allclose(result, program(*arrays), rtol=1e-12)


def test_steps_reuse_the_same_arrays() -> None:
    x = np.ones(10)
    _, plan = run(lambda x: f.sum(x * 3.0) + f.sum(f.exp(x)), x)
    before = {name: array.ctypes.data for name, array in plan.outputs.items()}
    x[:] = 2.0
    plan.step()
    assert {name: array.ctypes.data for name, array in plan.outputs.items()} == before
    assert plan.outputs["result"] == pytest.approx(60 + 10 * np.exp(2))


def test_constants_are_folded_and_unused_nodes_dropped() -> None:
    graph = Graph(np.float64)
    x = graph.input("x", (3,))
    _ = f.exp(x)  # nobody needs it
    big = f.exp(graph.constant(np.arange(3.0))) * f.sum(graph.constant([1.0, 2.0]))
    plan = compile_plan(graph, {"y": x * big}, bind=lambda node: np.ones(3))
    assert len(plan.calls) == 1
    plan.step()
    np.testing.assert_allclose(plan.outputs["y"], 3 * np.exp(np.arange(3)))


def test_lowering_leaves_kernels_and_views_only() -> None:
    graph = Graph(np.float64)
    x = graph.input("x", (2, 3))
    lowered, (root,) = lower(graph, [f.logsoftmax(x).T])
    assert all(node.op.expand is None for node in lowered.nodes)
    assert root.shape == (3, 2)


def assigned(*pairs: tuple[int, Any], values: list[float]) -> np.ndarray:
    """Assign new values, functions of all statistics, at the end of a step; return the statistics after it."""
    flat = np.array(values, np.float64)
    graph = Graph(np.float64)
    leaves = [graph.statistic(Store, i, (1,)) for i in range(len(values))]
    targets = {leaf: flat[i : i + 1] for i, leaf in enumerate(leaves)}
    assigns = [(targets[leaves[i]], leaves[i], new(*leaves)) for i, new in pairs]
    compile_plan(graph, {}, assigns, lambda node: flat[node.attrs[1] : node.attrs[1] + 1] if node.op is STATISTIC else None).step()
    return flat


def test_assignments_read_the_values_before_the_step() -> None:
    np.testing.assert_array_equal(assigned((0, lambda a, b: b), (1, lambda a, b: a), values=[1, 2]), [2, 1])
    np.testing.assert_array_equal(assigned((0, lambda a, b: a * 3.0), (1, lambda a, b: a), values=[1, 2]), [3, 1])
    np.testing.assert_array_equal(assigned((0, lambda a, b: a + b), (1, lambda a, b: a * b), values=[3, 2]), [5, 6])
    np.testing.assert_array_equal(assigned((0, lambda a, b: a + b), (1, lambda a, b: a + b), values=[3, 2]), [5, 5])


def test_an_update_in_place_with_its_own_transpose() -> None:
    x = np.arange(9.0).reshape(3, 3)
    expected = x + x.T
    graph = Graph(np.float64)
    leaf = graph.input("x", (3, 3))
    compile_plan(graph, {}, [(x, leaf, leaf + leaf.T)], lambda node: x).step()
    np.testing.assert_array_equal(x, expected)


@pytest.mark.parametrize("backend", [NUMPY, STRICT], ids=["numpy", "strict"])
def test_plans_share_an_arena(backend: Any) -> None:
    arena = Arena(backend)
    large = arena.reserve(1000)
    assert arena.reserve(10).nbytes == 10
    memory = arena.memory
    arena.reserve(900)
    assert arena.memory is memory
    assert large.nbytes == 1000
    arena.reserve(5000)
    assert arena.memory is not memory


def test_random_nodes_draw_anew_at_each_step_and_follow_the_clock() -> None:
    graph, clock = Graph(np.float64), Clock(4)
    a, b = graph.random((20,)), graph.random((20,))
    plan = compile_plan(graph, {"a": a, "b": b}, clock=clock)
    seen = []
    for step in (0, 1, 0):
        clock.step = step
        plan.step()
        seen.append((plan.outputs["a"].copy(), plan.outputs["b"].copy()))
    np.testing.assert_array_equal(seen[0], seen[2])
    assert len({float(v) for pair in seen[:2] for array in pair for v in array}) == 80


def test_signatures_tell_graphs_apart() -> None:
    def of(function: Any, shape: tuple[int, ...] = (2,), dtype: Any = np.float32) -> Any:
        graph = Graph(dtype)
        root: Traced = function(graph.input("x", shape))
        return signature(graph, [root])

    def one(x: Any) -> Any:
        return f.sum(x * 2.0)

    assert of(one) == of(lambda x: f.sum(x * 2.0))
    others = [of(lambda x: f.sum(x * 3.0)), of(lambda x: f.mean(x * 2.0)), of(one, (3,)), of(one, dtype=np.float64)]
    assert of(one) not in others


def test_what_is_not_bound_is_named() -> None:
    graph = Graph(np.float32)
    with pytest.raises(KeyError, match="input"):
        compile_plan(graph, {"y": graph.input("x", (2,)) * 2.0})
