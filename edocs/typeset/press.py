"""Typst, kept warm: one compiler per layout and process, fed with data, never with markup."""

from __future__ import annotations

import json
import os
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import typst

from .errors import TypesetError, UnprintableText

_NO_FONT = re.compile(r'the (?:text|character) `"(.*?)"` could not be displayed')
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")

HERE = Path(__file__).parent
LAYOUTS = HERE / "layouts"
FONTS = HERE / "fonts"

PDF_STANDARD: Literal["a-2b"] = "a-2b"
"""Archival PDF, as the electronic original has to be kept (PDF/A-2, level b)."""

NO_SIGN = "□"
"""Printed in the place of a sign that no font can show, where nothing may be refused."""

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

    def __init__(self, layout: str, *, tagged: bool = True) -> None:
        """``tagged``: with the structure that screen readers use; it makes long tables ten times larger."""
        self._layout = LAYOUTS / f"{layout}.typ"
        self._tagged = tagged
        self._lock = threading.Lock()
        self._compiler: typst.Compiler | None = None

    def compose(self, data: Mapping[str, Any], *, made_at: datetime | None = None, forgiving: bool = False) -> Sheet:
        """The layout filled with ``data`` (JSON values) as PDF/A-2b.

        ``made_at`` (with time zone) is written into the file as its time of creation; the same data and time
        give the same bytes.  A sign that no font can show raises :class:`UnprintableText`, or is printed as
        an empty square when ``forgiving`` (lists of what others wrote must always print).
        """
        with self._lock:
            pdf = self._compile_forgiving(data, made_at) if forgiving else self._compile(data, "pdf", made_at)
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

    def _compile_forgiving(self, data: Mapping[str, Any], made_at: datetime | None) -> bytes:
        try:
            return self._compile(data, "pdf", made_at)
        except UnprintableText as error:
            table = str.maketrans(dict.fromkeys(error.signs, NO_SIGN))
            text = json.dumps(data, ensure_ascii=False).translate(table)
            return self._compile(json.loads(text), "pdf", made_at)

    def _compile(self, data: Mapping[str, Any], output: Literal["pdf", "svg"], made_at: datetime | None) -> bytes:
        inputs = {"data": json.dumps(data, ensure_ascii=False)}
        standards: list[Any] = [PDF_STANDARD] if output == "pdf" else []
        try:
            made = self._kept().compile(
                format=output,
                sys_inputs=inputs,
                pdf_standards=standards,
                timestamp=made_at,
                pdf_tags=self._tagged,
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
    shown = _NO_FONT.findall(error.diagnostic or error.message)
    if not shown:
        return TypesetError(error.message)
    spelt = (_ESCAPED.sub(lambda code: chr(int(code[1], 16)), text) for text in shown)
    signs = {sign for text in spelt for sign in text if not sign.isascii()}
    return UnprintableText("".join(sorted(signs)))
