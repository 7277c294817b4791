"""Document: one current project, listeners, and whether there is something to save."""

from pathlib import Path

from flux_gui.document import edits
from flux_gui.document.document import Document
from flux_gui.document.project import Project


def test_apply_tells_listeners_before_and_after() -> None:
    first = edits.line_example()
    document = Document(first)
    seen: list[tuple[Project, Project]] = []
    unsubscribe = document.subscribe(lambda before, after: seen.append((before, after)))
    second = edits.set_value(first, "training.epochs", 5)
    document.apply(second, "Change epochs")
    assert seen == [(first, second)]
    assert document.text == "Change epochs"
    assert not document.fresh
    unsubscribe()
    document.apply(first)
    assert len(seen) == 1


def test_dirty_follows_what_was_saved() -> None:
    first = edits.line_example()
    document = Document(first)
    assert not document.dirty
    second = edits.set_value(first, "name", "other")
    document.apply(second)
    assert document.dirty
    document.apply(first)
    assert not document.dirty
    document.apply(second)
    document.mark_saved(Path("a.flux"))
    assert not document.dirty
    assert document.path == Path("a.flux")
    document.apply(first)
    assert document.dirty
    document.mark_saved(Path("b.flux"), second)
    assert document.dirty
    document.mark_saved(Path("b.flux"), first)
    assert not document.dirty


def test_replace_opens_a_clean_project() -> None:
    document = Document(edits.line_example())
    document.apply(edits.set_value(document.project, "name", "other"))
    opened = edits.line_example()
    document.replace(opened, Path("b.flux"))
    assert document.project is opened
    assert not document.dirty
    assert document.path == Path("b.flux")


def test_another_project_is_told_apart_from_an_edit() -> None:
    first = edits.line_example()
    document = Document(first)
    seen: list[bool] = []
    document.subscribe(lambda _before, _after: seen.append(document.fresh))
    document.apply(edits.set_value(first, "name", "other"))
    document.replace(edits.line_example())
    document.apply(first)
    assert seen == [False, True, False]
