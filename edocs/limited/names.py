"""Names that people's machines gave to files: kept for showing, never used to open anything."""

import re
import unicodedata

MAX_NAME = 150  # characters, extension included
_MAX_EXTENSION = 10
# Besides control characters: marks that turn the reading direction ("gpj.exe" shown as "exe.jpg") and
# characters without width, which let two different names look the same.
_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]")
_NOT_IN_NAMES = re.compile(r'[<>:"|?*]')


def clean_name(name: str, *, fallback: str = "document") -> str:
    """Return `name` fit to be shown, stored and offered for download.

    The last part of any path, NFC, without control and invisible characters and those that Windows forbids,
    at most 150 characters with the extension kept. `fallback` stands in when nothing is left.
    """
    name = unicodedata.normalize("NFC", name)
    name = _INVISIBLE.sub("", name)
    name = "".join(" " if char in "\t\n\r" else char for char in name if not _forbidden(char))
    name = re.split(r"[/\\]", name)[-1]
    name = _NOT_IN_NAMES.sub("_", name)
    name = re.sub(r"\s+", " ", name).strip().rstrip(" .")
    stem, extension = split_extension(name)
    stem = stem.strip(" .") or fallback
    return stem[: MAX_NAME - len(extension)].rstrip(" .") + extension


def split_extension(name: str) -> tuple[str, str]:
    """Split into stem and extension with its dot; the extension is empty when it does not look like one."""
    stem, dot, extension = name.rpartition(".")
    if dot and extension.isalnum() and len(extension) < _MAX_EXTENSION:
        return stem, dot + extension
    return name, ""


def _forbidden(char: str) -> bool:
    category = unicodedata.category(char)
    return category in ("Cc", "Cs", "Cn", "Co") and char not in "\t\n\r"
