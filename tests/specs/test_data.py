"""Tests of the specification of data."""

from flux_gui.specs import ColumnSpec, DataSpec, FileData, FormulaData, PrepareSpec, Range, SplitSpec, codec


def test_defaults_are_the_line_example() -> None:
    source = DataSpec().source
    assert isinstance(source, FormulaData)
    assert (source.formula, source.train, source.test, source.noise) == ("4*x + 2", Range(0, 5), Range(6, 10), 0.0)
    assert DataSpec().prepare == PrepareSpec("none", "none")
    assert SplitSpec() == SplitSpec(0.7, 0.15, 0.15, 0)


def test_a_file_knows_its_target() -> None:
    columns = (ColumnSpec("a", "number", "input"), ColumnSpec("b", "category", "target", "last column"))
    assert FileData("f.csv", columns).target == "b"
    assert FileData("f.csv").target == ""


def test_both_sources_survive_json() -> None:
    for source in (FormulaData("x^2"), FileData("f.csv", (ColumnSpec("a", "text", "ignore"),), "classes", "0" * 64)):
        spec = DataSpec(source, SplitSpec(seed=3), PrepareSpec())
        assert codec.decode(codec.encode(spec), DataSpec, "here") == spec
