"""The two one-line commands of the README: set everything up, then open the app or run the tests.

    python3 packaging/bootstrap.py app [FILE]
    python3 packaging/bootstrap.py test [PYTEST OPTIONS]

This file is only the door: it refuses a Python that is too old, in words that even such a Python can read, before
`environment.py` does the work.
"""

import sys

OLDEST = (3, 11)


def too_old(version: "tuple[int, ...]") -> str:
    """Return the sentence that refuses this Python version, or "" when it is new enough."""
    if tuple(version[:2]) >= OLDEST:
        return ""
    numbers = OLDEST + tuple(version[:2])
    return "This program needs Python {}.{} or newer, but this is Python {}.{}: run the same line with a newer python3.".format(*numbers)


if __name__ == "__main__":
    refusal = too_old(tuple(sys.version_info[:2]))
    if refusal:
        sys.exit(refusal)
    from environment import main

    sys.exit(main(sys.argv[1:]))
