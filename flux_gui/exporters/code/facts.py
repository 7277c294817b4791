"""What the code of a model is made of: its layers with their arrays, names that a program can use, arrays as source text."""

import re
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from flux_gui.core.errors import FormatError
from flux_gui.data.preparation import Preparation
from flux_gui.engine import notation
from flux_gui.exporters.contents import Exportable, parameters, statistics
from flux_gui.specs import FileData, ModelSpec, TrainingSpec

MAX_WRITTEN: Final = 50_000
"""More parameters than this are not written into source text."""

WIDTH: Final = 100
_LETTERS: Final = {"weight": "W", "bias": "b", "scale": "s"}


@dataclass(frozen=True, eq=False)
class Facts:
    """A project, seen by a writer of code; `weights` says whether what was learned is written into it."""

    project: Exportable
    weights: bool = True

    @property
    def model(self) -> ModelSpec:
        """The network."""
        return self.project.spec.model

    @property
    def training(self) -> TrainingSpec:
        """How it is trained."""
        return self.project.spec.training

    @property
    def preparation(self) -> Preparation:
        """How columns become numbers and outputs answers."""
        return self.project.dataset.preparation

    @property
    def task(self) -> str:
        """ "regression", "binary" or "classes"."""
        return self.preparation.task

    @property
    def inputs(self) -> int:
        """The number of columns that enter the network."""
        return len(self.preparation.feature_names)

    @property
    def outputs(self) -> int:
        """The number of columns that leave it."""
        return len(self.preparation.output_names)

    @property
    def dtype(self) -> str:
        """ "float32" or "float64"."""
        return self.model.dtype

    @cached_property
    def arrays(self) -> dict[str, NDArray[np.floating]]:
        """Parameters and running statistics by key: `layers.<i>.weight` (out, in) ..."""
        return {**parameters(self.project), **statistics(self.project)}

    @property
    def table(self) -> str:
        """The name of the table that the data come from, as a file."""
        source = self.project.spec.data.source
        return Path(source.path).name if isinstance(source, FileData) else f"{self.file}.csv"

    @property
    def file(self) -> str:
        """A name for files of this project without an extension."""
        return re.sub(r"[^\w-]+", "_", self.project.spec.name).strip("_") or "model"

    @property
    def title(self) -> str:
        """What the program computes, in one line."""
        columns = [column.name for column in self.preparation.columns()]
        shown = ", ".join(columns[:4]) + (f" and {len(columns) - 4} more" if len(columns) > 4 else "")
        return plain(f"{self.preparation.target} from {shown}")

    @property
    def chain(self) -> str:
        """The network on one line."""
        return plain(notation.line(self.model.layers, self.inputs))

    def check(self) -> None:
        """Raise FormatError if the parameters are too many to be written into source text."""
        count = sum(array.size for array in self.arrays.values())
        if self.weights and count > MAX_WRITTEN:
            raise FormatError(
                f"The network has {count} parameters, too many to write into a program (at most {MAX_WRITTEN}).",
                "Leave the weights out and export them as NPZ.",
            )


def plain(text: str) -> str:
    """Return a text from outside as it may stand in a comment or a docstring: on one line, without quotes that end it."""
    return " ".join(text.replace("\\", "/").replace('"""', "'''").replace('"', "'").split())


def identifier(key: str) -> str:
    """Return what an array is called in a program: `layers.0.weight` is W0, `layers.2.branches.1.layers.0.bias` is b2_1_0."""
    name = key.rpartition(".")[2]
    numbers = "_".join(re.findall(r"\d+", key.rpartition(".")[0]))
    return f"{_LETTERS.get(name, name + '_')}{numbers}"


def number(value: Any) -> str:
    """Return one number of an array, with as many digits as it needs."""
    return str(value) if np.isfinite(value) else f"np.{'nan' if np.isnan(value) else 'inf' if value > 0 else 'inf * -1'}"


def wrapped(opening: str, words: Iterable[str], closing: str, indent: int = 4) -> list[str]:
    """Return comma-separated words between brackets, on one line if they fit, else filled into several."""
    inside = ", ".join(words)
    if len(opening) + len(inside) + len(closing) <= WIDTH:
        return [f"{opening}{inside}{closing}"]
    blank = " " * indent
    body = textwrap.wrap(inside, WIDTH, initial_indent=blank, subsequent_indent=blank, break_long_words=False, break_on_hyphens=False)
    return [opening, *body[:-1], f"{body[-1]},", closing]


def array_lines(name: str, array: NDArray[np.floating], opening: str, closing: str) -> list[str]:
    """Return `name = opening [...] closing` with the numbers of a vector or a matrix as lists of Python."""
    if array.ndim == 1:
        return wrapped(f"{name} = {opening}[", map(number, array), f"]{closing}")
    lines = [f"{name} = {opening}["]
    for row in array:
        inner = wrapped("    [", map(number, row), "],", 8)
        lines += [inner[0], *inner[1:-1], *([f"    {inner[-1]}"] if len(inner) > 1 else [])]
    return [*lines, f"]{closing}"]


def blank_lines(blocks: Iterable[list[str]], count: int = 1) -> list[str]:
    """Return blocks of lines with so many blank lines between them; empty blocks are left out."""
    lines: list[str] = []
    for block in blocks:
        if block:
            lines += [*([""] * count if lines else []), *block]
    return lines
