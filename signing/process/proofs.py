"""What the signing process does for files that are signed already: it alone speaks with authorities outside.

No key is needed and none is opened: whoever may use the socket may have a file proven, as anybody could who has it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

from signing.errors import FileUnreachable
from signing.files import replacing
from signing.process.asked import Operation, Request
from signing.process.elsewhere import brought_in, taken_out, workplace
from signing.proving import prove
from signing.renewing import renew
from signing.timestamps import Timestamper
from signing.trust import Trust


class ProofBackend(Protocol):
    """What can be asked about files that are signed already."""

    def prove(self, source: Path, target: Path) -> str:
        """Add time and proofs that a leader's signature lacks; the SHA-256 of ``target``."""

    def renew(self, source: Path, target: Path) -> str:
        """Add fresh proofs and a further time stamp; the SHA-256 of ``target``."""


class ProofKeeper:
    """Adds time stamps and proofs to signed files."""

    def __init__(self, trust: Trust, timestamper: Timestamper) -> None:
        self._trust = trust
        self._timestamper = timestamper

    def prove(self, source: Path | int, target: Path | int) -> str:
        """See :func:`signing.proving.prove`, whose errors these are, and :class:`FileUnreachable`."""
        return self._made(prove, source, target)

    def renew(self, source: Path | int, target: Path | int) -> str:
        """See :func:`signing.renewing.renew`, whose errors these are, and :class:`FileUnreachable`."""
        return self._made(renew, source, target)

    def _made(
        self, make: Callable[[Path, Path, Timestamper, Trust], str], source: Path | int, target: Path | int
    ) -> str:
        with workplace() as folder:
            copy, made = brought_in(source, folder / "source.pdf"), folder / "proven.pdf"
            digest = make(copy, made, self._timestamper, self._trust)
            taken_out(made, target)
        return digest


def operations(keeper: ProofKeeper) -> dict[str, Operation]:
    """What may be asked."""

    def proofs_prove(request: Request) -> dict[str, Any]:
        return {"sha256": keeper.prove(*request.both_files())}

    def proofs_renew(request: Request) -> dict[str, Any]:
        return {"sha256": keeper.renew(*request.both_files())}

    return {"proofs_prove": proofs_prove, "proofs_renew": proofs_renew}


class ProofClient:
    """The same over the socket; ``ask`` sends a question with files beside it and gives its result."""

    def __init__(self, ask: Callable[[dict[str, Any], Sequence[int]], dict[str, Any]]) -> None:
        self._ask = ask

    def prove(self, source: Path, target: Path) -> str:
        """See :meth:`ProofKeeper.prove`."""
        return self._with_files("proofs_prove", source, target)

    def renew(self, source: Path, target: Path) -> str:
        """See :meth:`ProofKeeper.renew`."""
        return self._with_files("proofs_renew", source, target)

    def _with_files(self, wanted: str, source: Path, target: Path) -> str:
        try:
            with source.open("rb") as incoming, replacing(target) as part, part.open("wb") as outgoing:
                return str(self._ask({"do": wanted}, (incoming.fileno(), outgoing.fileno()))["sha256"])
        except OSError as error:
            raise FileUnreachable(f"the file cannot be read or written ({type(error).__name__})") from None
