"""The undo stack: one command for everything, merging of moves, a limit."""

from dataclasses import replace

import pytest

from flux_gui.document import edits
from flux_gui.document.document import Document
from flux_gui.gui import undo
from flux_gui.gui.undo import LIMIT, PAUSE, UndoStack


def test_steps_go_back_and_forth(qapp: object) -> None:
    document = Document(edits.line_example())
    stack = UndoStack(document.apply)
    first, second = document.project, replace(document.project)
    stack.record(first, second, "Do something")
    assert document.project is second
    stack.undo()
    assert document.project is first
    stack.redo()
    assert document.project is second
    assert stack.undoText() == "Do something"


def test_moves_of_the_same_control_are_one_step(qapp: object) -> None:
    document = Document(edits.line_example())
    stack = UndoStack(document.apply)
    first = document.project
    for _ in range(5):
        stack.record(document.project, replace(document.project), "Move", merge="training.optimiser.eta")
    stack.record(document.project, replace(document.project), "Move", merge="training.batch")
    assert stack.count() == 2
    stack.undo()
    stack.undo()
    assert document.project is first


def test_a_move_after_a_rest_is_a_step_of_its_own(qapp: object, monkeypatch: pytest.MonkeyPatch) -> None:
    document = Document(edits.line_example())
    stack, now = UndoStack(document.apply), 0.0
    monkeypatch.setattr(undo, "monotonic", lambda: now)
    for rest in (0.0, 0.9 * PAUSE, 0.9 * PAUSE, 1.1 * PAUSE):
        now += rest
        stack.record(document.project, replace(document.project), "Move", merge="training.epochs")
    assert stack.count() == 2


def test_nothing_is_no_step_and_the_limit_holds(qapp: object) -> None:
    document = Document(edits.line_example())
    stack = UndoStack(document.apply)
    stack.record(document.project, document.project, "Nothing")
    assert stack.count() == 0
    for _ in range(LIMIT + 20):
        stack.record(document.project, replace(document.project), "Step")
    assert stack.count() == LIMIT


def test_the_oldest_steps_give_way_when_all_are_too_large(qapp: object, monkeypatch: pytest.MonkeyPatch) -> None:
    document = Document(edits.line_example())
    stack = UndoStack(document.apply)
    monkeypatch.setattr(undo, "LEAST", 8)
    one = edits.reseed(document.project).state.nbytes()
    monkeypatch.setattr(undo, "MEMORY", 9 * one)
    made = [document.project]
    for step in range(12):
        made.append(edits.reseed(document.project))
        stack.record(document.project, made[-1], f"Step {step}", merge="seed" if step == 11 else "")
    assert stack.count() < 12
    assert stack.nbytes() <= 11 * one
    assert document.project is made[-1]
    assert stack.undoText() == "Step 11"
    steps = stack.count()
    while stack.canUndo():
        stack.undo()
    assert document.project is made[12 - steps]
    while stack.canRedo():
        stack.redo()
    assert document.project is made[-1]
