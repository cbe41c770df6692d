"""The same office as the tables of security ask, and what is written of it."""

from tests.security.conftest import own_folders, world
from tests.signatures.fixtures import desk, office_pki

__all__ = ["desk", "office_pki", "own_folders", "world"]
