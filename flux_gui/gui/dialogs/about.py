"""The about dialog: what this is, and the versions it runs with."""

import platform
from importlib.metadata import PackageNotFoundError, version

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QVBoxLayout, QWidget

import flux_gui

PARTS = {
    "numpy": "BSD-3-Clause",
    "PySide6-Essentials": "LGPL-3.0",
    "pyqtgraph": "MIT",
    "msgspec": "BSD-3-Clause",
    "safetensors": "Apache-2.0",
    "pyarrow": "Apache-2.0",
    "python-calamine": "MIT",
    "llvmlite": "BSD-2-Clause; LLVM: Apache-2.0 with LLVM exception",
}
"""The distributions that this program is built on, and their licences."""


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
    """Return one text for each part: its name, version and licence."""
    found = [f"Python {platform.python_version()} (PSF-2.0)"]
    for name, licence in PARTS.items():
        try:
            found.append(f"{name} {version(name)} ({licence})")
        except PackageNotFoundError:
            found.append(f"{name}, bundled ({licence})")
    return found
