"""The engine: Flux's core in Python. Differentiation, Dense layers, losses, optimisers, training; usable as a library.

from flux_gui import engine as flux

predict = flux.Dense(1, 1)
loss = lambda model, x, y: flux.losses.mse(model(x), y)
flux.train(loss, predict, [(x_train, y_train)], flux.Descent())
"""

from flux_gui.engine import losses, metrics
from flux_gui.engine.activations import ACTIVATIONS, identity
from flux_gui.engine.autodiff import Gradient, gradient, withgradient
from flux_gui.engine.functions import (
    absolute,
    exp,
    is_training,
    log,
    logsoftmax,
    matmul,
    maximum,
    mean,
    minimum,
    random_uniform,
    relu,
    reshape,
    sigmoid,
    sign,
    softmax,
    softplus,
    sqrt,
    square,
    sum,
    tanh,
    transpose,
    where,
)
from flux_gui.engine.gradcheck import check_gradient
from flux_gui.engine.initialisers import INITIALISERS
from flux_gui.engine.layers import Chain, Dense, Layer, Softmax
from flux_gui.engine.losses import LOSSES
from flux_gui.engine.metrics import METRICS
from flux_gui.engine.models import LAYERS, build, initial, layout, sizes
from flux_gui.engine.optimisers import OPTIMISERS, Adam, Descent, Momentum, Rule, rule
from flux_gui.engine.parameters import Parameters, Slot
from flux_gui.engine.training import parameters, train, trainstep, update
from flux_gui.engine.update import OptimiserState, setup

__all__ = [
    "ACTIVATIONS",
    "INITIALISERS",
    "LAYERS",
    "LOSSES",
    "METRICS",
    "OPTIMISERS",
    "Adam",
    "Chain",
    "Dense",
    "Descent",
    "Gradient",
    "Layer",
    "Momentum",
    "OptimiserState",
    "Parameters",
    "Rule",
    "Slot",
    "Softmax",
    "absolute",
    "build",
    "check_gradient",
    "exp",
    "gradient",
    "identity",
    "initial",
    "is_training",
    "layout",
    "log",
    "logsoftmax",
    "losses",
    "matmul",
    "maximum",
    "mean",
    "metrics",
    "minimum",
    "parameters",
    "random_uniform",
    "relu",
    "reshape",
    "rule",
    "setup",
    "sigmoid",
    "sign",
    "sizes",
    "softmax",
    "softplus",
    "sqrt",
    "square",
    "sum",
    "tanh",
    "train",
    "trainstep",
    "transpose",
    "update",
    "where",
    "withgradient",
]
