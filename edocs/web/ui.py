"""Moved: ``edocs.ui``."""

from edocs.ui import *  # noqa: F403
