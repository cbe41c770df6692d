"""How much a child process may use, task by task."""

from typing import NamedTuple

MIB = 1024 * 1024
GIB = 1024 * MIB

MAX_FILE_BYTES = 100 * MIB
MAX_PAGES = 2_000
MAX_RENDER_PIXELS = 3_000  # of the longer side
MAX_OCR_PIXELS = 5_000  # of the longer side: A3 at 300 dpi
MAX_IMAGE_PIXELS = 100_000_000  # of one scanned page: A3 at 600 dpi has 70 million


class Limits(NamedTuple):
    """Limits of one child process.

    `seconds` bounds wall time and, separately, processor time; `memory` is address space in bytes;
    `file_bytes` bounds each file written; `reply_bytes` bounds the JSON answer.
    """

    seconds: float = 20
    memory: int = GIB
    file_bytes: int = 200 * MIB
    reply_bytes: int = 64 * MIB


LIMITS: dict[str, Limits] = {
    "sniff": Limits(seconds=15, memory=512 * MIB),
    "inspect": Limits(),
    "render": Limits(),
    "text": Limits(seconds=30),
    "text_difference": Limits(seconds=30),
    "read_pages": Limits(seconds=30),
    "ocr_page": Limits(seconds=60, memory=2 * GIB),
    "add_text_layer": Limits(seconds=60, memory=2 * GIB),
    "office_text": Limits(),
    "image_to_pdf": Limits(seconds=60, memory=2 * GIB),
    "convert_office": Limits(seconds=120, memory=4 * GIB),
    "judge": Limits(seconds=30, memory=2 * GIB),
    "judge_fully": Limits(seconds=30, memory=2 * GIB),
    "evidence": Limits(seconds=40, memory=2 * GIB),
    "trusted_list": Limits(seconds=60),
    "draw_code": Limits(seconds=30, memory=2 * GIB),
    "prepare": Limits(seconds=30, memory=2 * GIB),
    "prepare_mark": Limits(seconds=30, memory=2 * GIB),
    "find_places": Limits(seconds=20),
    "proofs_hold": Limits(seconds=20, memory=2 * GIB),
    "proofs_later": Limits(seconds=60, memory=2 * GIB),
    "filled_fields": Limits(seconds=20, memory=2 * GIB),
}


def set_limits(task: str, **changes: float) -> Limits:
    """Change the standing limits of one task (called once, by the settings of the office).

    Raises KeyError for an unknown task and ValueError for an unknown limit.
    """
    changed = LIMITS[task]._replace(**changes)  # type: ignore[arg-type]
    LIMITS[task] = changed
    return changed
