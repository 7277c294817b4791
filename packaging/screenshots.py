"""Pictures of the real window in every state, light and dark, for the README and for looking at our own work.

Run on a display of 1280 x 800, for instance `xvfb-run -a -s "-screen 0 1280x800x24" python packaging/screenshots.py [FOLDER] [light|dark]`.
"""

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from flux_gui.document.project import Project
    from flux_gui.gui.theme import Mode

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
SIZE = (1280, 800)
PATIENCE = 60.0  # seconds for one state


class Photographer:
    """Drives one window through its states and photographs each."""

    def __init__(self, folder: Path, mode: str) -> None:
        from PySide6.QtWidgets import QApplication

        from flux_gui import app
        from flux_gui.document import edits
        from flux_gui.gui.settings import Settings

        self.folder, self.mode = folder, mode
        self.home = tempfile.TemporaryDirectory()
        self.application = QApplication.instance() or QApplication(["flux-gui"])
        app.name_application()
        self.program = app.build(edits.line_example(), Settings(Path(self.home.name)))
        self.program.commands.set_theme(cast("Mode", mode))
        self.window = self.program.window
        self.controller = self.program.controller
        self.window.resize(*SIZE)
        self.window.move(0, 0)
        self.window.show()
        self.window.run_bar.train.setFocus()

    def wait(self, condition: Callable[[], bool] = lambda: False, seconds: float = PATIENCE) -> None:
        """Let the window live until `condition`, or for so many seconds."""
        from PySide6.QtCore import QEventLoop, QTimer

        end = monotonic() + seconds
        while not condition() and monotonic() < end:
            loop = QEventLoop()
            QTimer.singleShot(20, loop.quit)
            loop.exec()

    def shoot(self, name: str) -> None:
        """Write what the window shows now, after letting it settle."""
        self.wait(seconds=0.4)
        file = self.folder / f"{name}-{self.mode}.png"
        if not self.window.grab().save(str(file)):
            raise OSError(f"{file} could not be written")
        print(file.name)

    def idle(self) -> None:
        """Wait until nothing trains or loads."""
        self.wait(lambda: not self.controller.bridge.running and not self.controller.worker.busy)

    def line(self) -> None:
        """First start, training, paused, verified, parameters, error."""
        from PySide6.QtWidgets import QLineEdit

        controller, window = self.controller, self.window
        self.shoot("first-start")
        controller.set_value("training.epochs", 2_000_000_000)
        controller.set_value("training.optimiser.eta", 2e-9)
        window.actions_table["train.toggle"].trigger()
        self.wait(seconds=2.5)
        window.results.show_page("parameters")
        self.shoot("training")
        window.actions_table["train.toggle"].trigger()
        self.idle()
        window.results.show_page("fit")
        self.shoot("paused")
        controller.reset()
        controller.set_value("training.optimiser.eta", 0.1)
        controller.set_value("training.epochs", 201)
        controller.toggle()
        self.idle()
        controller.verify()
        self.idle()
        self.shoot("verified")
        window.drawer.show_page(0)
        self.shoot("tables")
        window.drawer.show_page(None)
        controller.reset()
        controller.set_value("training.optimiser.eta", 10.0)
        controller.toggle()
        self.idle()
        self.shoot("diverged")
        window.notice.hide()
        controller.set_value("training.optimiser.eta", 0.1)
        controller.reset()
        field = window.findChild(QLineEdit, "data.source.formula")
        assert isinstance(field, QLineEdit)
        field.setText("4*x +")
        field.editingFinished.emit()
        self.shoot("error")

    def curve(self) -> None:
        """A formula learned by two hidden layers."""
        controller = self.controller
        for path, value in (
            ("data.source.formula", "sin(x)"),
            ("data.source.train", "-5:5:0.25"),
            ("data.source.test", "-4.9:4.9:0.7"),
            ("data.source.noise", 0.1),
            ("training.optimiser", "Adam"),
            ("training.optimiser.eta", 0.01),
            ("training.epochs", 3000),
        ):
            controller.set_value(path, value)
        for _ in range(2):
            controller.add_layer()
        for place in (0, 1):
            controller.set_value(f"model.layers.{place}.units", 8)
            controller.set_value(f"model.layers.{place}.activation", "tanh")
        controller.toggle()
        self.idle()
        self.window.results.show_page("fit")
        self.shoot("curve")

    def iris(self) -> None:
        """The sample, trained and verified."""
        controller = self.controller
        self.window.files.use_sample()
        self.idle()
        controller.set_value("model.layers.0.units", 8)
        self.shoot("iris")
        controller.toggle()
        self.idle()
        controller.verify()
        self.idle()
        self.shoot("iris-trained")

    def networks(self) -> None:
        """Networks from small to deep: XOR, the spiral while it trains and with a neuron enlarged, digits, forty layers."""
        from flux_gui.core.paths import resource
        from flux_gui.document import edits
        from flux_gui.specs import Choice, GeneratedData

        def made(shape: str) -> "Project":
            return edits.project_from_generator(GeneratedData(Choice(shape), rows=220))

        digits = edits.project_from_file(resource("samples", "digits.csv"))
        nets = (
            ("xor", made("xor"), (4,), "relu", 300),
            ("spiral", made("spiral"), (8, 8), "tanh", 1200),
            ("digits", digits, (32,), "relu", 5),
            ("deep", made("spiral"), (8,) * 39, "relu", 20),
        )
        for name, start, sizes, activation, epochs in nets:
            self.show_net(start, sizes, activation, epochs)
            self.controller.toggle()
            self.idle()
            self.wait(seconds=0.5)
            self.shoot(name)
            if name == "spiral":
                self.spiral()

    def show_net(self, project: "Project", sizes: tuple[int, ...], activation: str, epochs: int) -> None:
        """Show `project` with hidden layers of these sizes, to be trained with Adam."""
        from flux_gui.document import edits

        for _ in project.spec.model.layers[:-1]:
            project = edits.remove_layer(project, 0)
        for place, units in enumerate(sizes):
            project = edits.resize_layer(edits.add_layer(project, place), place, units)
            project = edits.set_value(project, f"model.layers.{place}.activation", activation)
        for path, value in (("training.optimiser", "Adam"), ("training.optimiser.eta", 0.01), ("training.epochs", epochs)):
            project = edits.set_value(project, path, value)
        self.controller.edit(lambda _before: project, "Photograph", fresh=True)
        self.idle()

    def spiral(self) -> None:
        """A neuron enlarged, lines coloured by gradients, and the network while it trains."""
        from PySide6.QtCore import QPoint
        from PySide6.QtTest import QTest

        stage, controller = self.window.stage, self.controller
        view = stage.view
        node = view.lens._scene.nodes[-1][0]
        for step in (0, 2):
            QTest.mouseMove(view.viewport(), view.mapFromScene(node.pos()) + QPoint(step, step))
            self.wait(seconds=0.3)
        self.shoot("spiral-neuron")
        QTest.mouseMove(view.viewport(), QPoint(2, 2))
        stage.colouring.button("gradients").click()
        self.wait(lambda: stage.units is not None and stage.units.gradient is not None)
        self.shoot("spiral-gradients")
        stage.colouring.button("weights").click()
        controller.set_value("training.epochs", 1_000_000)
        controller.toggle()
        self.wait(seconds=1.5)
        self.shoot("spiral-training")
        controller.toggle()
        self.idle()

    def close(self) -> None:
        """Close the window."""
        self.window.close_now()
        self.window.deleteLater()
        self.application.processEvents()
        self.home.cleanup()


def main(arguments: list[str]) -> int:
    """Photograph everything in the themes asked for; return the exit status."""
    folder = Path(arguments[0]) if arguments else ROOT / "resources" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("QT_QPA_PLATFORM", "xcb" if os.environ.get("DISPLAY") else "offscreen")
    for mode in arguments[1:] or ["light", "dark"]:
        photographer = Photographer(folder, mode)
        photographer.line()
        photographer.curve()
        photographer.iris()
        photographer.networks()
        photographer.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
