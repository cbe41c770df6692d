"""Tokens of SoftHSM in a folder of their own, filled with demonstration keys; and a library that misbehaves.

``python -m tests.signing.softhsm SPEC`` fills a token: a PKCS#11 library is never loaded into the tests' own process.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from signing.demo_pki import DEMO_END, DEMO_START, DemoPki
from signing.keys import LoadedKey

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
MODULES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so")
NEEDS_SOFTHSM = pytest.mark.tool("softhsm2-util")
SO_PIN = "12345678"


def softhsm_module() -> Path:
    """SoftHSM's library."""
    found = next((Path(path) for path in MODULES if Path(path).exists()), None)
    if found is None:
        pytest.skip("needs libsofthsm2.so (see docs/developers.md, Programs)")
    return found


@dataclass(frozen=True)
class SoftToken:
    """A token: where its library is, what it is called, its PIN, and what its library wants to find."""

    module: Path
    label: str
    pin: str
    environment: dict[str, str]

    def toml(self, name: str, **more: object) -> str:
        """The token as the configuration of the signing process says it."""
        facts = {"module": str(self.module), "label": self.label, **more}
        lines = [f"{key} = {json.dumps(value)}" for key, value in facts.items()]
        environment = [f"{key} = {json.dumps(value)}" for key, value in self.environment.items()]
        return "\n".join([f"[tokens.{name}]", *lines, f"[tokens.{name}.environment]", *environment, ""])


@dataclass(frozen=True)
class Stored:
    """A key to be stored under a label; ``asks_each_time`` wants the PIN for each signature."""

    label: str
    key: LoadedKey
    asks_each_time: bool = False


def make_token(folder: Path, label: str, pin: str, *stored: Stored) -> SoftToken:
    """A new token with these keys and their certificates."""
    module = softhsm_module()
    tokens = folder / "tokens"
    tokens.mkdir(parents=True, exist_ok=True)
    configuration = folder / "softhsm2.conf"
    configuration.write_text(f"directories.tokendir = {tokens}\nobjectstore.backend = file\nlog.level = ERROR\n")
    environment = {"SOFTHSM2_CONF": str(configuration)}
    given = {**os.environ, **environment}
    init = ["softhsm2-util", "--init-token", "--free", "--label", label, "--pin", pin, "--so-pin", SO_PIN]
    subprocess.run(init, env=given, check=True, capture_output=True)
    spec = {
        "module": str(module),
        "label": label,
        "pin": pin,
        "keys": [
            {
                "label": one.label,
                "private": one.key.private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()).hex(),
                "certificate": one.key.certificate.hex(),
                "asks": one.asks_each_time,
            }
            for one in stored
        ],
    }
    command = [sys.executable, "-m", "tests.signing.softhsm"]
    subprocess.run(command, cwd=ROOT, env=given, check=True, input=json.dumps(spec).encode())
    return SoftToken(module, label, pin, environment)


def with_moods(token: SoftToken, folder: Path) -> tuple[SoftToken, Path]:
    """The same token behind a library that misbehaves as the file of its mood says."""
    if shutil.which("cc") is None:
        pytest.skip("needs cc (see docs/developers.md, Programs)")
    library, mood = folder / "shim.so", folder / "mood"
    if not library.exists():
        subprocess.run(["cc", "-shared", "-fPIC", "-o", str(library), str(HERE / "shim.c"), "-ldl"], check=True)
    environment = {**token.environment, "SHIM_MODULE": str(token.module), "SHIM_MOOD": str(mood)}
    return SoftToken(library, token.label, token.pin, environment), mood


def elliptic_key(pki: DemoPki, name: str) -> LoadedKey:
    """A key on the curve P-256, certified by the demonstration's authority."""
    from signing.demo_pki import _authority

    sub = _authority(pki.folder, "sub")
    above = x509.load_der_x509_certificate(sub.certificate)
    private = ec.generate_private_key(ec.SECP256R1())
    usage = dict.fromkeys(
        (
            "key_encipherment",
            "data_encipherment",
            "key_agreement",
            "key_cert_sign",
            "crl_sign",
            "encipher_only",
            "decipher_only",
        ),
        False,
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)]))
        .issuer_name(above.subject)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(DEMO_START)
        .not_valid_after(DEMO_END)
        .add_extension(x509.KeyUsage(digital_signature=True, content_commitment=True, **usage), critical=True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(above.public_key()), critical=False)
        .sign(sub.private, hashes.SHA256())
    )
    return LoadedKey(private, certificate.public_bytes(Encoding.DER), (sub.certificate,))


def _fill() -> None:
    """Store what the specification on standard input says; runs in a process of its own."""
    import pkcs11
    from cryptography.hazmat.primitives.serialization import load_der_private_key
    from pkcs11 import Attribute, ObjectClass
    from pkcs11.util.ec import decode_ec_private_key
    from pkcs11.util.rsa import decode_rsa_private_key

    spec = json.load(sys.stdin)
    token = pkcs11.lib(spec["module"]).get_token(token_label=spec["label"])
    with token.open(rw=True, user_pin=spec["pin"]) as session:
        for number, one in enumerate(spec["keys"], 1):
            private = load_der_private_key(bytes.fromhex(one["private"]), None)
            der = private.private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption())
            decode = (
                decode_ec_private_key if isinstance(private, ec.EllipticCurvePrivateKey) else decode_rsa_private_key
            )
            shared = {Attribute.LABEL: one["label"], Attribute.ID: bytes([number]), Attribute.TOKEN: True}
            session.create_object(
                {
                    **decode(der),
                    **shared,
                    Attribute.PRIVATE: True,
                    Attribute.SENSITIVE: True,
                    Attribute.SIGN: True,
                    Attribute.ALWAYS_AUTHENTICATE: one["asks"],
                }
            )
            certificate = bytes.fromhex(one["certificate"])
            subject = x509.load_der_x509_certificate(certificate).subject.public_bytes()
            session.create_object(
                {
                    Attribute.CLASS: ObjectClass.CERTIFICATE,
                    Attribute.CERTIFICATE_TYPE: pkcs11.CertificateType.X_509,
                    Attribute.SUBJECT: subject,
                    Attribute.VALUE: certificate,
                    **shared,
                }
            )


if __name__ == "__main__":
    _fill()
