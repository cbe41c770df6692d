"""What others say of a signed file: pyHanko's default policy, pdfsig, qpdf."""

from __future__ import annotations

import asyncio
import subprocess
from pathlib import Path

from asn1crypto import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from edocs.documents.models import FileVersion
from edocs.documents.storage import path_of
from signing.demo_pki import DemoPki


def good_for_others(version: FileVersion, pki: DemoPki, folder: Path) -> list[str]:
    """The fields signed in a version, in their order; fails unless everybody calls every signature good."""
    path = path_of(version.blob_id)
    fields = _pyhanko(path, pki)
    assert _pdfsig(path, pki, folder) == len(fields)
    checked = subprocess.run(["qpdf", "--check", path], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    return fields


def _pyhanko(path: Path, pki: DemoPki) -> list[str]:
    roots = [x509.Certificate.load(der) for der in pki.trust.roots]
    with path.open("rb") as stream:
        found = PdfFileReader(stream).embedded_regular_signatures
        for one in found:
            status = asyncio.run(async_validate_pdf_signature(one, ValidationContext(trust_roots=roots)))
            assert status.bottom_line, (one.field_name, status.pretty_print_details())
        return [one.field_name for one in found]


def _pdfsig(path: Path, pki: DemoPki, folder: Path) -> int:
    """How many signatures pdfsig calls valid and trusted; NSS now and then knows a certificate not at once."""
    store = folder / "nss"
    if not store.exists():
        store.mkdir()
        root = pki.folder / "trust" / "roots" / "root.der"
        subprocess.run(["certutil", "-N", "-d", f"sql:{store}", "--empty-password"], check=True)
        subprocess.run(["certutil", "-A", "-d", f"sql:{store}", "-n", "demo", "-t", "C,C,C", "-i", root], check=True)
    counts = []
    for _ in range(3):
        command = ["pdfsig", "-nssdir", f"sql:{store}", str(path)]
        said = subprocess.run(command, capture_output=True, text=True, check=False).stdout
        counts.append(min(said.count("Signature is Valid."), said.count("Certificate is Trusted.")))
    return max(counts)
