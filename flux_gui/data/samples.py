"""Samples: the registry of ready-made data, each with a card: what it is, where it is from, its licence and a first network that works."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from flux_gui.core.paths import resource
from flux_gui.core.registry import Entry, Registry
from flux_gui.specs.data import FileData, FormulaData, GeneratedData
from flux_gui.specs.model import Choice

CC_BY = "CC BY 4.0"
CC_BY_URL = "https://creativecommons.org/licenses/by/4.0/"
UCI = "UCI Machine Learning Repository"
OURS = "none needed: made by a formula"


@dataclass(frozen=True)
class FirstNetwork:
    """A network that learns a sample: hidden layers, and how they are trained. The names are those of a new project's wishes."""

    hidden: tuple[int, ...]
    activation: str = "relu"
    optimiser: str = "Adam"
    rate: float = 0.01
    batch: int = 32
    epochs: int = 60


@dataclass(frozen=True)
class SampleEntry(Entry):
    """One sample; `function()` returns its source. `promise` is the metric of the test rows, and what the first network reaches at least.

    `source` cites the people who collected the data, `origin` is the page they are published on, `subject` what the target is.
    """

    rows: int = 0
    target: str = ""
    subject: str = ""
    source: str = ""
    origin: str = ""
    licence: str = ""
    licence_url: str = ""
    network: FirstNetwork = FirstNetwork((16,))
    promise: tuple[str, float] = ("accuracy", 0.9)
    file: str = ""

    @property
    def path(self) -> Path:
        """The file with the rows; ValueError for a sample that is made, not read."""
        if not self.file:
            raise ValueError(f"the sample '{self.name}' has no file")
        return resource("samples", self.file)


SAMPLES: Registry[SampleEntry] = Registry("sample")


def _file(name: str) -> FileData:
    return FileData(str(resource("samples", name)))


_uci = partial(SampleEntry, licence=CC_BY, licence_url=CC_BY_URL)

SAMPLES.add(
    SampleEntry(
        "line",
        partial(FormulaData),
        "Line 4x + 2",
        "Eleven points on a straight line; the network sees the first six and must continue the line.",
        rows=11,
        target="y",
        subject="y for a given x",
        source="The first example of Flux's guide.",
        origin="https://fluxml.ai",
        licence=OURS,
        network=FirstNetwork((), "identity", "Descent", 0.1, 0, 201),
        promise=("r2", 0.99),
    )
)
SAMPLES.add(
    _uci(
        "iris",
        partial(_file, "iris.csv"),
        "Iris",
        "Lengths and widths of sepal and petal of 150 iris flowers, in centimetres.",
        file="iris.csv",
        rows=150,
        target="species",
        subject="which of three species a flower is",
        source=f"E. Anderson; R. A. Fisher (1936), Iris, {UCI}",
        origin="https://doi.org/10.24432/C56C76",
        network=FirstNetwork((8,), batch=16, epochs=100),
        promise=("accuracy", 0.9),
    )
)
SAMPLES.add(
    _uci(
        "wine",
        partial(_file, "wine.csv"),
        "Wine",
        "Thirteen chemical measurements of 178 Italian wines.",
        file="wine.csv",
        rows=178,
        target="cultivar",
        subject="which of three grape varieties a wine was made of",
        source=f"S. Aeberhard, M. Forina (1992), Wine, {UCI}",
        origin="https://doi.org/10.24432/C5PC7J",
        network=FirstNetwork((16,), batch=16),
        promise=("accuracy", 0.92),
    )
)
SAMPLES.add(
    _uci(
        "breast_cancer",
        partial(_file, "breast_cancer.csv"),
        "Breast cancer",
        "Thirty measurements of cell nuclei in 569 tissue samples.",
        file="breast_cancer.csv",
        rows=569,
        target="diagnosis",
        subject="whether a tumour is malignant or benign",
        source=f"W. Wolberg, O. Mangasarian, N. Street, W. Street (1993), Breast Cancer Wisconsin (Diagnostic), {UCI}",
        origin="https://doi.org/10.24432/C5DW2B",
        network=FirstNetwork((16,), epochs=30),
        promise=("accuracy", 0.93),
    )
)
SAMPLES.add(
    _uci(
        "digits",
        partial(_file, "digits.csv"),
        "Digits",
        "1797 handwritten digits as pictures of 8 x 8 pixels, each from 0 (white) to 16 (black).",
        file="digits.csv",
        rows=1797,
        target="digit",
        subject="which digit is on the picture",
        source=f"E. Alpaydin, C. Kaynak (1998), Optical Recognition of Handwritten Digits, {UCI}",
        origin="https://doi.org/10.24432/C50P49",
        network=FirstNetwork((32,), epochs=30),
        promise=("accuracy", 0.94),
    )
)
SAMPLES.add(
    SampleEntry(
        "penguins",
        partial(_file, "penguins.csv"),
        "Penguins",
        "Species, island, sex, year and sizes of 344 penguins near Palmer Station, Antarctica; some cells are missing.",
        file="penguins.csv",
        rows=344,
        target="body_mass_g",
        subject="how heavy a penguin is, in grams",
        source="K. Gorman and Palmer Station Antarctica LTER; A. Horst, A. Hill, K. Gorman (2020), palmerpenguins",
        origin="https://doi.org/10.5281/zenodo.3960218",
        licence="CC0 1.0",
        licence_url="https://creativecommons.org/publicdomain/zero/1.0/",
        network=FirstNetwork((16,)),
        promise=("r2", 0.8),
    )
)
SAMPLES.add(
    SampleEntry(
        "xor",
        partial(GeneratedData, Choice("xor")),
        "XOR",
        "Four squares of points; the class says whether the signs of x1 and x2 are the same. No straight line parts them.",
        rows=400,
        target="class",
        subject="same signs or different ones",
        source="The classic counterexample of M. Minsky and S. Papert, Perceptrons (1969).",
        licence=OURS,
        network=FirstNetwork((8,), "tanh", rate=0.02, epochs=100),
        promise=("accuracy", 0.95),
    )
)
SAMPLES.add(
    SampleEntry(
        "spiral",
        partial(GeneratedData, Choice("spiral")),
        "Two spirals",
        "Two arms of points around each other: needs two hidden layers and some patience.",
        rows=400,
        target="class",
        subject="which arm a point belongs to",
        source="After K. Lang and M. Witbrock (1988), and TensorFlow Playground.",
        licence=OURS,
        network=FirstNetwork((32, 32), "tanh", epochs=200),
        promise=("accuracy", 0.9),
    )
)
