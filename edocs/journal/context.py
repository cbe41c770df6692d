"""What is known of the request behind a change: set by the middleware, read by ``record``."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True)
class Origin:
    """Where a change came from."""

    address: str = ""
    request_id: str = ""
    acting_for_id: int | None = None


_NOWHERE = Origin()
origin: ContextVar[Origin] = ContextVar("edocs_origin", default=_NOWHERE)
