"""The content of the demonstration agency: plain data and deterministic generators, no database.

``agency``, ``correspondents`` and ``catalogue`` are what an administrator would enter; ``stories`` tells what
happens in the office; ``timeline`` orders the events of many stories so that they can be played.
"""

from __future__ import annotations

from .stories import stories
from .timeline import Event, Verb, events, timeline

__all__ = ["Event", "Verb", "events", "stories", "timeline"]
