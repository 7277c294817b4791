"""The about dialog: what this is, and the versions it runs with."""

import platform
from importlib.metadata import PackageNotFoundError, version

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QVBoxLayout, QWidget

import flux_gui

PARTS = ("numpy", "PySide6-Essentials", "pyqtgraph", "msgspec", "safetensors")


class AboutDialog(QDialog):
    """Window-modal, opened without blocking."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("about")
        self.setWindowTitle("About Flux")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        text = QLabel(
            f"<h3>Flux {flux_gui.__version__}</h3>Build, train and verify Dense neural networks by pointing and looking.<br>MIT licence."
        )
        text.setWordWrap(True)
        parts = QLabel("<br>".join(versions()))
        parts.setProperty("muted", True)
        parts.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        for widget in (text, parts, buttons):
            column.addWidget(widget)
        self.setFixedWidth(400)


def versions() -> list[str]:
    """Return one text for each part: its name and version."""
    found = [f"Python {platform.python_version()}"]
    for name in PARTS:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            found.append(f"{name} (bundled)")
    return found
