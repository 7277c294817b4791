"""The bar above everything: Reset, Train/Pause, Step, epoch and progress, time left, speed, and the rate."""

from statistics import median
from time import monotonic

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from flux_gui.core.registry import Hyper
from flux_gui.gui import icons
from flux_gui.gui.actions import Actions
from flux_gui.gui.view import grouped
from flux_gui.gui.widgets import NumberField, ProgressLine

HEIGHT = 53


class RunBar(QFrame):
    """Transport buttons and progress. Signal: rateEdited(float), committed by the user."""

    rateEdited = Signal(float)

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("run_bar")
        self.setFixedHeight(HEIGHT)
        self._toggle = actions["train.toggle"]
        self._epochs: list[tuple[float, int]] = []
        self._shown: tuple[Hyper, float] | None = None
        self.reset = _tool(actions, "train.reset", "")
        self.train = self._train_button(actions)
        self.step = _tool(actions, "train.step_epoch", "epoch")
        self.epoch = QLabel()
        self.speed = QLabel()
        self.speed.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.line = ProgressLine()
        self.rate_label = QLabel("Rate")
        self.rate_label.setProperty("muted", True)
        self.rate = NumberField()
        self.rate.setObjectName("run_bar.training.optimiser.eta")
        self.rate.setAccessibleName("Learning rate")
        self.rate.setHelp("Learning rate: how far each step goes. A change applies at the next step, also while training runs.")
        self.rate.setFixedWidth(86)
        self.rate.valueChanged.connect(self.rateEdited)
        self._lay_out()
        self.show_running(False)

    def _train_button(self, actions: Actions) -> QPushButton:
        action = actions["train.toggle"]
        button = QPushButton("Train")
        button.setObjectName("run_bar.train.toggle")
        button.setAccessibleName("Train or pause")
        button.setProperty("primary", True)
        button.setFixedSize(118, 36)
        button.setIconSize(QSize(16, 16))
        button.setToolTip(action.toolTip().replace("(F5)", "(F5 or Space)"))
        button.clicked.connect(action.trigger)
        return button

    def _lay_out(self) -> None:
        words = QHBoxLayout()
        words.addWidget(self.epoch)
        words.addStretch(1)
        words.addWidget(self.speed)
        middle = QVBoxLayout()
        middle.setSpacing(6)
        middle.addStretch(1)
        middle.addLayout(words)
        middle.addWidget(self.line)
        middle.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 12, 6)
        row.setSpacing(10)
        for widget in (self.reset, self.train, self.step):
            row.addWidget(widget)
        row.addLayout(middle, 1)
        row.addWidget(self.rate_label)
        row.addWidget(self.rate)

    def show_running(self, running: bool) -> None:
        """Show Pause while training runs, Train otherwise."""
        self.train.setText("Pause" if running else "Train")
        self._toggle.setText("Pause" if running else "Train")
        icons.bind(self.train, "pause" if running else "play", "accent_text")
        self.step.setEnabled(not running)
        self._epochs.clear()

    def show_progress(self, epoch: int, epochs: int, steps_per_second: float | None = None, rate: float | None = None) -> None:
        """Show the position; while training runs also the time left, a median over the last moments, and a schedule's present rate."""
        planned = f" of {grouped(epochs)}" if epoch <= epochs else f" \u00b7 {grouped(epochs)} were planned"
        self.epoch.setText(f"Epoch <b>{grouped(epoch)}</b>{planned}")
        self.line.setValue(min(1.0, epoch / max(epochs, 1)))
        if steps_per_second is None:
            self.speed.setText("")
            return
        self._epochs = [*self._epochs[-20:], (monotonic(), epoch)]
        left = self._seconds_left(epochs - epoch)
        words = f"rate {rate:.3g} · " if rate is not None else ""
        words += f"{_clock(left)} left · " if left is not None else ""
        self.speed.setText(f"{words}<b>{grouped(round(steps_per_second))}</b> steps/s")

    def show_rate(self, hyper: Hyper | None, value: float) -> None:
        """Show the optimiser's rate in the range of its registry entry; None hides the field."""
        self.rate.setVisible(hyper is not None)
        self.rate_label.setVisible(hyper is not None)
        if hyper is not None:
            refused = bool(self.rate.error()) and (hyper, value) == self._shown
            self._shown = (hyper, value)
            if not refused:  # else what was typed stays, with its sentence, until another value is shown
                self.rate.setError("")
                self.rate.setRange(hyper.low, hyper.high)
                self.rate.setValue(value)

    def _seconds_left(self, epochs: int) -> float | None:
        pairs = zip(self._epochs, self._epochs[1:], strict=False)
        speeds = [(b[1] - a[1]) / (b[0] - a[0]) for a, b in pairs if b[0] > a[0]]
        speed = median(speeds) if len(speeds) >= 3 else 0.0
        return epochs / speed if speed > 0 else None


def _tool(actions: Actions, id: str, text: str) -> QToolButton:
    button = QToolButton()
    button.setDefaultAction(actions[id])
    button.setObjectName(f"run_bar.{id}")
    button.setAccessibleName(actions[id].text())
    button.setProperty("framed", True)
    button.setIconSize(QSize(18, 18))
    button.setFixedSize(36 if not text else 78, 32)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    if text:
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        actions[id].setIconText(text)
    return button


def _clock(seconds: float) -> str:
    whole = round(seconds)
    if whole >= 3600:
        return f"{whole // 3600}:{whole % 3600 // 60:02d}:{whole % 60:02d}"
    return f"{whole // 60}:{whole % 60:02d}"
