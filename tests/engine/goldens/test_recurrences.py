"""Every optimiser over 50 steps against its recurrence written out in plain numpy, as the table of Flux gives it."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from flux_gui import engine as flux
from flux_gui.engine.optimisers import OPTIMISERS

Steps = Iterator[Any]  # sends gradients, yields steps
STEPS = 50
SIZE = 40


def mean(beta: float) -> Callable[[Any, Any], Any]:
    return lambda old, new: beta * old + (1 - beta) * new


def adam(eta: float = 0.001, beta: tuple[float, float] = (0.9, 0.999), eps: float = 1e-8) -> Callable[..., Any]:
    m, v, b1, b2 = 0.0, 0.0, *beta

    def step(g: Any, x: Any) -> Any:
        nonlocal m, v, b1, b2
        m, v = mean(beta[0])(m, g), mean(beta[1])(v, g * g)
        d = eta * (m / (1 - b1)) / (np.sqrt(v / (1 - b2)) + eps)
        b1, b2 = b1 * beta[0], b2 * beta[1]
        return d

    return step


def descent() -> Callable[..., Any]:
    return lambda g, x: 0.1 * g


def momentum() -> Callable[..., Any]:
    v = 0.0

    def step(g: Any, x: Any) -> Any:
        nonlocal v
        v = 0.9 * v + 0.01 * g
        return v

    return step


def nesterov() -> Callable[..., Any]:
    v, eta, rho = 0.0, 0.001, 0.9

    def step(g: Any, x: Any) -> Any:
        nonlocal v
        d = -(rho**2) * v + (1 + rho) * eta * g
        v = rho * v - eta * g
        return d

    return step


def rmsprop(centred: bool = False) -> Callable[..., Any]:
    q, centre = 0.0, 0.0

    def step(g: Any, x: Any) -> Any:
        nonlocal q, centre
        q = mean(0.9)(q, g * g)
        centre = mean(0.9)(centre, g) if centred else 0.0
        return 0.001 * g / (np.sqrt(q - np.square(centre)) + 1e-8)

    return step


def rprop() -> Callable[..., Any]:
    previous, s = 0.0, 0.001

    def step(g: Any, x: Any) -> Any:
        nonlocal previous, s
        turn = g * previous
        s = np.where(turn > 0, np.minimum(1.2 * s, 50), np.where(turn < 0, np.maximum(0.5 * s, 1e-6), s))
        previous = np.where(turn < 0, 0, g)
        return s * np.sign(previous)

    return step


def adamw(couple: bool = True) -> Callable[..., Any]:
    a = adam(1.0)
    return lambda g, x: 0.001 * (a(g, x) + 0.1 * x) if couple else 0.001 * a(g, x) + 0.1 * x


def radam() -> Callable[..., Any]:
    m, v, t, most = 0.0, 0.0, 0, 2 / (1 - 0.999) - 1

    def step(g: Any, x: Any) -> Any:
        nonlocal m, v, t
        t += 1
        m, v = mean(0.9)(m, g), mean(0.999)(v, g * g)
        b1, b2 = 0.9**t, 0.999**t
        rho = most - 2 * t * b2 / (1 - b2)
        assert (rho > 4) == (t >= 5)
        if rho <= 4:
            return 0.001 * m / (1 - b1)
        factor = np.sqrt((rho - 4) * (rho - 2) * most / ((most - 4) * (most - 2) * rho))
        return 0.001 * factor * (m / (1 - b1)) / (np.sqrt(v / (1 - b2)) + 1e-8)

    return step


def adamax() -> Callable[..., Any]:
    m, u, b1 = 0.0, 0.0, 0.9

    def step(g: Any, x: Any) -> Any:
        nonlocal m, u, b1
        m, u = mean(0.9)(m, g), np.maximum(0.999 * u, np.abs(g))
        d = 0.001 / (1 - b1) * m / (u + 1e-8)
        b1 *= 0.9
        return d

    return step


def oadam() -> Callable[..., Any]:
    plain, previous = adam(0.001, (0.5, 0.9)), 0.0

    def step(g: Any, x: Any) -> Any:
        nonlocal previous
        now = plain(g, x)
        d, previous = 2 * now - previous, now
        return d

    return step


def adagrad() -> Callable[..., Any]:
    total = 1e-8

    def step(g: Any, x: Any) -> Any:
        nonlocal total
        total = total + g * g
        return 0.1 * g / (np.sqrt(total) + 1e-8)

    return step


def adadelta() -> Callable[..., Any]:
    slopes, moves = 0.0, 0.0

    def step(g: Any, x: Any) -> Any:
        nonlocal slopes, moves
        slopes = mean(0.9)(slopes, g * g)
        d = g * np.sqrt(moves + 1e-8) / np.sqrt(slopes + 1e-8)
        moves = mean(0.9)(moves, d * d)
        return d

    return step


def amsgrad() -> Callable[..., Any]:
    m = v = largest = 1e-8

    def step(g: Any, x: Any) -> Any:
        nonlocal m, v, largest
        m, v = mean(0.9)(m, g), mean(0.999)(v, g * g)
        largest = np.maximum(largest, v)
        return 0.001 * m / (np.sqrt(largest) + 1e-8)

    return step


def nadam() -> Callable[..., Any]:
    m, v, b1, b2 = 0.0, 0.0, 0.9, 0.999

    def step(g: Any, x: Any) -> Any:
        nonlocal m, v, b1, b2
        m, v = mean(0.9)(m, g), mean(0.999)(v, g * g)
        d = 0.001 * (0.9 * m / (1 - 0.9 * b1) + 0.1 * g / (1 - b1)) / (np.sqrt(v * 0.999 / (1 - b2)) + 1e-8)
        b1, b2 = b1 * 0.9, b2 * 0.999
        return d

    return step


def adabelief() -> Callable[..., Any]:
    m, s, b1, b2 = 0.0, 0.0, 0.9, 0.999

    def step(g: Any, x: Any) -> Any:
        nonlocal m, s, b1, b2
        m = mean(0.9)(m, g)
        s = mean(0.999)(s, (g - m) ** 2) + 1e-16
        d = 0.001 * (m / (1 - b1)) / (np.sqrt(s / (1 - b2)) + 1e-16)
        b1, b2 = b1 * 0.9, b2 * 0.999
        return d

    return step


def lion() -> Callable[..., Any]:
    m = 0.0

    def step(g: Any, x: Any) -> Any:
        nonlocal m
        m = 0.999 * g + (1 - 0.999) * m
        return 0.001 * np.sign((0.999 - 0.9) * g + 0.9 * m)

    return step


CASES: dict[str, tuple[dict[str, Any], Callable[..., Any]]] = {
    "Descent": ({}, descent),
    "Momentum": ({}, momentum),
    "Nesterov": ({}, nesterov),
    "RMSProp": ({}, rmsprop),
    "RMSProp centred": ({"centred": True}, lambda: rmsprop(True)),
    "Rprop": ({}, rprop),
    "Adam": ({}, adam),
    "AdamW": ({"lambd": 0.1}, adamw),
    "AdamW uncoupled": ({"lambd": 0.1, "couple": False}, lambda: adamw(False)),
    "RAdam": ({}, radam),
    "AdaMax": ({}, adamax),
    "OAdam": ({}, oadam),
    "AdaGrad": ({}, adagrad),
    "AdaDelta": ({}, adadelta),
    "AMSGrad": ({}, amsgrad),
    "NAdam": ({}, nadam),
    "AdaBelief": ({}, adabelief),
    "Lion": ({}, lion),
}


class Numbers(flux.Layer):
    """An array of trainable numbers and nothing else."""

    def __init__(self, values: Any, dtype: Any) -> None:
        super().__init__(dtype)
        self.parameter("x", np.asarray(values, dtype))


def test_every_optimiser_is_compared() -> None:
    assert {name.partition(" ")[0] for name in CASES} == {entry.name for entry in OPTIMISERS if entry.kind == "optimiser"}


def rule(case: str) -> Any:
    return getattr(flux, case.partition(" ")[0])(**CASES[case][0])


def path(case: str, start: np.ndarray, gradients: np.ndarray, dtype: Any) -> np.ndarray:
    model = Numbers(start, dtype)
    state, seen = flux.setup(getattr(flux, case.split(maxsplit=1)[0])(**CASES[case][0]), model), []
    for g in gradients.astype(dtype):
        flux.train(lambda m, g: flux.sum(m.x * g), model, [g], state)
        seen.append(model.flat.copy())
    return np.array(seen)


@pytest.mark.parametrize("case", CASES)
def test_fifty_steps(case: str) -> None:
    recurrence = CASES[case][1]
    rng = np.random.default_rng(7)
    start, gradients = rng.standard_normal(SIZE), rng.standard_normal((STEPS, SIZE))
    gradients[:, :10] = np.abs(gradients[:, :10])  # some that keep their sign
    gradients[20:] *= 1e-3  # and smaller ones later
    x, step, expected = start.copy(), recurrence(), []
    for g in gradients:
        x = x - step(g, x)
        expected.append(x)
    np.testing.assert_allclose(path(case, start, gradients, np.float64), expected, rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize("case", CASES)
def test_fifty_steps_in_single_precision(case: str) -> None:
    """Moves agree to a part in a hundred of the largest, wherever rounding could tip a bias correction or a sign over."""
    rng = np.random.default_rng(8)
    start, gradients = np.zeros(SIZE), rng.standard_normal((STEPS, SIZE)) + 0.2
    wide, single = path(case, start, gradients, np.float64), path(case, start, gradients, np.float32)
    assert np.abs(single - wide).max() < 0.01 * np.abs(wide).max()


@pytest.mark.parametrize("case", CASES)
def test_a_saved_state_goes_on_with_the_same_bits(case: str) -> None:
    """Three steps, state and parameters copied to a new net, three more: bit for bit as six in one go, also with a frozen layer."""
    rng = np.random.default_rng(3)
    gradients = rng.standard_normal((6, 2, 5)).astype(np.float32)
    start = rng.standard_normal((2, 5))

    def made() -> tuple[Any, Any]:
        model = flux.Chain(Numbers(start[0], np.float32), Numbers(start[1], np.float32))
        rule = flux.OptimiserChain(flux.ClipNorm(2.0), flux.WeightDecay(0.01), getattr(flux, case.split(maxsplit=1)[0])(**CASES[case][0]))
        return model, flux.setup(rule, model)

    def go(model: Any, state: Any, steps: range) -> None:
        for number in steps:
            if number == 1:
                flux.freeze(state, model[1])
            if number == 4:
                flux.thaw(state, model[1])
            flux.train(lambda m, g: flux.sum(m[0].x * g[0] + m[1].x * g[1]), model, [gradients[number]], state)

    whole, state = made()
    go(whole, state, range(6))
    first, half = made()
    go(first, half, range(3))
    again, rest = made()
    again.load_flat(first.flat.copy())
    rest.load({name: array.copy() for name, array in half.export().items()})
    flux.freeze(rest, again[1])
    go(again, rest, range(3, 6))
    np.testing.assert_array_equal(again.flat, whole.flat)
    for name, array in state.export().items():
        np.testing.assert_array_equal(rest.export()[name], array, err_msg=name)


@pytest.mark.parametrize("case", CASES)
def test_large_arrays(case: str) -> None:
    """Updates run in chunks of the flat array: sizes beside every power of two, one array much longer than a chunk, one frozen."""
    sizes, rng = (40_003, 7, 16_385, 1), np.random.default_rng(11)
    starts = [rng.standard_normal(size) for size in sizes]
    model = flux.Chain(*(Numbers(start, np.float64) for start in starts))
    state = flux.setup(rule(case), model)
    flux.freeze(state, model[2])
    expected = [(start.copy(), CASES[case][1]()) for start in starts]
    for _ in range(4):
        gradients = [rng.standard_normal(size) for size in sizes]
        flux.train(lambda m, *g: sum(flux.sum(layer.x * own) for layer, own in zip(m, g, strict=True)), model, [tuple(gradients)], state)
        expected = [(x - step(g, x), step) for (x, step), g in zip(expected, gradients, strict=True)]
    for number, layer in enumerate(model):
        wanted = starts[2] if number == 2 else expected[number][0]
        np.testing.assert_allclose(layer.x, wanted, rtol=1e-11, atol=1e-13)
