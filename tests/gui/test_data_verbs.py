"""What a user can do with made data: generate, slide, paint, begin with a sample."""

from pathlib import Path

from pytestqt.qtbot import QtBot

from flux_gui.data.samples import SAMPLES
from flux_gui.document import edits
from flux_gui.gui.controller import Controller
from flux_gui.specs import Choice, FileData, GeneratedData, PaintedData


def test_generated_data_learn_well(qtbot: QtBot, controller: Controller) -> None:
    controller.use_generated()
    assert isinstance(controller.project.spec.data.source, GeneratedData)
    controller.toggle()
    qtbot.waitUntil(lambda: not controller.bridge.running, timeout=20_000)
    best = controller.project.state.best
    assert best is not None
    assert best.loss < 0.1


def test_slides_only_of_made_data(controller: Controller) -> None:
    before = controller.project
    controller.slide("data.source.noise", 0.3)
    assert controller.project is before
    assert not controller.settle_slide("data.source.noise", 0.3)
    controller.use_generated()
    controller.slide("data.source.rows", 1_000_000)  # that many are made when the hand has let go
    assert controller.project.table.rows == 300
    controller.slide("data.source.rows", 50)
    controller.set_value("data.source.rows", 60)
    assert controller.project.table.rows == 60
    assert controller.stack.undoText() == "Change the rows"


def test_a_painting_takes_the_points_over(controller: Controller) -> None:
    controller.edit(lambda _project: edits.project_from_generator(GeneratedData(Choice("spirals"), rows=90)), "x")
    controller.use_painted()
    source = controller.project.spec.data.source
    assert source == PaintedData(("a", "b", "c"))
    assert controller.project.table.rows == 90
    controller.set_classes(("a", "b", "dogs"), "Rename the class c")
    assert controller.project.dataset.labels == ("a", "b", "dogs")
    controller.use_painted(curve=True)
    assert controller.project.spec.data.source == PaintedData(())
    controller.use_formula()
    controller.use_painted(curve=True)
    assert controller.project.table.rows == 11  # the points of the formula


def test_every_sample_opens_as_one_step(qtbot: QtBot, controller: Controller) -> None:
    for count, entry in enumerate(SAMPLES, 1):
        controller.use_sample(entry.name)
        qtbot.waitUntil(lambda: not controller.worker.busy and controller.stack.count() == count, timeout=20_000)  # noqa: B023
        source = controller.project.spec.data.source
        assert not entry.file or (isinstance(source, FileData) and Path(source.path) == entry.path)
        hidden = [layer.units for layer in controller.project.spec.model.layers[:-1]]  # type: ignore[union-attr]
        assert tuple(hidden) == entry.network.hidden
        assert controller.stack.undoText() == f"Use {entry.label}"
    controller.undo()
