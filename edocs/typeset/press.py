"""Typst, kept warm: one compiler per layout and process, fed with data, never with markup."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import typst

from .errors import TypesetError, UnprintableText

HERE = Path(__file__).parent
LAYOUTS = HERE / "layouts"
FONTS = HERE / "fonts"

PDF_STANDARD: Literal["a-2b"] = "a-2b"
"""Archival PDF, as the electronic original has to be kept (PDF/A-2, level b)."""

A4_HEIGHT = 841.89
"""Height of A4 portrait in points."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A place that a layout reports: page (0 is the first), left and **top** edge, size; in points."""

    page: int
    x: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Sheet:
    """What comes off the press: the PDF, its marks by name, the number of its pages."""

    pdf: bytes
    marks: dict[str, Mark]
    pages: int


class Press:
    """Composes one layout (``layouts/<name>.typ``).

    The compiler keeps fonts and layout between calls (2–10 ms a page instead of 0.5 s) and is used by one
    thread at a time.  It owns threads of its own, so it must not be used before a process forks: a child
    forked later would wait for ever, and is refused instead.
    """

    def __init__(self, layout: str) -> None:
        self._layout = LAYOUTS / f"{layout}.typ"
        self._lock = threading.Lock()
        self._compiler: typst.Compiler | None = None

    def compose(self, data: Mapping[str, Any], *, made_at: datetime | None = None) -> Sheet:
        """The layout filled with ``data`` (JSON values) as PDF/A-2b.

        ``made_at`` (with time zone) is written into the file as its time of creation; the same data and time
        give the same bytes.  Raises :class:`UnprintableText` when the text has a sign that no font can show.
        """
        with self._lock:
            pdf = self._compile(data, "pdf", made_at)
            marks = json.loads(self._kept().query("<place>", field="value"))
            pages = json.loads(self._kept().query("<pages>", field="value"))
        return Sheet(
            pdf,
            {m["name"]: Mark(m["page"] - 1, m["x"], m["y"], m["width"], m["height"]) for m in marks},
            pages[0] if pages else 1,
        )

    def picture(self, data: Mapping[str, Any]) -> bytes:
        """The first page of the layout filled with ``data`` as SVG."""
        with self._lock:
            return self._compile(data, "svg", None)

    def _kept(self) -> typst.Compiler:
        _refuse_after_fork()
        if self._compiler is None:
            self._compiler = typst.Compiler(
                str(self._layout), root=str(LAYOUTS), font_paths=[str(FONTS)], ignore_system_fonts=True
            )
        return self._compiler

    def _compile(
        self, data: Mapping[str, Any], output: Literal["pdf", "svg"], made_at: datetime | None
    ) -> bytes:
        inputs = {"data": json.dumps(data, ensure_ascii=False)}
        standards: list[Any] = [PDF_STANDARD] if output == "pdf" else []
        try:
            made = self._kept().compile(
                format=output, sys_inputs=inputs, pdf_standards=standards, timestamp=made_at
            )
        except typst.TypstError as error:
            raise _translated(error) from None
        return made if isinstance(made, bytes) else made[0] if made else b""


_used_in: int | None = None


def _refuse_after_fork() -> None:
    global _used_in
    if _used_in is None:
        _used_in = os.getpid()
    elif _used_in != os.getpid():
        raise TypesetError("typeset was used before this process was forked; compose only after forking")


def _translated(error: typst.TypstError) -> TypesetError:
    """Typst's complaint as one of ours; its own text stays inside, for the log."""
    prefix, _, rest = error.message.partition("the text `")
    if prefix and "could not be displayed" in rest:
        return UnprintableText(json.loads(rest.partition("`")[0]) if rest.startswith('"') else rest[:1])
    return TypesetError(error.message)
