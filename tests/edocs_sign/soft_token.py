"""A SoftHSM token with a certified key, standing in for the token in a person's computer.

PKCS#11 libraries read their configuration once in a process, so tokens are filled in a process of their own
(``python -m tests.edocs_sign.soft_token``), and only ``edocs-sign`` itself opens them afterwards.
"""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from signing.demo_pki import DemoPki
from tests.signing.certified import certify

MODULE = next(
    (
        path
        for path in map(
            Path,
            (
                "/usr/lib/softhsm/libsofthsm2.so",
                "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
                "/usr/lib64/pkcs11/libsofthsm2.so",
            ),
        )
        if path.exists()
    ),
    Path("/usr/lib/softhsm/libsofthsm2.so"),
)
LABEL, PIN, SO_PIN = "token-cua-toi", "PIN-trên-token-7394", "mã-quản-trị-1188"
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class SoftToken:
    """A token: where its configuration is, and the certificate on it."""

    conf: Path
    certificate: bytes
    chain: tuple[bytes, ...]

    @property
    def environment(self) -> dict[str, str]:
        return os.environ | {"SOFTHSM2_CONF": str(self.conf)}


def make_token(folder: Path, pki: DemoPki, name: str, *, curve: bool = False) -> SoftToken:
    """A token whose certificate says ``name``; the key is RSA-2048, or P-256 for ``curve``."""
    store = folder / "tokens"
    store.mkdir(parents=True)
    conf = folder / "softhsm2.conf"
    conf.write_text(f"directories.tokendir = {store}\nobjectstore.backend = file\nlog.level = ERROR\n")
    private = ec.generate_private_key(ec.SECP256R1()) if curve else rsa.generate_private_key(65537, 2048)
    certificate, above = certify(pki, private.public_key(), name)
    token = SoftToken(conf, certificate, (above,))
    pem, der = folder / "key.pem", folder / "certificate.der"
    pem.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    der.write_bytes(certificate)
    tool = ["softhsm2-util", "--module", str(MODULE)]
    start = [*tool, "--init-token", "--free", "--label", LABEL, "--pin", PIN, "--so-pin", SO_PIN]
    keep = [*tool, "--import", str(pem), "--token", LABEL, "--label", "ky", "--id", "a1", "--pin", PIN]
    fill = [sys.executable, "-m", "tests.edocs_sign.soft_token", str(der)]
    for command in (start, keep, fill):
        subprocess.run(command, env=token.environment, check=True, capture_output=True, cwd=ROOT)
    pem.unlink()
    return token


def _put_certificate(der: bytes) -> None:
    import pkcs11
    from pkcs11.util.x509 import decode_x509_certificate

    token = pkcs11.lib(str(MODULE)).get_token(token_label=LABEL)
    with token.open(rw=True, user_pin=PIN) as session:
        attributes = decode_x509_certificate(der)
        session.create_object(
            {**attributes, pkcs11.Attribute.TOKEN: True, pkcs11.Attribute.LABEL: "ky", pkcs11.Attribute.ID: b"\xa1"}
        )


if __name__ == "__main__":
    _put_certificate(Path(sys.argv[1]).read_bytes())
