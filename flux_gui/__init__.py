"""Flux GUI: build, train and verify Dense neural networks by pointing and looking."""

__version__ = "0.1.0"
