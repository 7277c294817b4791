"""What the network is made of: a list of layers with stable ids."""

from typing import Literal

import msgspec


class Choice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A registry entry by name, with the hyper-parameter values that differ from its defaults.

    `formula` is the text of an entry that the user writes, such as the activation `x*sigmoid(1.702*x)`; "" for all others.
    """

    name: str
    values: dict[str, float] = {}
    formula: str = ""


Combine = Literal["add", "multiply", "concatenate"]


class DenseSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="dense"):
    """A Dense layer with `units` outputs; the number of inputs follows from what stands before it."""

    id: str
    units: int
    activation: Choice = Choice("relu")
    bias: bool = True
    initialiser: Choice = Choice("glorot_uniform")
    name: str = ""


class SoftmaxSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="softmax"):
    """A softmax step: turns scores into probabilities that sum to one."""

    id: str
    name: str = ""


class LogSoftmaxSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="logsoftmax"):
    """A logsoftmax step: turns scores into logarithms of probabilities."""

    id: str
    name: str = ""


class DropoutSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="dropout"):
    """Switches each input off with probability `p` while training."""

    id: str
    p: float = 0.5
    name: str = ""


class BatchNormSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="batchnorm"):
    """Standardises every column over the batch; evaluation uses running means and variances."""

    id: str
    activation: Choice = Choice("identity")
    affine: bool = True
    momentum: float = 0.1
    eps: float = 1e-5
    name: str = ""


class LayerNormSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="layernorm"):
    """Standardises every row over its columns."""

    id: str
    activation: Choice = Choice("identity")
    affine: bool = True
    eps: float = 1e-5
    name: str = ""


class ScaleSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="scale"):
    """Multiplies every column by a number of its own and adds one: activation(s x + b)."""

    id: str
    activation: Choice = Choice("identity")
    bias: bool = True
    name: str = ""


class SkipConnectionSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="skipconnection"):
    """Combines the output of `layers` with their input."""

    id: str
    layers: tuple["LayerSpec", ...] = ()
    combine: Combine = "add"
    name: str = ""


class ParallelSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="parallel"):
    """Sends the input through several branches side by side and combines their outputs."""

    id: str
    branches: tuple[tuple["LayerSpec", ...], ...] = ()
    combine: Combine = "concatenate"
    name: str = ""


class FormulaParameter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A trainable parameter of a formula layer: one number for each column, or one for the whole layer."""

    name: str
    start: float = 1.0
    per: Literal["column", "layer"] = "column"


class FormulaSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="formula"):
    """A layer of one's own: a formula in `x` and named trainable parameters, computed element by element."""

    id: str
    formula: str = "a*x + b"
    parameters: tuple[FormulaParameter, ...] = (FormulaParameter("a"), FormulaParameter("b", 0.0))
    name: str = ""


LayerSpec = (
    DenseSpec
    | SoftmaxSpec
    | LogSoftmaxSpec
    | DropoutSpec
    | BatchNormSpec
    | LayerNormSpec
    | ScaleSpec
    | SkipConnectionSpec
    | ParallelSpec
    | FormulaSpec
)


class ModelSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The layers from input to output, the number format and the seed of the start parameters."""

    layers: tuple[LayerSpec, ...] = (DenseSpec("output", 1, Choice("identity")),)
    dtype: Literal["float32", "float64"] = "float32"
    seed: int = 0
