"""The self-test of an installation: trains the line and checks its numbers, opens the window unseen, exports and reads back."""

import os
import sys
import tempfile
from pathlib import Path

import numpy as np

import flux_gui
from flux_gui.core.errors import FluxError
from flux_gui.core.paths import resource
from flux_gui.document import edits, store
from flux_gui.document.project import Project
from flux_gui.exporters import export, read_parameters
from flux_gui.runtime.session import Session
from flux_gui.runtime.verify import evaluate

EXPECTED = np.array([4.0178537, 2.0050256])  # weight and bias of the line example after 201 epochs
EXPECTED_LOSS = 0.00339581


class SelfTestError(Exception):
    """A check that failed; the text is one sentence."""


def run() -> int:
    """Run all checks, print one line each and `ok` at the end; return the exit status."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    try:
        with tempfile.TemporaryDirectory() as folder:
            _run(Path(folder))
    except (SelfTestError, FluxError, OSError) as error:
        sys.stdout.write(f"failed: {error}\n")
        return 1
    sys.stdout.write("ok\n")
    return 0


def _run(folder: Path) -> None:
    trained = _line()
    _say("training", f"{trained.state.epoch} epochs, weight and bias as expected")
    _files(trained, folder)
    _say("files", "npz, csv, json and flux written and read back")
    _resources()
    _say("resources", str(resource("samples").parent))
    versions = _window()
    _say("window", "opened, painted and closed")
    _say("versions", ", ".join([f"flux-gui {flux_gui.__version__}", *versions]))


def _line() -> Project:
    session = Session(edits.line_example())
    try:
        session.run()
        trained = session.project
    finally:
        session.close()
    _check(np.allclose(trained.state.parameters, EXPECTED, rtol=1e-5), f"the line gave {trained.state.parameters}, expected {EXPECTED}")
    loss = evaluate(trained, parts=("train",))["train"]["loss"]
    _check(bool(np.isclose(loss, EXPECTED_LOSS, rtol=1e-4)), f"the loss of the line is {loss:.9g}, expected {EXPECTED_LOSS:.9g}")
    return trained


def _files(project: Project, folder: Path) -> None:
    truth = edits.parameters(project)
    for name in ("line.npz", "line.json"):
        export(project, folder / name)
        found = read_parameters(folder / name)
        _check(all(np.array_equal(found[key], truth[key]) for key in truth), f"{name} does not hold the parameters that were written")
    export(project, folder / "line.csv")
    rows = (folder / "line.csv").read_text(encoding="utf-8").splitlines()
    _check(len(rows) == 1 + len(project.state.parameters), f"line.csv has {len(rows)} lines")
    store.save(project, folder / "line.flux")
    again = store.load(folder / "line.flux")
    _check(np.array_equal(again.state.parameters, project.state.parameters), "line.flux does not hold the parameters that were written")


def _resources() -> None:
    for parts in (("samples", "iris.csv"), ("icons", "play.svg")):
        _check(resource(*parts).is_file(), f"{'/'.join(parts)} is missing from this installation")


def _window() -> list[str]:
    from PySide6.QtWidgets import QApplication

    from flux_gui import app
    from flux_gui.gui.dialogs.about import versions

    application = QApplication.instance() or QApplication(["flux-gui"])
    program = app.build()
    program.window.show()
    for _ in range(5):
        application.processEvents()
    picture = program.window.grab().toImage()
    colours = {picture.pixel(x, y) for x in range(0, picture.width(), 7) for y in range(0, picture.height(), 7)}
    program.window.close_now()
    program.window.deleteLater()
    application.processEvents()
    _check(len(colours) > 8, f"the window was painted in {len(colours)} colours only")
    return versions()


def _check(good: bool, sentence: str) -> None:
    if not good:
        raise SelfTestError(sentence)


def _say(what: str, text: str) -> None:
    sys.stdout.write(f"{what}: {text}\n")
