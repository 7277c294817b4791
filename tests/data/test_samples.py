"""Tests of samples: every card is complete and true, every file is what its source publishes, every first network keeps its promise."""

import csv
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
from sklearn import datasets

from flux_gui.core.errors import SettingError
from flux_gui.core.paths import resource
from flux_gui.data.files import load
from flux_gui.data.generators import generate
from flux_gui.data.samples import SAMPLES, SampleEntry
from flux_gui.data.table import Table
from flux_gui.document.edits_data import Wishes, project_from_file, project_from_formula
from flux_gui.document.project import Project
from flux_gui.engine.activations import ACTIVATIONS
from flux_gui.engine.optimisers import OPTIMISERS
from flux_gui.runtime.session import Session
from flux_gui.runtime.verify import verify
from flux_gui.specs.data import FileData, FormulaData, SplitSpec

every = pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
files = pytest.mark.parametrize("sample", [s for s in SAMPLES if s.file], ids=lambda sample: sample.name)
SEEDS = (0, 1, 2)


def table_of(sample: SampleEntry) -> Table:
    return load(sample.path, sample.target).table if sample.file else generate(sample.function())


def numbers(name: str) -> np.ndarray:
    """The number columns of a sample without its target."""
    sample = SAMPLES.get(name)
    return np.column_stack([c.values for c in table_of(sample).columns if c.kind == "number" and c.name != sample.target])


def project_of(sample: SampleEntry, folder: Path, seed: int) -> Project:
    wishes, source, path = Wishes(sample.name, seed=seed, **asdict(sample.network)), sample.function(), Path(sample.file and sample.path)
    if isinstance(source, FormulaData):
        return project_from_formula(source, wishes)
    if not isinstance(source, FileData):
        path, table = folder / f"{sample.name}.csv", generate(source)
        with path.open("w", newline="") as file:
            csv.writer(file).writerows([table.names, *zip(*(column.values.tolist() for column in table.columns), strict=True)])
    return project_from_file(path, sample.target, split=SplitSpec(seed=seed), wishes=wishes)


def test_those_that_must_be_there() -> None:
    wanted = {"line", "iris", "wine", "breast_cancer", "digits", "penguins", "xor", "spiral"}
    assert wanted <= set(SAMPLES.names())


@every
def test_the_card_is_complete(sample: SampleEntry) -> None:
    for text in (sample.label, sample.doc, sample.subject, sample.source, sample.licence, sample.target):
        assert text.strip() == text != ""
    assert sample.doc.endswith(".")
    assert sample.rows > 0
    assert sample.network.activation in ACTIVATIONS
    assert sample.network.optimiser in OPTIMISERS
    assert sample.promise[0] in ("accuracy", "r2")
    assert isinstance(sample.function(), FileData) == bool(sample.file)


@every
def test_the_card_is_true(sample: SampleEntry) -> None:
    table = table_of(sample)
    assert table.rows == sample.rows
    assert not table.notices
    assert sample.target in table


@files
def test_the_licence_allows_passing_it_on_and_is_written_beside_the_file(sample: SampleEntry) -> None:
    assert sample.licence in ("CC BY 4.0", "CC0 1.0")
    assert sample.licence_url.startswith("https://creativecommons.org/")
    assert sample.origin.startswith("https://doi.org/")
    text = resource("samples", "README.md").read_text(encoding="utf-8")
    section = text.split(f"## {sample.file}\n")[1].split("\n## ")[0]
    assert sample.licence in section
    assert sample.licence_url in section
    assert sample.origin in section
    assert "Changes:" in section


def test_nothing_else_lies_in_the_folder() -> None:
    found = {path.name for path in resource("samples").iterdir()}
    assert found == {"README.md", *(sample.file for sample in SAMPLES if sample.file)}


@files
def test_files_are_small_and_tidy(sample: SampleEntry) -> None:
    text = sample.path.read_bytes()
    assert len(text) < 300_000
    assert b"\r" not in text
    assert text.isascii()
    assert text.endswith(b"\n")
    assert not any(line != line.strip() for line in text.decode().splitlines())


@files
def test_every_column_is_used(sample: SampleEntry) -> None:
    loaded = load(sample.path, sample.target)
    assert [column.role for column in loaded.columns].count("target") == 1
    assert {column.role for column in loaded.columns} == {"input", "target"}


def test_the_numbers_are_those_of_scikit_learn() -> None:
    for name, theirs in (
        ("wine", datasets.load_wine()),
        ("breast_cancer", datasets.load_breast_cancer()),
        ("digits", datasets.load_digits()),
    ):
        np.testing.assert_array_equal(numbers(name), theirs.data)
    np.testing.assert_array_equal(table_of(SAMPLES.get("digits")).column("digit").values, datasets.load_digits().target)
    np.testing.assert_array_equal(table_of(SAMPLES.get("wine")).column("cultivar").values - 1, datasets.load_wine().target)
    cancer = datasets.load_breast_cancer()
    assert table_of(SAMPLES.get("breast_cancer")).column("diagnosis").values.tolist() == cancer.target_names[cancer.target].tolist()


def test_penguins_have_missing_cells_and_categories() -> None:
    table = table_of(SAMPLES.get("penguins"))
    assert {c.name: int(c.missing.sum()) for c in table.columns if c.missing.any()} == {
        "bill_length_mm": 2,
        "bill_depth_mm": 2,
        "flipper_length_mm": 2,
        "sex": 11,
        "body_mass_g": 2,
    }
    species, counts = np.unique(table.column("species").values, return_counts=True)
    assert dict(zip(species.tolist(), counts.tolist(), strict=True)) == {"Adelie": 152, "Chinstrap": 68, "Gentoo": 124}


@every
@pytest.mark.parametrize("seed", SEEDS)
def test_the_first_network_keeps_its_promise(sample: SampleEntry, seed: int, tmp_path: Path) -> None:
    metric, least = sample.promise
    trained = Session(project_of(sample, tmp_path, seed)).run()
    assert verify(trained).metrics[metric] >= least


def test_an_unknown_sample_names_the_nearest() -> None:
    with pytest.raises(SettingError) as caught:
        SAMPLES.get("penguin")
    assert "penguins" in caught.value.hint
    with pytest.raises(ValueError, match="no file"):
        _ = SAMPLES.get("xor").path
