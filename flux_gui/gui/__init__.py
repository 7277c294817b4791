"""The window: PySide6 and pyqtgraph on top of runtime and document; nothing below imports it."""
