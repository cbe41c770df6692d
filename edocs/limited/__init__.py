"""Everything that reads foreign bytes, in limited child processes.

    from edocs.limited import FileRefused, RefusalCode, inspect, render_page

Knows nothing of Django. Every function takes paths of our own making (never a name that came with the file),
starts a child with limits on processor, memory, time and file size, and raises `FileRefused` with a stable
`RefusalCode` code; a crash of the child is a refusal too.
"""

from .errors import FileRefused, RefusalCode
from .files import (
    convert_office,
    image_to_pdf,
    inspect,
    read_office_text,
    read_text,
    render_page,
    render_thumbnails,
    sniff,
    text_difference,
)
from .kinds import FileKind
from .limits import MAX_FILE_BYTES, MAX_PAGES, Limits, set_limits
from .names import clean_name
from .process import TaskFailed, run
from .reading import LayerPage, OcrPage, PlacedWord, ReadPage, add_text_layer, ocr_page, read_pages
from .results import (
    Box,
    Change,
    Converted,
    Inspection,
    OfficeText,
    Page,
    PageText,
    Rendered,
    Sniffed,
    Word,
)

__all__ = [
    "MAX_FILE_BYTES",
    "MAX_PAGES",
    "Box",
    "Change",
    "Converted",
    "FileKind",
    "FileRefused",
    "Inspection",
    "LayerPage",
    "Limits",
    "OcrPage",
    "OfficeText",
    "Page",
    "PageText",
    "PlacedWord",
    "ReadPage",
    "RefusalCode",
    "Rendered",
    "Sniffed",
    "TaskFailed",
    "Word",
    "add_text_layer",
    "clean_name",
    "convert_office",
    "image_to_pdf",
    "inspect",
    "ocr_page",
    "read_office_text",
    "read_pages",
    "read_text",
    "render_page",
    "render_thumbnails",
    "run",
    "set_limits",
    "sniff",
    "text_difference",
]
