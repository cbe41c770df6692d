"""The signing process: the only place where private keys are opened.

Started as ``python -m signing.process``; reached by :class:`SigningClient` over a Unix socket.
:class:`SigningBackend` is the same without a socket.
"""

from signing.process.backend import CONSENT_SECONDS, SigningBackend
from signing.process.client import SigningClient

__all__ = ["CONSENT_SECONDS", "SigningBackend", "SigningClient"]
