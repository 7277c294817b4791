"""What all fields share: a wrong value is shown by a red border and told in one sentence, in the tooltip and to whoever shows it below."""

from typing import Protocol

from PySide6.QtWidgets import QWidget

WIDTH, HEIGHT = 123, 26  # every field of a form, so that their edges stand in line


class Field(Protocol):
    """Anything with `setError(sentence)`; an empty sentence means all is well."""

    def setError(self, sentence: str) -> None:
        """Show or clear the error."""


def mark_invalid(widget: QWidget, sentence: str, help_text: str) -> None:
    """Give `widget` the invalid look and put the sentence above its usual tooltip; clear both when the sentence is empty."""
    wrong = bool(sentence)
    if bool(widget.property("invalid")) != wrong:
        widget.setProperty("invalid", wrong)
        widget.style().unpolish(widget)
        widget.style().polish(widget)
    widget.setToolTip(f"{sentence}\n\n{help_text}".strip() if wrong else help_text)
    widget.setAccessibleDescription(sentence or help_text)
