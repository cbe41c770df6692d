"""Fixtures of an office that can sign, and an authority that it does not know."""

import pytest

from signing.demo_pki import make_demo_pki
from tests.signatures.fixtures import desk, office_pki

__all__ = ["desk", "foreign", "office_pki"]


@pytest.fixture(scope="session")
def foreign(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The root of other authorities (DER)."""
    pki = make_demo_pki(tmp_path_factory.mktemp("foreign-pki"), [])
    return (pki.folder / "trust" / "roots" / "root.der").read_bytes()
