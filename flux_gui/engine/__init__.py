"""The engine: Flux's core in Python. Differentiation, layers, losses, optimisers, training; usable as a library.

The walk-through of Flux's guide, retold. Data are (rows, columns), here numbers x and what we want to learn from them, 4x + 2:

>>> import numpy as np
>>> from flux_gui import engine as flux
>>> x_train, x_test = np.float32([[0], [1], [2], [3], [4], [5]]), np.float32([[6], [7], [8], [9], [10]])
>>> y_train, y_test = 4 * x_train + 2, 4 * x_test + 2

A model is a layer, or a Chain of them. `flux.Dense(1, 1)` draws its weight; to see the same numbers every time we give it one:

>>> predict = flux.Dense(np.float32([[0.9066542]]))
>>> predict
Dense(1 => 1)       # 2 parameters
>>> predict.weight, predict.bias
(array([[0.9066542]], dtype=float32), array([0.], dtype=float32))
>>> predict(x_train).ravel().round(2).tolist()
[0.0, 0.9100000262260437, 1.809999942779541, 2.7200000286102295, 3.630000114440918, 4.53000020980835]

A loss says how far off that is. Training takes a loss of the model and the data, an optimiser, and makes one pass over the data:

>>> loss = lambda model, x, y: flux.losses.mse(model(x), y)
>>> f"{loss(predict, x_train, y_train):.3f}"
'122.647'
>>> data = [(x_train, y_train)]
>>> flux.train(loss, predict, data, flux.Descent(0.1))
>>> f"{loss(predict, x_train, y_train):.3f}"
'116.387'

The parameters are live views: after 200 more passes they hold what was learned, and the test data agree.

>>> parameters = flux.parameters(predict)
>>> predict.weight in parameters
True
>>> for epoch in range(200):
...     flux.train(loss, predict, data, flux.Descent(0.1))
>>> [f"{value:.2f}" for value in predict(x_test).ravel()]
['26.11', '30.13', '34.15', '38.17', '42.18']

Every function of arrays and models has a gradient, exact to rounding:

>>> flux.gradient(lambda x: 3 * x**2 + 2 * x + 1, 5.0)
(np.float64(32.0),)
>>> flux.gradient(lambda model: loss(model, x_test, y_test), predict)[0].weight.shape
(1, 1)

`setup` gives an optimiser with memory a state that outlives a pass; `adjust` changes its rate in the middle of a run.

>>> model = flux.Chain(flux.Dense(4, 16, "tanh", seed=1), flux.Dense(16, 3, seed=2))
>>> state = flux.setup(flux.OptimiserChain(flux.WeightDecay(1e-4), flux.Adam(0.01)), model)
>>> flux.adjust(state, 0.005)
>>> model
Chain(
  Dense(4 => 16, tanh),                 # 80 parameters
  Dense(16 => 3),                       # 51 parameters
)                   # Total: 4 arrays, 131 parameters, 524 bytes.

Any layer can be replaced by your own code: declare parameters, write the forward maths, and the gradient follows.

>>> class Quadratic(flux.Layer):
...     def __init__(self):
...         super().__init__()
...         self.parameter("a", np.zeros(1))
...     def forward(self, x):
...         return x + self.a * x**2
>>> model = flux.Chain(flux.Dense(1, 1), Quadratic())
>>> flux.train(loss, model, data, flux.Descent(1e-4))
>>> bool(model[1].a != 0)
True
"""

