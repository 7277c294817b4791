"""The dialog of the exported picture: how it will look, and what belongs to it."""

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from flux_gui.gui.picture_export import Sheet, Wish, image
from flux_gui.gui.widgets import Segmented, Toggle

PREVIEW = QSize(640, 400)
BACKGROUNDS = (
    ("light", "Light", "A light background, whatever the window looks like"),
    ("dark", "Dark", "A dark background"),
    ("none", "None", "No background: for slides and papers with one of their own"),
)
PARTS = (
    ("title", "Title", "The name of the project and the network in words"),
    ("legend", "Legend", "What colours and dashes mean, with the scale of the weights"),
    ("neurons", "Neurons", "What each neuron computes: the small pictures inside the squares"),
    ("numbers", "Numbers", "The weights in digits, the strongest first, where there is room"),
)


class PictureDialog(QDialog):
    """`made(wish)` gives the picture. Signals: wanted(Sheet) when it is to be written. Window-modal, opened without blocking."""

    wanted = Signal(object)

    def __init__(self, made: Callable[[Wish], Sheet], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("picture")
        self.setWindowTitle("Export picture")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._make = made
        self.background = Segmented(BACKGROUNDS)
        self.background.setObjectName("picture.background")
        self.background.setAccessibleName("Background")
        self.background.valueChanged.connect(lambda _key: self._refresh())
        self.parts: dict[str, Toggle] = {}
        for name, label, tip in PARTS:
            switch = Toggle(help_text=tip)
            switch.setObjectName(f"picture.{name}")
            switch.setAccessibleName(label)
            switch.setValue(getattr(Wish(), name))
            switch.valueChanged.connect(lambda _on: self._refresh())
            self.parts[name] = switch
        self.preview = QLabel()
        self.preview.setFixedSize(PREVIEW)
        self.preview.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.preview.setAccessibleName("The picture as it will look")
        self.size_label = QLabel()
        self.size_label.setProperty("muted", True)
        self._lay_out()
        self.sheet = self._make(self.wish())
        QTimer.singleShot(0, self, self._refresh)

    def _lay_out(self) -> None:
        form = QGridLayout()
        label = QLabel("Background")
        label.setProperty("muted", True)
        form.addWidget(label, 0, 0)
        form.addWidget(self.background, 0, 1)
        row = QHBoxLayout()
        row.setSpacing(6)
        for switch in self.parts.values():
            name = QLabel(switch.accessibleName())
            name.setToolTip(switch.toolTip())
            row.addWidget(switch)
            row.addWidget(name)
            row.addSpacing(10)
        row.addStretch(1)
        form.addLayout(row, 0, 2)
        form.setHorizontalSpacing(14)
        form.setColumnStretch(2, 1)
        save, close = QPushButton("Save..."), QPushButton("Close")
        save.setObjectName("picture.save")
        save.setProperty("primary", True)
        save.setDefault(True)
        save.setToolTip("Write the picture as SVG, PDF or PNG")
        buttons = QDialogButtonBox()
        buttons.addButton(close, QDialogButtonBox.ButtonRole.RejectRole)
        buttons.addButton(save, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.rejected.connect(self.reject)
        buttons.accepted.connect(self._save)
        foot = QHBoxLayout()
        foot.addWidget(self.size_label, 1)
        foot.addWidget(buttons)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 14)
        column.setSpacing(12)
        column.addLayout(form)
        column.addWidget(self.preview)
        column.addLayout(foot)

    def wish(self) -> Wish:
        """Return what is chosen."""
        chosen = {name: switch.value() for name, switch in self.parts.items()}
        return Wish(self.background.value(), chosen["title"], chosen["legend"], chosen["neurons"], chosen["numbers"])

    def renew(self) -> None:
        """Make the picture anew: there is more to show."""
        self.sheet = self._make(self.wish())
        self._refresh()

    def _refresh(self) -> None:
        """Show the picture small, made anew if something else is wished for."""
        if self.sheet.wish != self.wish():
            self.sheet = self._make(self.wish())
        size = self.sheet.size
        ratio = min(PREVIEW.width() / size.width(), PREVIEW.height() / size.height(), 1.0) * self.devicePixelRatioF()
        shown = image(self.sheet, ratio)
        shown.setDevicePixelRatio(self.devicePixelRatioF())
        self.preview.setPixmap(QPixmap.fromImage(shown))
        self.size_label.setText(f"{round(size.width())} \u00d7 {round(size.height())} pixels; a PNG has twice as many")

    def _save(self) -> None:
        self.wanted.emit(self.sheet)
        self.accept()
