"""Every rule as Flux's constructor, with Flux's order of arguments and Flux's defaults."""

import math
from typing import Any

from flux_gui.core.errors import SettingError
from flux_gui.engine.optimisers import Rule, rule

Pair = tuple[float, float]


def _pair(value: Any, name: str, owner: str) -> dict[str, float]:
    """Return a pair such as beta = (0.9, 0.999) as beta1 and beta2."""
    if not isinstance(value, tuple | list) or len(value) != 2:
        raise SettingError(f"{owner}: {name} must be a pair of numbers, got {value!r}.", f"Write {name}=(a, b).")
    return {f"{name}1": value[0], f"{name}2": value[1]}


def Descent(eta: float = 0.1) -> Rule:  # noqa: N802
    """Plain gradient descent: x ← x - eta g. Flux: `Descent(η = 0.1)`."""
    return rule("Descent", {"eta": eta})


def Momentum(eta: float = 0.01, rho: float = 0.9) -> Rule:  # noqa: N802
    """Descent with inertia: v ← rho v + eta g, x ← x - v. Flux: `Momentum(η = 0.01, ρ = 0.9)`."""
    return rule("Momentum", {"eta": eta, "rho": rho})


def Nesterov(eta: float = 0.001, rho: float = 0.9) -> Rule:  # noqa: N802
    """Momentum that looks one step ahead. Flux: `Nesterov(η = 0.001, ρ = 0.9)`."""
    return rule("Nesterov", {"eta": eta, "rho": rho})


def RMSProp(eta: float = 0.001, rho: float = 0.9, epsilon: float = 1e-8, *, centred: bool = False) -> Rule:  # noqa: N802
    """Slopes divided by their recent size. Flux: `RMSProp(η = 0.001, ρ = 0.9, ϵ = 1e-8; centred = false)`. Hinton, 2012."""
    return rule("RMSProp", {"eta": eta, "rho": rho, "epsilon": epsilon, "centred": float(centred)})


def Rprop(eta: float = 0.001, ell: Pair = (0.5, 1.2), gamma: Pair = (1e-6, 50.0)) -> Rule:  # noqa: N802
    """Steps from the sign of the slope alone. Flux: `Rprop(η = 0.001, ℓ = (0.5, 1.2), Γ = (1e-6, 50))`. Riedmiller, 1993."""
    return rule("Rprop", {"eta": eta, **_pair(ell, "ell", "Rprop"), **_pair(gamma, "gamma", "Rprop")})


def Adam(eta: float = 0.001, beta: Pair = (0.9, 0.999), epsilon: float = 1e-8) -> Rule:  # noqa: N802
    """Adaptive moments with bias correction. Flux: `Adam(η = 0.001, β = (0.9, 0.999), ϵ = 1e-8)`. Kingma and Ba, 2014."""
    return rule("Adam", {"eta": eta, **_pair(beta, "beta", "Adam"), "epsilon": epsilon})


def AdamW(eta: float = 0.001, beta: Pair = (0.9, 0.999), lambd: float = 0.0, epsilon: float = 1e-8, *, couple: bool = True) -> Rule:  # noqa: N802
    """Adam with weight decay beside it. Flux: `AdamW(η = 0.001, β = (0.9, 0.999), λ = 0, ϵ = 1e-8; couple = true)`."""
    return rule("AdamW", {"eta": eta, **_pair(beta, "beta", "AdamW"), "lambd": lambd, "epsilon": epsilon, "couple": float(couple)})


def RAdam(eta: float = 0.001, beta: Pair = (0.9, 0.999), epsilon: float = 1e-8) -> Rule:  # noqa: N802
    """Adam that holds back at first. Flux: `RAdam(η = 0.001, β = (0.9, 0.999), ϵ = 1e-8)`. Liu et al., 2019."""
    return rule("RAdam", {"eta": eta, **_pair(beta, "beta", "RAdam"), "epsilon": epsilon})


def AdaMax(eta: float = 0.001, beta: Pair = (0.9, 0.999), epsilon: float = 1e-8) -> Rule:  # noqa: N802
    """Adam by the largest slope. Flux: `AdaMax(η = 0.001, β = (0.9, 0.999), ϵ = 1e-8)`. Kingma and Ba, 2014."""
    return rule("AdaMax", {"eta": eta, **_pair(beta, "beta", "AdaMax"), "epsilon": epsilon})


