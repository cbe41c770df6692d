"""Which kind a file is, by its content: extension and libmagic alone both lie.

Runs in the limited child (task `sniff`); `FileKind` is used everywhere.
"""

from enum import StrEnum
from importlib import import_module
from pathlib import Path

from .containers import kind_inside_zip
from .errors import FileRefused, RefusalCode
from .limits import MAX_FILE_BYTES
from .names import split_extension


class FileKind(StrEnum):
    """The allow-list of kinds that the office takes in."""

    PDF = "pdf"
    DOCX = "docx"
    XLSX = "xlsx"
    ODT = "odt"
    PNG = "png"
    JPEG = "jpeg"
    TIFF = "tiff"

    @property
    def mime(self) -> str:
        return _MIME[self]

    @property
    def extension(self) -> str:
        """The usual extension, with its dot."""
        return _EXTENSIONS[self][0]

    @property
    def is_image(self) -> bool:
        return self in (FileKind.PNG, FileKind.JPEG, FileKind.TIFF)

    @property
    def is_office(self) -> bool:
        return self in (FileKind.DOCX, FileKind.XLSX, FileKind.ODT)


_MIME = {
    FileKind.PDF: "application/pdf",
    FileKind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    FileKind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    FileKind.ODT: "application/vnd.oasis.opendocument.text",
    FileKind.PNG: "image/png",
    FileKind.JPEG: "image/jpeg",
    FileKind.TIFF: "image/tiff",
}
_EXTENSIONS = {
    FileKind.PDF: (".pdf",),
    FileKind.DOCX: (".docx",),
    FileKind.XLSX: (".xlsx",),
    FileKind.ODT: (".odt",),
    FileKind.PNG: (".png",),
    FileKind.JPEG: (".jpg", ".jpeg", ".jpe", ".jfif"),
    FileKind.TIFF: (".tif", ".tiff"),
}
_BY_MIME = {mime: kind for kind, mime in _MIME.items()}
_UNDECIDED = ("application/octet-stream", "application/zip")
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # OLE: old Office files, and new ones under a password
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")


def agrees(kind: FileKind, name: str) -> bool:
    """Whether the extension of `name` is one that files of this kind carry."""
    return split_extension(name)[1].lower() in _EXTENSIONS[kind]


def check_size(path: Path, max_bytes: int = MAX_FILE_BYTES) -> int:
    """Return the size in bytes; refuse an empty or too large file before anything reads it."""
    size = path.stat().st_size
    if size == 0:
        raise FileRefused(RefusalCode.EMPTY)
    if size > max_bytes:
        raise FileRefused(RefusalCode.TOO_LARGE, f"{size} bytes, at most {max_bytes}")
    return size


def recognise(path: Path) -> FileKind:
    """Return the true kind of the file, or refuse it: `wrong_kind`, `encrypted`, `macro`, `bomb`, `truncated`."""
    with path.open("rb") as file:
        head = file.read(4096)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return FileKind(kind_inside_zip(path))
    if head.startswith(_COMPOUND):
        encrypted = _ENCRYPTED_PACKAGE in path.read_bytes()
        raise FileRefused(
            RefusalCode.ENCRYPTED if encrypted else RefusalCode.WRONG_KIND,
            "compound file",
        )
    mime = _libmagic(path)
    kind = _BY_MIME.get(mime)
    if kind is None and mime in _UNDECIDED and b"%PDF-" in head[:1024]:
        kind = FileKind.PDF  # a few bytes before the header, as some mail gateways leave them
    if kind is FileKind.PDF and b"<" in head[: head.find(b"%PDF-")]:
        raise FileRefused(RefusalCode.WRONG_KIND, "markup before a PDF")  # a browser may read it as a page
    if kind is None or kind.is_office:
        raise FileRefused(RefusalCode.WRONG_KIND, mime)
    return kind


def _libmagic(path: Path) -> str:
    try:
        import magic
    except ImportError:
        # Only where the system has no libmagic: the bundled one is older and patches ctypes for the process.
        import_module("pylibmagic")
        import magic
    return str(magic.from_file(str(path), mime=True))
