"""Our training step beside PyTorch and JAX: the nets of `flux-gui bench`, each peer in a process of its own, asked in turns.

Run `python tests/bench/peers.py [--rounds 5] [--seconds 1] [--net NAME ...] [--peer NAME ...] [--markdown]`; needs the extra `peers`.

`ours` is what `flux-gui bench` times; `torch` is eager PyTorch with its fused Adam; `jax` a jitted step called from Python, which waits
for the loss; `jaxloop` a loop of 100 steps (wide: 10) compiled as a whole. A step is forward, backward and update on one float32 batch that
stays in memory. A figure is the median over rounds; a ratio is the median over rounds of peer / ours, so above 1 we are faster.
"""

import argparse
from statistics import median
from typing import Any

from common import Step, Worker, in_turns, machine, microseconds, say, serve, table, time_step

from flux_gui.runtime import bench

PEERS = ("ours", "torch", "jax", "jaxloop")
TARGETS = {  # how many times faster than the peer we want to be
    "torch": {"line": 30.0, "xor": 15.0, "tabular": 4.0, "mnist": 1.0, "wide": 0.95},
    "jax": {"line": 4.0, "xor": 5.0, "tabular": 1.3, "mnist": 0.9, "wide": 0.9},
}
LOOP = 100
SHORT_LOOP = 10  # of nets whose steps take tens of milliseconds


def torch_step(net: bench.Net) -> Step:
    """A step of PyTorch as its tutorials write it."""
    import torch
    from torch import nn

    x, y = map(torch.from_numpy, bench.data(net))
    layers: list[Any] = []
    for inputs, outputs, activation in zip(net.sizes, net.sizes[1:], net.activations, strict=False):
        layers.append(nn.Linear(inputs, outputs))
        layers += {"relu": [nn.ReLU()], "tanh": [nn.Tanh()], "identity": []}[activation]
    model = nn.Sequential(*layers)
    objective = {"mse": nn.MSELoss, "logitbinarycrossentropy": nn.BCEWithLogitsLoss, "logitcrossentropy": nn.CrossEntropyLoss}[net.loss]()
    target = y.argmax(dim=1) if net.loss == "logitcrossentropy" else y  # class numbers are its faster form
    parameters = list(model.parameters())
    adam = net.optimiser == "Adam"
    rule: Any = torch.optim.Adam(parameters, lr=bench.RATE, fused=True) if adam else torch.optim.SGD(parameters, lr=bench.RATE)

    def step() -> None:
        rule.zero_grad()
        loss = objective(model(x), target)
        loss.backward()
        rule.step()

    return step, 1


def jax_step(net: bench.Net, loop: int = 0) -> Step:
    """A jitted step of JAX that gives away its state, or a loop of `loop` of them compiled as a whole."""
    import jax
    import jax.numpy as jnp
    import numpy as np

    x, hot = map(jnp.asarray, bench.data(net))
    y = hot.argmax(axis=1) if net.loss == "logitcrossentropy" else hot
    rng = np.random.default_rng(0)
    pairs = list(zip(net.sizes, net.sizes[1:], strict=False))
    parameters = [(jnp.asarray(rng.normal(0, 0.05, pair), "float32"), jnp.zeros(pair[1])) for pair in pairs]
    functions = [{"relu": jax.nn.relu, "tanh": jnp.tanh, "identity": lambda z: z}[name] for name in net.activations]

    def objective(parameters: Any) -> Any:
        h = x
        for (weight, bias), function in zip(parameters, functions, strict=True):
            h = function(h @ weight + bias)
        if net.loss == "mse":
            return jnp.mean(jnp.square(h - y))
        if net.loss == "logitbinarycrossentropy":
            return jnp.mean(jnp.logaddexp(0.0, h) - h * y)
        return -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(h), y[:, None], axis=1))

    def update(state: Any) -> Any:
        parameters, m, v, t = state
        loss, gradient = jax.value_and_grad(objective)(parameters)
        if net.optimiser == "Descent":
            return (jax.tree.map(lambda p, g: p - bench.RATE * g, parameters, gradient), m, v, t), loss
        t = t + 1
        m = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, m, gradient)
        v = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, v, gradient)
        rate, correction = bench.RATE / (1 - 0.9**t), 1 / (1 - 0.999**t)
        parameters = jax.tree.map(lambda p, m, v: p - rate * m / (jnp.sqrt(v * correction) + 1e-8), parameters, m, v)
        return (parameters, m, v, t), loss

    state: list[Any] = [(parameters, jax.tree.map(jnp.zeros_like, parameters), jax.tree.map(jnp.zeros_like, parameters), jnp.float32(0))]
    one = jax.jit(update, donate_argnums=0)
    many = jax.jit(lambda state: jax.lax.fori_loop(0, loop, lambda _, s: update(s)[0], state))

    def step() -> None:
        state[0], loss = one(state[0])
        loss.block_until_ready()

    def steps() -> None:
        state[0] = jax.block_until_ready(many(state[0]))

    return (steps, loop) if loop else (step, 1)


