"""Fixtures of an office that can sign."""

from tests.signatures.fixtures import desk, office_pki

__all__ = ["desk", "office_pki"]