def OAdam(eta: float = 0.001, beta: Pair = (0.5, 0.9), epsilon: float = 1e-8) -> Rule:  # noqa: N802
    """Optimistic Adam. Flux: `OAdam(η = 0.001, β = (0.5, 0.9), ϵ = 1e-8)`. Daskalakis et al., 2017."""
    return rule("OAdam", {"eta": eta, **_pair(beta, "beta", "OAdam"), "epsilon": epsilon})


def AdaGrad(eta: float = 0.1, epsilon: float = 1e-8) -> Rule:  # noqa: N802
    """Divides by all squared slopes so far. Flux: `AdaGrad(η = 0.1, ϵ = 1e-8)`. Duchi et al., 2011."""
    return rule("AdaGrad", {"eta": eta, "epsilon": epsilon})


def AdaDelta(rho: float = 0.9, epsilon: float = 1e-8) -> Rule:  # noqa: N802
    """Finds its own step size. Flux: `AdaDelta(ρ = 0.9, ϵ = 1e-8)`. Zeiler, 2012."""
    return rule("AdaDelta", {"rho": rho, "epsilon": epsilon})


def AMSGrad(eta: float = 0.001, beta: Pair = (0.9, 0.999), epsilon: float = 1e-8) -> Rule:  # noqa: N802
    """Adam whose step sizes only shrink. Flux: `AMSGrad(η = 0.001, β = (0.9, 0.999), ϵ = 1e-8)`. Reddi et al., 2018."""
    return rule("AMSGrad", {"eta": eta, **_pair(beta, "beta", "AMSGrad"), "epsilon": epsilon})


def NAdam(eta: float = 0.001, beta: Pair = (0.9, 0.999), epsilon: float = 1e-8) -> Rule:  # noqa: N802
    """Adam with a look ahead. Flux: `NAdam(η = 0.001, β = (0.9, 0.999), ϵ = 1e-8)`. Dozat, 2016."""
    return rule("NAdam", {"eta": eta, **_pair(beta, "beta", "NAdam"), "epsilon": epsilon})


def AdaBelief(eta: float = 0.001, beta: Pair = (0.9, 0.999), epsilon: float = 1e-16) -> Rule:  # noqa: N802
    """Adam by the surprise in the slopes. Flux: `AdaBelief(η = 0.001, β = (0.9, 0.999), ϵ = 1e-16)`. Zhuang et al., 2020."""
    return rule("AdaBelief", {"eta": eta, **_pair(beta, "beta", "AdaBelief"), "epsilon": epsilon})


def Lion(eta: float = 0.001, beta: Pair = (0.9, 0.999)) -> Rule:  # noqa: N802
    """The sign of a mean slope. Flux: `Lion(η = 0.001, β = (0.9, 0.999))`. Chen et al., 2023."""
    return rule("Lion", {"eta": eta, **_pair(beta, "beta", "Lion")})


def WeightDecay(lambd: float = 5e-4) -> Rule:  # noqa: N802
    """g + lambd x (L2). Flux: `WeightDecay(λ = 5e-4)`."""
    return rule("WeightDecay", {"lambd": lambd})


def SignDecay(lambd: float = 1e-3) -> Rule:  # noqa: N802
    """g + lambd sign(x) (L1). Flux: `SignDecay(λ = 1e-3)`."""
    return rule("SignDecay", {"lambd": lambd})


def ClipGrad(delta: float = 10.0) -> Rule:  # noqa: N802
    """Every number of the gradient cut off at ±delta. Flux: `ClipGrad(δ = 10)`."""
    return rule("ClipGrad", {"delta": delta})


def ClipNorm(omega: float = 10.0, p: float = 2.0, *, throw: bool = True) -> Rule:  # noqa: N802
    """The p-norm of each array's gradient brought down to omega. Flux: `ClipNorm(ω = 10, p = 2; throw = true)`.

    With `throw`, a norm that is not finite raises DivergedError.
    """
    return rule("ClipNorm", {"omega": omega, "p": 0.0 if p == math.inf else p, "throw": float(throw)})


def AccumGrad(n: int) -> Rule:  # noqa: N802
    """Passes on the mean of every n gradients. Flux: `AccumGrad(n)`."""
    return rule("AccumGrad", {"n": n})
