"""What is told about data, and what one click mends."""

from pathlib import Path

import pytest

from flux_gui.core.paths import resource
from flux_gui.document import edits
from flux_gui.document.problems_data import data_problems, facts
from flux_gui.document.project import Project


def made(folder: Path, cells: list[str], header: str = "x,z,y") -> Project:
    path = folder / "t.csv"
    path.write_text("\n".join([header, *cells]) + "\n")
    return edits.project_from_file(path, target="y")


def test_good_data_have_no_problem() -> None:
    for project in (edits.project_from_file(resource("samples", "iris.csv")), edits.line_example(), edits.project_from_sample("spiral")):
        assert list(data_problems(project)) == []
        assert facts(project) is facts(project)


@pytest.mark.parametrize(
    ("cells", "words", "path", "label"),
    [
        ([f"{i},7,{i * 2.5}" for i in range(30)], "the same value in 'z'", "data.source.columns.1.role", "Leave it out"),
        (
            [f"{i},{i if i % 2 else ''},{i * 2.5}" for i in range(30)],
            "of the cells of 'z' are missing",
            "data.source.columns.1.role",
            "Add inputs for missing cells",
        ),
        (
            [f"{i},{i % 7},{'rare' if i % 10 == 0 else 'usual'}" for i in range(100)],
            "The classes are uneven: 63 training rows of the largest, 7 of 'rare'.",
            "training.class_weights",
            "Let all classes weigh the same",
        ),
        ([f"{i},{i % 7},{'few' if i < 3 else 'ab'[i % 2]}" for i in range(40)], "too few to learn it", "data.split.train", ""),
    ],
)
def test_each_problem_and_its_mend(tmp_path: Path, cells: list[str], words: str, path: str, label: str) -> None:
    project = made(tmp_path, cells)
    found = next(problem for problem in data_problems(project) if words in problem.text)
    assert (found.path, found.severity) == (path, "warning")
    assert found.hint
    assert (found.mend.label if found.mend else "") == label
    if found.mend is not None:
        mended = found.mend.edit(project)
        told = [problem for problem in data_problems(mended) if problem.text == found.text]
        assert told == [] or told[0].mend is None


def test_a_constant_feature_is_removed_by_its_mend(tmp_path: Path) -> None:
    project = made(tmp_path, [f"{i},{i % 7},{i * 2.5}" for i in range(30)])
    project = edits.set_value(project, "data.prepare.features", "x*0, z^2")
    (found,) = [problem for problem in data_problems(project) if "x*0" in problem.text]
    assert found.mend is not None
    assert found.mend.edit(project).spec.data.prepare.features == ("z^2",)


def test_a_constant_column_that_is_the_only_input_stays(tmp_path: Path) -> None:
    project = made(tmp_path, [f"1,{i * 2.5}" for i in range(30)], "x,y")
    (found,) = [problem for problem in data_problems(project) if "'x'" in problem.text]
    assert found.mend is None
