"""The terminal front end: everything but the window. One module per command; no Qt is imported."""

from flux_gui.cli.commands import COMMANDS, main

__all__ = ["COMMANDS", "main"]
