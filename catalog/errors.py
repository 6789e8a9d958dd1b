"""The one base of what a person can mend."""

from __future__ import annotations


class BadInputError(ValueError):
    """Input that cannot be used. Its text is one or more plain sentences that name file, line and field.

    Every room derives its own from this one, and the command line ends with that text and exit status 2.
    """
