"""pdfium is not safe for several threads at once: whoever uses it in this library holds this lock."""

from __future__ import annotations

import threading

PDFIUM = threading.Lock()
