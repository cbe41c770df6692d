"""What can go wrong when a page is composed."""

from __future__ import annotations


class TypesetError(Exception):
    """The page could not be composed."""


class UnprintableText(TypesetError):
    """The text holds a sign that no font of ours can show (a picture sign, say); ``signs`` are those."""

    def __init__(self, signs: str) -> None:
        super().__init__(f"no font can show {signs!r}")
        self.signs = signs


class NotALetter(TypesetError):
    """The parts given do not make a document; ``part`` names the one that is wrong."""

    def __init__(self, part: str, message: str) -> None:
        super().__init__(f"{part}: {message}")
        self.part = part
