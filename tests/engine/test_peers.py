"""The engine against PyTorch wherever both have the same formula: optimisers over 50 steps, activations, losses, layers.

Not compared, because PyTorch's formulas differ (`goldens/test_recurrences.py` compares them with the table instead):
RAdam (PyTorch rectifies from rho > 5 on and adds epsilon before the bias correction), NAdam (a momentum schedule), AMSGrad (bias
correction, states from 0), OAdam, AdaBelief and Lion (none there), ClipNorm (PyTorch divides by the norm + 1e-6), SignDecay.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from flux_gui import engine as flux
from flux_gui.engine.activations import resolve

pytestmark = pytest.mark.peers
torch: Any = None  # imported when a test runs: it takes seconds
F: Any = None

STEPS = 50
X = np.random.default_rng(0).standard_normal((16, 4))
Y = np.random.default_rng(1).standard_normal((16, 2))


@pytest.fixture(autouse=True, scope="module")
def peer() -> None:
    global torch, F
    torch = pytest.importorskip("torch")
    F = torch.nn.functional


def sgd(parameters: Any, **options: Any) -> Any:
    return torch.optim.SGD(parameters, **options)


RULES: dict[str, tuple[Callable[[], Any], Callable[[Any], Any]]] = {
    "Descent": (lambda: flux.Descent(0.1), lambda p: sgd(p, lr=0.1)),
    "Momentum": (lambda: flux.Momentum(0.02, 0.8), lambda p: sgd(p, lr=0.02, momentum=0.8)),
    "Nesterov": (lambda: flux.Nesterov(0.02, 0.8), lambda p: sgd(p, lr=0.02, momentum=0.8, nesterov=True)),
    "RMSProp": (lambda: flux.RMSProp(0.01, 0.95), lambda p: torch.optim.RMSprop(p, lr=0.01, alpha=0.95, eps=1e-8)),
    "RMSProp centred": (
        lambda: flux.RMSProp(0.01, 0.95, centred=True),
        lambda p: torch.optim.RMSprop(p, lr=0.01, alpha=0.95, eps=1e-8, centered=True),
    ),
    "Rprop": (lambda: flux.Rprop(0.01), lambda p: torch.optim.Rprop(p, lr=0.01)),
    "Adam": (lambda: flux.Adam(0.01), lambda p: torch.optim.Adam(p, lr=0.01)),
    "Adam with other betas": (lambda: flux.Adam(0.01, (0.8, 0.95), 1e-6), lambda p: torch.optim.Adam(p, 0.01, (0.8, 0.95), 1e-6)),
    "AdamW": (lambda: flux.AdamW(0.01, (0.9, 0.999), 0.1), lambda p: torch.optim.AdamW(p, lr=0.01, weight_decay=0.1)),
    # PyTorch's epsilon is inside the maximum, ours beside it: the same when it is far below every slope
    "AdaMax": (lambda: flux.AdaMax(0.01, (0.9, 0.999), 1e-16), lambda p: torch.optim.Adamax(p, lr=0.01, eps=1e-16)),
    # Flux starts the sum of squares at epsilon
    "AdaGrad": (lambda: flux.AdaGrad(0.1), lambda p: torch.optim.Adagrad(p, lr=0.1, eps=1e-8, initial_accumulator_value=1e-8)),
    "AdaDelta": (lambda: flux.AdaDelta(0.95, 1e-6), lambda p: torch.optim.Adadelta(p, lr=1.0, rho=0.95, eps=1e-6)),
    "L2 and Momentum": (
        lambda: flux.OptimiserChain(flux.WeightDecay(0.05), flux.Momentum(0.02)),
        lambda p: sgd(p, lr=0.02, momentum=0.9, weight_decay=0.05),
    ),
    "L2 and Adam": (
        lambda: flux.OptimiserChain(flux.WeightDecay(0.05), flux.Adam(0.01)),
        lambda p: torch.optim.Adam(p, lr=0.01, weight_decay=0.05),
    ),
}


def nets() -> tuple[Any, Any]:
    """The same net here and there."""
    ours = flux.Chain(flux.Dense(4, 8, "tanh", seed=0, dtype=np.float64), flux.Dense(8, 2, seed=1, dtype=np.float64))
    theirs = torch.nn.Sequential(torch.nn.Linear(4, 8), torch.nn.Tanh(), torch.nn.Linear(8, 2)).double()
    with torch.no_grad():
        for mine, other in zip(ours, (theirs[0], theirs[2]), strict=True):
            other.weight.copy_(torch.tensor(np.array(mine.weight)))
            other.bias.copy_(torch.tensor(np.array(mine.bias)))
    return ours, theirs


def assert_equal_nets(ours: Any, theirs: Any) -> None:
    for mine, other in zip(ours, (theirs[0], theirs[2]), strict=True):
        np.testing.assert_allclose(mine.weight, other.weight.detach().numpy(), rtol=1e-9, atol=1e-11)
        np.testing.assert_allclose(mine.bias, other.bias.detach().numpy(), rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("name", RULES)
def test_fifty_steps(name: str) -> None:
    make, peer = RULES[name]
    ours, theirs = nets()
    state, optimiser = flux.setup(make(), ours), peer(theirs.parameters())
    x, y = torch.tensor(X), torch.tensor(Y)
    for step in range(STEPS):
        rows = slice(0, 16) if step % 3 else slice(4, 11)
        flux.train(lambda m, x, y: flux.losses.mse(m(x), y), ours, [(X[rows], Y[rows])], state)
        optimiser.zero_grad()
        F.mse_loss(theirs(x[rows]), y[rows]).backward()
        optimiser.step()
    assert_equal_nets(ours, theirs)


def test_clipped_gradients() -> None:
    ours, theirs = nets()
    state = flux.setup(flux.OptimiserChain(flux.ClipGrad(0.05), flux.Descent(0.1)), ours)
    optimiser = sgd(theirs.parameters(), lr=0.1)
    for _ in range(STEPS):
        flux.train(lambda m, x, y: flux.losses.mse(m(x), y), ours, [(X, Y)], state)
        optimiser.zero_grad()
        F.mse_loss(theirs(torch.tensor(X)), torch.tensor(Y)).backward()
        torch.nn.utils.clip_grad_value_(theirs.parameters(), 0.05)
        optimiser.step()
    assert_equal_nets(ours, theirs)


ACTIVATIONS: dict[str, tuple[str, dict[str, Any]]] = {
    "sigmoid": ("sigmoid", {}),
    "hardsigmoid": ("hardsigmoid", {}),
    "logsigmoid": ("logsigmoid", {}),
    "hardtanh": ("hardtanh", {}),
    "tanh": ("tanh", {}),
    "relu": ("relu", {}),
    "leakyrelu": ("leaky_relu", {"negative_slope": 0.01}),
    "relu6": ("relu6", {}),
    "elu": ("elu", {}),
    "selu": ("selu", {}),
    "celu": ("celu", {}),
    "gelu_tanh": ("gelu", {"approximate": "tanh"}),
    "gelu_erf": ("gelu", {}),
    "swish": ("silu", {}),
    "hardswish": ("hardswish", {}),
    "mish": ("mish", {}),
    "softplus": ("softplus", {"threshold": 1e9}),
    "softsign": ("softsign", {}),
    "tanhshrink": ("tanhshrink", {}),
    "softshrink": ("softshrink", {}),
    "trelu": ("threshold", {"threshold": 1.0, "value": 0.0}),
}


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activations(name: str) -> None:
    x = np.random.default_rng(2).uniform(-12, 12, 2000)
    there = torch.tensor(x, requires_grad=True)
    peer, options = ACTIVATIONS[name]
    theirs = getattr(F, peer)(there, **options)
    theirs.sum().backward()
    f = resolve(name)
    np.testing.assert_allclose(f(x), theirs.detach().numpy(), rtol=1e-12, atol=1e-15)
    (slopes,) = flux.gradient(lambda x: flux.sum(f(x)), x)
    # PyTorch rounds the slope 1/6 of hardsigmoid to single precision
    np.testing.assert_allclose(slopes, there.grad.numpy(), rtol=1e-7 if name == "hardsigmoid" else 1e-10, atol=1e-13)


def classes(y: Any) -> Any:
    return torch.as_tensor(y).argmax(dim=1)


LOSSES: dict[str, str | Callable[[Any, Any], Any]] = {
    "mse": "mse_loss",
    "mae": "l1_loss",
    "huber_loss": "huber_loss",
    "logitcrossentropy": lambda p, y: F.cross_entropy(p, classes(y)),
    "crossentropy": lambda p, y: F.nll_loss(torch.log(p + 2.0**-52), classes(y)),
    "logitbinarycrossentropy": "binary_cross_entropy_with_logits",
    "binarycrossentropy": "binary_cross_entropy",
    "kldivergence": lambda p, y: F.kl_div(torch.log(p + 2.0**-52), y, reduction="batchmean"),
}
PROBABILITIES = ("crossentropy", "binarycrossentropy", "kldivergence")


@pytest.mark.parametrize("name", LOSSES)
def test_losses(name: str) -> None:
    rng = np.random.default_rng(3)
    yhat = rng.uniform(0.05, 0.95, (9, 3)) if name in PROBABILITIES else 2 * rng.standard_normal((9, 3))
    y = rng.standard_normal((9, 3)) if name in ("mse", "mae", "huber_loss") else np.eye(3)[rng.integers(0, 3, 9)]
    there = torch.tensor(yhat, requires_grad=True)
    there_loss = LOSSES[name]
    function = getattr(F, there_loss) if isinstance(there_loss, str) else there_loss
    theirs = function(there, torch.tensor(y))
    theirs.backward()
    value, (slopes,) = flux.withgradient(lambda p: getattr(flux.losses, name)(p, y), yhat)
    assert float(value) == pytest.approx(theirs.item(), rel=1e-12)
    np.testing.assert_allclose(slopes, there.grad.numpy(), rtol=1e-10, atol=1e-13)


@pytest.mark.parametrize("smoothing", [0.1, 0.4])
def test_smoothed_labels(smoothing: float) -> None:
    rng = np.random.default_rng(3)
    scores, y = rng.standard_normal((9, 3)), np.eye(3)[rng.integers(0, 3, 9)]
    theirs = F.cross_entropy(torch.tensor(scores), classes(y), label_smoothing=smoothing)
    assert float(flux.losses.logitcrossentropy(scores, y, smoothing=smoothing)) == pytest.approx(theirs.item(), rel=1e-12)


def test_norms_train_alike() -> None:
    """Ten steps through BatchNorm and LayerNorm: parameters and statistics. A bias before BatchNorm would learn from rounding."""
    ours = flux.Chain(
        flux.Dense(4, 5, bias=False, seed=0, dtype=np.float64),
        flux.BatchNorm(5, "relu", dtype=np.float64),
        flux.LayerNorm(5, dtype=np.float64),
        flux.Dense(5, 2, seed=1, dtype=np.float64),
    )
    theirs = torch.nn.Sequential(
        torch.nn.Linear(4, 5, bias=False), torch.nn.BatchNorm1d(5), torch.nn.ReLU(), torch.nn.LayerNorm(5), torch.nn.Linear(5, 2)
    ).double()
    with torch.no_grad():
        for mine, other in ((ours[0], theirs[0]), (ours[3], theirs[4])):
            other.weight.copy_(torch.tensor(np.array(mine.weight)))
            if other.bias is not None:
                other.bias.copy_(torch.tensor(np.array(mine.bias)))
    state, optimiser = flux.setup(flux.Adam(0.01), ours), torch.optim.Adam(theirs.parameters(), lr=0.01)
    for _ in range(10):
        flux.train(lambda m, x, y: flux.losses.mse(m(x), y), ours, [(X, Y)], state)
        optimiser.zero_grad()
        F.mse_loss(theirs(torch.tensor(X)), torch.tensor(Y)).backward()
        optimiser.step()
    np.testing.assert_allclose(ours[1].mean, theirs[1].running_mean.numpy(), rtol=1e-10)
    np.testing.assert_allclose(ours[1].variance, theirs[1].running_var.numpy(), rtol=1e-10)
    np.testing.assert_allclose(ours[2].scale, theirs[3].weight.detach().numpy(), rtol=1e-7)
    theirs.eval()
    np.testing.assert_allclose(ours(X), theirs(torch.tensor(X)).detach().numpy(), rtol=1e-7, atol=1e-9)
