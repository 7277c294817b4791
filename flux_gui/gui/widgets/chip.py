"""A small rounded label that states one fact."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget


class Chip(QLabel):
    """`kind` is "info", "warning" or "error"; the tooltip tells why the fact is so."""

    def __init__(self, text: str, tooltip: str = "", parent: QWidget | None = None, *, kind: str = "info") -> None:
        super().__init__(text, parent)
        self.setProperty("chip", True)
        self.setProperty("kind", kind)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setToolTip(tooltip or text)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
