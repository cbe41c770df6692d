"""What programs that are not ours say of a signed file."""

from __future__ import annotations

import asyncio
from pathlib import Path

from asn1crypto import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from signing import Trust


def pyhanko_says(path: Path, trust: Trust) -> dict[str, bool]:
    """For each signature, whether pyHanko with its default policy calls it good."""
    roots = [x509.Certificate.load(der) for der in trust.roots]
    with path.open("rb") as stream:
        return {
            one.field_name: asyncio.run(
                async_validate_pdf_signature(one, ValidationContext(trust_roots=roots))
            ).bottom_line
            for one in PdfFileReader(stream).embedded_regular_signatures
        }
