"""What programs that are not ours say about a sealed document."""

from __future__ import annotations

import asyncio
import subprocess
from pathlib import Path

from asn1crypto import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

ROOT = Path("trust", "roots", "root.der")


def said_by_pdfsig(path: Path, keys: Path, folder: Path) -> str:
    """What pdfsig says when it trusts the root certificate of the demonstration, and no other."""
    store = folder / "nss"
    store.mkdir()
    _run("certutil", "-N", "-d", f"sql:{store}", "--empty-password")
    _run("certutil", "-A", "-d", f"sql:{store}", "-n", "demo", "-t", "C,C,C", "-i", str(keys / ROOT))
    return _run("pdfsig", "-nssdir", f"sql:{store}", str(path))


def check_with_pdfsig(path: Path, keys: Path, folder: Path) -> None:
    """Two signatures, both valid, both of trusted people."""
    said = said_by_pdfsig(path, keys, folder)
    assert said.count("Signature is Valid.") == 2, said
    assert said.count("Certificate is Trusted.") == 2, said
    assert "invalid" not in said.lower(), said


def check_with_pyhanko(path: Path, keys: Path) -> None:
    """The same under the policy that pyHanko has when nobody tells it another."""
    root = x509.Certificate.load((keys / ROOT).read_bytes())
    with path.open("rb") as stream:
        signatures = PdfFileReader(stream).embedded_regular_signatures
        found = {
            one.field_name: asyncio.run(async_validate_pdf_signature(one, ValidationContext(trust_roots=[root])))
            for one in signatures
        }
    assert set(found) == {"leader", "seal"}
    assert {name: status.bottom_line for name, status in found.items()} == {"leader": True, "seal": True}


def check_with_qpdf(path: Path) -> None:
    """The structure of the file is clean; qpdf ends with an error otherwise."""
    _run("qpdf", "--check", str(path))


def printed_text(path: Path) -> str:
    """The text of the pages, blanks made one."""
    return " ".join(_run("pdftotext", "-layout", str(path), "-").split())


def _run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}{done.stderr}"
    return done.stdout
