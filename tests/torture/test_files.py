"""Files that go wrong: each becomes a table or one sentence, in little time, and the project that was open stays as it was."""

import contextlib
from pathlib import Path

import numpy as np
import pytest

from flux_gui.core.errors import FluxError
from flux_gui.document import edits, store
from flux_gui.document.document import Document
from flux_gui.document.project import Project
from terminal import refused, run
from torture import container_cases, text_cases
from torture.cases import Case, check_error, loaded, within

CASES = [*text_cases.ALL, *container_cases.ALL]
pytestmark = pytest.mark.timeout(60)
every_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


@pytest.fixture(scope="module", autouse=True)
def warm(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Import what reads each format, so that no case pays for it."""
    for case in container_cases.GOOD:
        with contextlib.suppress(Exception):
            loaded(case.make(tmp_path_factory.mktemp("warm")))


def test_names_of_cases_are_unique() -> None:
    assert len({case.name for case in CASES}) == len(CASES)


@every_case
def test_the_file_is_read_or_refused_with_its_place(tmp_path: Path, case: Case) -> None:
    path = case.make(tmp_path)
    content = path.read_bytes()
    with within(case.seconds):
        found = loaded(path)
    assert not (wrong := case.differs(found)), wrong
    assert path.read_bytes() == content
    assert list(tmp_path.iterdir()) == [path]


def stored(project: Project, folder: Path) -> bytes:
    path = folder / "stored.flux"
    store.save(project, path)
    content = path.read_bytes()
    path.unlink()
    return content


def project_or_error(path: Path) -> Project | FluxError:
    try:
        return edits.project_from_file(path)
    except FluxError as error:
        return error


def check_project(project: Project) -> None:
    """A project made of an odd table trains on finite numbers, except where a missing target says so."""
    for part in project.dataset.parts.values():
        assert np.isfinite(part.x).all()
        assert np.isfinite(part.y).all()


@every_case
def test_the_open_project_is_unharmed(tmp_path: Path, case: Case) -> None:
    opened = edits.line_example()
    document = Document(opened)
    before = stored(opened, tmp_path)
    path = case.make(tmp_path)
    with within(2 * case.seconds):
        made = project_or_error(path)
    if isinstance(made, Project):
        assert not case.must_fail
        check_project(made)
    else:
        check_error(made)
        wrong = [outcome.differs(made) for outcome in case.outcomes] if case.must_fail else []
        assert not wrong or "" in wrong, wrong
        assert not case.must_load or case.refusals, f"no project can be made: {made}"
    assert document.project is opened
    assert not document.dirty
    assert stored(opened, tmp_path) == before


@every_case
def test_the_terminal_says_it_in_one_line(tmp_path: Path, case: Case) -> None:
    path = case.make(tmp_path)
    out = tmp_path / "made.flux"
    with within(2 * case.seconds + 1):
        done = run("new", out, "--data", path)
    assert "Traceback" not in done.err
    if done.status == 0:
        assert not case.must_fail
        assert store.load(out).table.rows > 0
        return
    assert not case.must_load or case.refusals, done.err
    refused("new", out, "--data", path)
    assert list(tmp_path.iterdir()) == [path]
