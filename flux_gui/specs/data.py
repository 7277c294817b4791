"""What data a project uses: where they come from, what each column is for, how rows are divided and prepared."""

from typing import Literal

import msgspec

Kind = Literal["number", "category", "text"]
Role = Literal["input", "target", "split", "weight", "ignore"]
Task = Literal["regression", "binary", "classes"]


class Range(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The numbers start, start + step, ... up to and including stop."""

    start: float
    stop: float
    step: float = 1.0


class FormulaData(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="formula"):
    """Rows made from y = formula(x): `train` gives the training x, `test` the test x; noise is a standard deviation in units of y."""

    formula: str = "4*x + 2"
    train: Range = Range(0.0, 5.0)
    test: Range = Range(6.0, 10.0)
    noise: float = 0.0
    seed: int = 0


class ColumnSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One column of a table: its name, how its cells are read, what it is used for, and why that was guessed."""

    name: str
    kind: Kind
    role: Role
    reason: str = ""


class FileData(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="file"):
    """Rows read from a file; `task` is "" to decide by the target column. `sha256` is that of the file when it was read."""

    path: str
    columns: tuple[ColumnSpec, ...] = ()
    task: Literal["", "regression", "binary", "classes"] = ""
    sha256: str = ""

    @property
    def target(self) -> str:
        """The name of the target column, "" when there is none."""
        return next((c.name for c in self.columns if c.role == "target"), "")


class SplitSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How rows of a file are divided: fractions that sum to 1 (classes stratified), or the words in a column (role "split")."""

    train: float = 0.7
    validation: float = 0.15
    test: float = 0.15
    seed: int = 0


class PrepareSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How columns become numbers for the network; everything is fitted on training rows only."""

    scale_inputs: Literal["none", "standard"] = "standard"
    scale_target: Literal["none", "standard"] = "standard"


class DataSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Source, split and preparation of a project's data. Formula data come already divided and are not scaled by default."""

    source: FormulaData | FileData = FormulaData()
    split: SplitSpec = SplitSpec()
    prepare: PrepareSpec = PrepareSpec("none", "none")
