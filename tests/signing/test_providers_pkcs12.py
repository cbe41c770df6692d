"""Keys in files: the same shape as every provider, for the demonstration alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from signing.demo_pki import DemoPki
from signing.errors import ConsentExpired, UnknownKey, WrongPassword
from signing.keys import Secret
from signing.providers import KeyProvider
from signing.providers.pkcs12 import Pkcs12Provider, soft_keys
from tests.signing.conftest import AGENCY, LEADER

FILES = ["0" * 64]


@pytest.fixture
def provider(pki: DemoPki) -> KeyProvider:
    return Pkcs12Provider(pki.keys)


def test_a_pile_is_signed_and_the_key_dropped(provider: KeyProvider) -> None:
    key = provider.open(LEADER.key_id, Secret(LEADER.password), FILES, "sign")
    public = x509.load_der_x509_certificate(provider.certificate(LEADER.key_id).certificate).public_key()
    assert isinstance(public, rsa.RSAPublicKey)
    pieces = [b"one", b"two"]
    for piece, made in zip(pieces, key.sign_many(pieces), strict=True):
        public.verify(made, piece, padding.PKCS1v15(), hashes.SHA256())
    assert key.algorithm == "rsa"
    assert "private" not in repr(key).lower()
    key.close()
    key.close()
    for use in (lambda: key.sign(b"x"), lambda: key.sign_many([b"x"]), lambda: key.certificate):
        with pytest.raises(ConsentExpired):
            use()


def test_the_certificate_needs_no_password(provider: KeyProvider) -> None:
    assert provider.certificate(LEADER.key_id).info.name == LEADER.name
    assert provider.name == "pkcs12"


@pytest.mark.parametrize("name", ["nobody", "../authority/root", "", "a/b", ".hidden", "x" * 65, "a\0b"])
def test_a_name_leads_to_no_other_file(provider: KeyProvider, name: str) -> None:
    with pytest.raises(UnknownKey):
        provider.certificate(name)
    with pytest.raises(UnknownKey):
        provider.open(name, Secret("x"), FILES, "sign")


def test_a_wrong_password_opens_nothing(provider: KeyProvider) -> None:
    with pytest.raises(WrongPassword):
        provider.open(LEADER.key_id, Secret("wrong"), FILES, "sign")


def test_which_keys_lie_in_files(pki: DemoPki, tmp_path: Path) -> None:
    assert {LEADER.key_id, AGENCY.key_id} <= set(soft_keys(pki.keys))
    assert soft_keys(tmp_path / "nothing") == []