from flux_gui.engine import losses, metrics, schedules, stopping
from flux_gui.engine.activation_formulas import (
    celu,
    elu,
    gelu_erf,
    gelu_sigmoid,
    gelu_tanh,
    hardsigmoid,
    hardswish,
    hardtanh,
    identity,
    leakyrelu,
    lisht,
    logcosh,
    logsigmoid,
    mish,
    relu6,
    rrelu,
    selu,
    sigmoid_fast,
    softshrink,
    softsign,
    swish,
    tanh_fast,
    tanhshrink,
    trelu,
)
from flux_gui.engine.activation_formulas import gelu_tanh as gelu
from flux_gui.engine.activations import ACTIVATIONS
from flux_gui.engine.autodiff import Gradient, gradient, withgradient
from flux_gui.engine.combine import Maxout, Parallel, SkipConnection
from flux_gui.engine.constructors import (
    AccumGrad,
    AdaBelief,
    AdaDelta,
    AdaGrad,
    Adam,
    AdaMax,
    AdamW,
    AMSGrad,
    ClipGrad,
    ClipNorm,
    Descent,
    Lion,
    Momentum,
    NAdam,
    Nesterov,
    OAdam,
    RAdam,
    RMSProp,
    Rprop,
    SignDecay,
    WeightDecay,
)
from flux_gui.engine.dropout import AlphaDropout, Dropout
from flux_gui.engine.formula import Formula
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
from flux_gui.engine.initialisers import (
    INITIALISERS,
    glorot_normal,
    glorot_uniform,
    identity_init,
    kaiming_normal,
    kaiming_uniform,
    lecun_normal,
    ones32,
    orthogonal,
    rand32,
    randn32,
    sparse_init,
    truncated_normal,
    zeros32,
)
from flux_gui.engine.layers import Chain, Dense, Layer, LogSoftmax, Softmax
from flux_gui.engine.lookup import Bilinear, Embedding, Select
from flux_gui.engine.losses import LOSSES
from flux_gui.engine.metrics import METRICS
from flux_gui.engine.models import LAYERS, build, initial, layout, sizes
from flux_gui.engine.modes import testmode, trainmode
from flux_gui.engine.norms import BatchNorm, LayerNorm, Scale, normalise
from flux_gui.engine.observations import DataLoader, kfolds, onecold, onehot, onehotbatch, splitobs
from flux_gui.engine.optimisers import OPTIMISERS, OptimiserChain, Rule, rule
from flux_gui.engine.parameters import Parameters, Slot
from flux_gui.engine.schedules import SCHEDULES
from flux_gui.engine.shaping import concatenate, flatten, take_rows
from flux_gui.engine.special import erf
from flux_gui.engine.states import activations, destructure, loadmodel, outputsize, state
from flux_gui.engine.stopping import STOPPING
from flux_gui.engine.training import parameters, train, trainstep, update
from flux_gui.engine.update import OptimiserState, adjust, freeze, setup, thaw

__all__ = [
    "ACTIVATIONS",
    "INITIALISERS",
    "LAYERS",
    "LOSSES",
    "METRICS",
    "OPTIMISERS",
    "SCHEDULES",
    "STOPPING",
    "AMSGrad",
    "AccumGrad",
    "AdaBelief",
    "AdaDelta",
    "AdaGrad",
    "AdaMax",
    "Adam",
    "AdamW",
    "AlphaDropout",
    "BatchNorm",
    "Bilinear",
    "Chain",
    "ClipGrad",
    "ClipNorm",
    "DataLoader",
    "Dense",
    "Descent",
    "Dropout",
    "Embedding",
    "Formula",
    "Gradient",
    "Layer",
    "LayerNorm",
    "Lion",
    "LogSoftmax",
    "Maxout",
    "Momentum",
    "NAdam",
    "Nesterov",
    "OAdam",
    "OptimiserChain",
    "OptimiserState",
    "Parallel",
    "Parameters",
    "RAdam",
    "RMSProp",
    "Rprop",
    "Rule",
    "Scale",
    "Select",
    "SignDecay",
    "SkipConnection",
    "Slot",
    "Softmax",
    "WeightDecay",
    "absolute",
    "activations",
    "adjust",
    "build",
    "celu",
    "check_gradient",
    "concatenate",
    "destructure",
    "elu",
    "erf",
    "exp",
    "flatten",
    "freeze",
    "gelu",
    "gelu_erf",
    "gelu_sigmoid",
    "gelu_tanh",
    "glorot_normal",
    "glorot_uniform",
    "gradient",
    "hardsigmoid",
    "hardswish",
    "hardtanh",
    "identity",
    "identity_init",
    "initial",
    "is_training",
    "kaiming_normal",
    "kaiming_uniform",
    "kfolds",
    "layout",
    "leakyrelu",
    "lecun_normal",
    "lisht",
    "loadmodel",
    "log",
    "logcosh",
    "logsigmoid",
    "logsoftmax",
    "losses",
    "matmul",
    "maximum",
    "mean",
    "metrics",
    "minimum",
    "mish",
    "normalise",
    "onecold",
    "onehot",
    "onehotbatch",
    "ones32",
    "orthogonal",
    "outputsize",
    "parameters",
    "rand32",
    "randn32",
    "random_uniform",
    "relu",
    "relu6",
    "reshape",
    "rrelu",
    "rule",
    "schedules",
    "selu",
    "setup",
    "sigmoid",
    "sigmoid_fast",
    "sign",
    "sizes",
    "softmax",
    "softplus",
    "softshrink",
    "softsign",
    "sparse_init",
    "splitobs",
    "sqrt",
    "square",
    "state",
    "stopping",
    "sum",
    "swish",
    "take_rows",
    "tanh",
    "tanh_fast",
    "tanhshrink",
    "testmode",
    "thaw",
    "train",
    "trainmode",
    "trainstep",
    "transpose",
    "trelu",
    "truncated_normal",
    "update",
    "where",
    "withgradient",
    "zeros32",
]