def worker(name: str) -> None:
    """Live as the worker of one peer: build each net once, time it when asked."""
    built: dict[str, Step] = {}

    def answer(net: str, seconds: float) -> float:
        entry = bench.NETS.get(net)
        if name == "ours":
            return bench.seconds_per_step(entry, seconds)
        loop = SHORT_LOOP if net == "wide" else LOOP
        if net not in built:
            built[net] = torch_step(entry) if name == "torch" else jax_step(entry, loop if name == "jaxloop" else 0)
        return time_step(built[net], seconds)

    serve(answer)


def measure(nets: list[str], peers: list[str], rounds: int, seconds: float) -> dict[str, Any]:
    """Return medians in microseconds, ratios, targets, and how idle the workers were between their turns."""
    workers = [Worker(__file__, name) for name in peers]
    try:
        found = in_turns(workers, [{"net": net, "seconds": seconds} for net in nets], rounds)
    finally:
        for each in workers:
            each.close()
    times = {peer: {net: round(1e6 * median(found[peer][i]), 3) for i, net in enumerate(nets)} for peer in peers}
    ratios = {
        peer: {net: round(median(a / b for a, b in zip(found[peer][i], found["ours"][i], strict=True)), 3) for i, net in enumerate(nets)}
        for peer in peers[1:]
    }
    missed = [f"{net} against {peer}" for peer in ratios for net in nets if ratios[peer][net] < TARGETS.get(peer, {}).get(net, 0.0)]
    idle = {each.name: each.idle for each in workers}
    return {"us_per_step": times, "ratios": ratios, "missed": missed, "rounds": rounds, "idle_share": idle, "machine": machine()}


def markdown(result: dict[str, Any]) -> str:
    """Return the result as two tables: times, and ratios beside their targets."""
    times, ratios = result["us_per_step"], result["ratios"]
    nets = list(times["ours"])
    first = table(["net", *times], [[net, *(microseconds(times[peer][net]) for peer in times)] for net in nets])

    def cell(peer: str, net: str) -> str:
        target = TARGETS.get(peer, {}).get(net)
        aim = "" if target is None else f" (target {target:g}{'' if ratios[peer][net] >= target else ', missed'})"
        return f"{ratios[peer][net]:.3g}x{aim}"

    second = table(["net", *(f"against {peer}" for peer in ratios)], [[net, *(cell(peer, net) for peer in ratios)] for net in nets])
    return f"{first}\n\n{second}"


def main() -> None:
    """Measure in turns and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1.0, help="of each net and peer in each round")
    parser.add_argument("--net", action="append", choices=bench.NETS.names())
    parser.add_argument("--peer", action="append", choices=PEERS[1:])
    parser.add_argument("--markdown", action="store_true")
    parser.add_argument("--serve", metavar="NAME", choices=PEERS, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.serve:
        worker(given.serve)
        return
    result = measure(given.net or bench.NETS.names(), ["ours", *(given.peer or PEERS[1:])], given.rounds, given.seconds)
    say(markdown(result) if given.markdown else result)


if __name__ == "__main__":
    main()
