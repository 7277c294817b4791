"""The document: the project as an immutable value, pure edits on it, checks, and the .flux file."""
