"""The person at this computer: what they are shown, and their PIN.  In a terminal or in a small window.

Everything is shown and asked in the main thread (windows must be); the listener's threads wait for the answer.
"""

from __future__ import annotations

import getpass
import queue
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from edocs_sign.token import Pin
from edocs_sign.words import WORDS


@dataclass(frozen=True)
class Question:
    """One question: lines to read, and whether a PIN is asked for (otherwise it is only told)."""

    lines: tuple[str, ...]
    asks_pin: bool


@dataclass
class _Waiting:
    question: Question
    answered: threading.Event = field(default_factory=threading.Event)
    pin: Pin | None = None


class Person(Protocol):
    """Somebody who can be told things and asked for their PIN."""

    def tell(self, *lines: str) -> None:
        """Show something that needs no answer."""

    def ask_pin(self, *lines: str) -> Pin | None:
        """Show what is to be signed and ask for the PIN; None when the person declines."""


class Desk:
    """Hands questions of many threads to the one that shows them, one after the other."""

    def __init__(self, show: Callable[[Question], Pin | None]) -> None:
        self._show = show
        self._queue: queue.Queue[_Waiting | None] = queue.Queue()

    def tell(self, *lines: str) -> None:
        """Show something; does not wait."""
        self._queue.put(_Waiting(Question(lines, asks_pin=False)))

    def ask_pin(self, *lines: str) -> Pin | None:
        """Show what is to be signed and wait for the PIN."""
        waiting = _Waiting(Question(lines, asks_pin=True))
        self._queue.put(waiting)
        waiting.answered.wait()
        return waiting.pin

    def serve(self) -> None:
        """Show questions until :meth:`stop`; called in the main thread."""
        while (waiting := self._queue.get()) is not None:
            try:
                waiting.pin = self._show(waiting.question)
            finally:
                waiting.answered.set()

    def stop(self) -> None:
        """End :meth:`serve`."""
        self._queue.put(None)


def in_terminal(language: str) -> Callable[[Question], Pin | None]:
    """Show in the terminal; the PIN is not echoed.  Without a terminal it is one line of the input."""
    words = WORDS[language]

    def show(question: Question) -> Pin | None:
        for line in question.lines:
            sys.stdout.write(line + "\n")
        if not question.asks_pin:
            sys.stdout.flush()
            return None
        sys.stdout.write(words["pin"])
        sys.stdout.flush()
        typed = getpass.getpass("") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\r\n")
        return Pin(typed) if typed else None

    return show


def in_window(language: str) -> Callable[[Question], Pin | None]:
    """Show in a small window in front of the browser (tkinter)."""
    import tkinter
    from tkinter import scrolledtext

    words = WORDS[language]

    def show(question: Question) -> Pin | None:
        root = tkinter.Tk()
        root.title(words["title"])
        root.attributes("-topmost", True)
        text = scrolledtext.ScrolledText(root, width=76, height=min(24, 3 + 3 * len(question.lines)), wrap="word")
        text.insert("1.0", "\n".join(question.lines))
        text.configure(state="disabled")
        text.pack(padx=12, pady=12, fill="both", expand=True)
        given: list[Pin] = []
        row = tkinter.Frame(root)
        row.pack(padx=12, pady=(0, 12), fill="x")
        if question.asks_pin:
            _pin_row(tkinter, root, row, words, given)
        else:
            tkinter.Button(row, text=words["close"], command=root.destroy).pack(side="right")
        root.mainloop()
        return given[0] if given else None

    return show


def _pin_row(tkinter: Any, root: Any, row: Any, words: dict[str, str], given: list[Pin]) -> None:
    field_ = tkinter.Entry(row, show="•", width=20)

    def sign(_event: object = None) -> None:
        if field_.get():
            given.append(Pin(field_.get()))
        root.destroy()

    tkinter.Label(row, text=words["pin"]).pack(side="left")
    field_.pack(side="left")
    field_.bind("<Return>", sign)
    tkinter.Button(row, text=words["sign"], command=sign).pack(side="right")
    tkinter.Button(row, text=words["decline"], command=root.destroy).pack(side="right", padx=6)
    field_.focus_set()


def shown_in(ask: str, language: str) -> Callable[[Question], Pin | None]:
    """The way of showing that the configuration names; ``auto`` takes a window where there is one."""
    if ask == "terminal" or (ask == "auto" and not _windows_open()):
        return in_terminal(language)
    return in_window(language)


def _windows_open() -> bool:
    """Whether a window can be opened here."""
    try:
        import tkinter
    except ImportError:
        return False
    try:
        tkinter.Tk().destroy()
    except tkinter.TclError:
        return False
    return True
