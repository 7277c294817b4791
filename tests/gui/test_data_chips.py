"""What the chips say, and why."""

from pathlib import Path

from flux_gui.document import edits
from flux_gui.gui.data_chips import brief, chips
from flux_gui.gui.reading_keeper import how_read
from flux_gui.specs import FileData, ReadSpec


def test_a_formula_has_two_facts() -> None:
    found = list(chips(edits.line_example(), None))
    assert [chip.text for chip in found] == ["regression", "6 train \u00b7 5 test"]
    assert all(chip.menu is None for chip in found)


def test_every_guess_of_a_file_has_a_chip_with_its_reason(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    rows = [f"{i + 1};{'' if i % 9 == 4 else i},5;{'ab'[i % 2]};{i * 2},25" for i in range(40)]
    path.write_text("nr;b;side;y\n" + "\n".join(row.replace(";,5;", ";;") for row in rows) + "\n")
    project = edits.project_from_file(path)
    source = project.spec.data.source
    assert isinstance(source, FileData)
    found = {chip.name: chip for chip in chips(project, how_read(source))}
    assert {name: found[name].text for name in found if name != "notices"} == {
        "task": "regression",
        "scaling": "standardised",
        "inputs": "2 inputs \u2192 y",
        "missing": "4 missing \u2192 median",
        "split": "28 / 6 / 6 rows",
        "reading.delimiter": "semicolon",
        "reading.decimal": "decimal ,",
        "reading.encoding": "UTF-8",
        "reading.header": "header row",
        "ignored.0": "nr ignored",
    }
    assert "named like a target" in found["inputs"].tip
    assert "numbers the rows" in found["ignored.0"].tip
    assert "semicolon" in found["reading.delimiter"].tip
    assert all(chip.menu is not None for name, chip in found.items() if name != "notices")


def test_missing_words_say_what_stands_in_for_them(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,side,y\n" + "".join(f"{i},{'' if i % 9 == 4 else 'uvv'[i % 3]},{i * 2}\n" for i in range(40)))

    def said(text: str, treatment: str = "median") -> str:
        path.write_text(text)
        project = edits.set_value(edits.project_from_file(path), "data.prepare.missing", treatment)
        return next(chip.text for chip in chips(project, None) if chip.name == "missing")

    assert said(path.read_text()) == "4 missing \u2192 most frequent"
    assert said(path.read_text(), "drop") == "4 missing \u2192 leave the row out"
    both = path.read_text().replace("\n7,v", "\n?,v").replace("\n8,v", "\n?,v")
    assert said(both) == "6 missing \u2192 median or most frequent"
    assert said(both, "most_frequent") == "6 missing \u2192 most frequent"


def test_what_was_chosen_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,y\n" + "".join(f"{i},{i * 2}\n" for i in range(30)))
    project = edits.project_from_file(path, reading=ReadSpec(delimiter=","))
    source = project.spec.data.source
    assert isinstance(source, FileData)
    found = {chip.name: chip for chip in chips(project, how_read(source))}
    assert found["reading.delimiter"].tip.startswith("Delimiter: chosen")


def test_a_file_that_is_gone_keeps_its_rows(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,y\n" + "".join(f"{i},{i * 2}\n" for i in range(30)))
    project = edits.project_from_file(path)
    path.unlink()
    source = project.spec.data.source
    assert isinstance(source, FileData)
    found = [chip for chip in chips(project, how_read(source)) if chip.name == "reading"]
    assert found[0].text == "file not there"


def test_large_counts_are_brief() -> None:
    assert [brief(count) for count in (42, 99_999, 700_000, 7_000_000)] == ["42", "99\u2009999", "700\u2009k", "7\u2009M"]
