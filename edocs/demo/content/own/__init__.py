"""What the department issues of its own accord."""

from __future__ import annotations

from ..matter import OwnMatter
from .decisions import DECISIONS
from .letters import LETTERS

OWN_MATTERS: tuple[OwnMatter, ...] = (*DECISIONS, *LETTERS)
