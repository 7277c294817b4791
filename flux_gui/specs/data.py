"""What data a project uses: where they come from, what each column is for, how rows are divided and prepared."""

from typing import Literal

import msgspec

from flux_gui.specs.model import Choice

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


class GeneratedData(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="generated"):
    """Rows made by a generator, such as two spirals; `noise` is in the generator's own units."""

    generator: Choice = Choice("spiral")
    rows: int = 400
    noise: float = 0.1
    seed: int = 0


class PaintedData(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="painted"):
    """Rows painted by hand: points (x1, x2) of the named classes, or points (x, y) of a curve when there are none.

    The points themselves are the project's table.
    """

    classes: tuple[str, ...] = ("a", "b")


class ColumnSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One column of a table: its name, how its cells are read, what it is used for, and why that was guessed."""

    name: str
    kind: Kind
    role: Role
    reason: str = ""


class ReadSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a file is read; "" leaves the choice to the reader, which says what it chose and why."""

    delimiter: str = ""
    decimal: Literal["", ".", ","] = ""
    encoding: str = ""
    header: Literal["", "yes", "no"] = ""
    sheet: str = ""


class FileData(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="file"):
    """Rows read from a file; `task` is "" to decide by the target column. `sha256` is that of the file when it was read.

    `validation` and `test` are paths of further files whose rows make up these parts; "" when the split divides the one file;
    `sha256_validation` and `sha256_test` are theirs, "" in files of earlier versions.
    """

    path: str
    columns: tuple[ColumnSpec, ...] = ()
    task: Literal["", "regression", "binary", "classes"] = ""
    sha256: str = ""
    reading: ReadSpec = ReadSpec()
    validation: str = ""
    test: str = ""
    sha256_validation: str = ""
    sha256_test: str = ""

    @property
    def target(self) -> str:
        """The name of the target column, "" when there is none."""
        return next((c.name for c in self.columns if c.role == "target"), "")


class SplitSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How rows are divided: fractions that sum to 1, or the words in a column (role "split").

    `method` "random" draws rows by the seed, "order" keeps them as they come: first training, then validation, then test.
    """

    train: float = 0.7
    validation: float = 0.15
    test: float = 0.15
    seed: int = 0
    method: Literal["random", "order"] = "random"
    stratified: bool = True


class PrepareSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How columns become numbers for the network; everything is fitted on training rows only."""

    scale_inputs: Literal["none", "standard", "minmax", "robust"] = "standard"
    scale_target: Literal["none", "standard", "minmax", "robust"] = "standard"
    missing: Literal["median", "mean", "most_frequent", "constant", "drop"] = "median"
    missing_constant: float = 0.0
    missing_indicator: bool = False
    features: tuple[str, ...] = ()  # further inputs by formula, such as "x1^2"
    left_out: tuple[str, ...] = ()  # input columns that only features read


class DataSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Source, split and preparation of a project's data. Formula data come already divided and are not scaled by default."""

    source: FormulaData | GeneratedData | PaintedData | FileData = FormulaData()
    split: SplitSpec = SplitSpec()
    prepare: PrepareSpec = PrepareSpec("none", "none")
