"""Signing against stock pyHanko and bare RSA, in one run: ``python -m bench.signing [ROUNDS]``.

Prints for an invisible signature at level B-B, for the leader's (B-LT, with picture) and for number, date and seal
(one revision, B-LTA, with picture) the CPU time per document, documents per second on one core, and the ratio to
stock pyHanko doing the same work and to the RSA operations alone (pyca in this process; OpenSSL's own limit by
``openssl speed`` where it is installed).  Then what judging costs by pages and by revisions.  Goals: B-B on 50 KB with
RSA-2048 at least 150 a second; the tuned figures of the leader, 37 ms, and of fill and seal, 121 ms of CPU time.
"""

from __future__ import annotations

import asyncio
import logging
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from io import BytesIO
from pathlib import Path

import pikepdf
import typst
from asn1crypto import keys as asn1_keys
from asn1crypto import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from PIL import Image
from pyhanko.pdf_utils.font.opentype import GlyphAccumulatorFactory
from pyhanko.pdf_utils.form_tools import populate_static_text_field
from pyhanko.pdf_utils.images import PdfImage
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.text import TextBoxStyle
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper
from pyhanko.stamp import StaticStampStyle

from bench.report import Figure, keep
from signing import (
    LoadedKey,
    LocalTimestamper,
    Places,
    Trust,
    Verdict,
    fill_and_seal,
    judge,
    prepare,
    sign_as_person,
    sign_basic,
)
from signing.demo_images import demo_seal_image, demo_signature_image
from signing.demo_pki import DemoHolder, DemoPki, make_demo_pki
from signing.embed import add_document_timestamp, append_document_timestamp, append_signature, extending
from signing.place import find_places
from signing.seal import fill_fields
from signing.sign import check_for_signing
from signing.text import FONTS

LETTER = Path(__file__).parent.parent / "tests" / "signing" / "letter.typ"
LEADER = DemoHolder("leader", "Nguyễn Thị Hồng Ánh", "Sở Nội vụ", "pw")
AGENCY = DemoHolder("seal", "Sở Nội vụ", "Sở Nội vụ", "pw")
DATE = "ngày 22 tháng 11 năm 2026"
GOAL_BASIC, GOAL_LEADER_MS, GOAL_SEAL_MS = 150, 37, 121
PAGES = (1, 10, 50)
LATER_REVISIONS = 8


def cpu_ms(work: Callable[[], object], rounds: int) -> float:
    """Median CPU time of ``work`` in milliseconds, the first run left out."""
    work()
    taken = []
    for _ in range(rounds):
        start = time.process_time()
        work()
        taken.append((time.process_time() - start) * 1000)
    return statistics.median(taken)


class Stock:
    """The same two steps with pyHanko as it comes."""

    def __init__(self, pki: DemoPki, timestamper: LocalTimestamper, trust: Trust) -> None:
        self.pki, self.trust = pki, trust
        key = timestamper.key
        assert isinstance(key, LoadedKey)
        der = key.private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        self.timestamper = DummyTimeStamper(
            x509.Certificate.load(key.certificate),
            asn1_keys.PrivateKeyInfo.load(der),
            [x509.Certificate.load(c) for c in key.chain],
        )

    def signer(self, key_id: str) -> SimpleSigner:
        """A signer with its key, loaded once."""
        found = SimpleSigner.load_pkcs12(str(self.pki.keys / f"{key_id}.p12"), passphrase=b"pw")
        assert found is not None
        return found

    def pdf_signer(self, signer: SimpleSigner, field: str, image: bytes, lta: bool) -> PdfSigner:
        """What signs one document."""
        meta = PdfSignatureMetadata(
            field,
            "sha256",
            subfilter=SigSeedSubFilter.PADES,
            embed_validation_info=True,
            use_pades_lta=lta,
            timestamp_field_name="ts_seal" if lta else None,
            validation_context=self.trust.context(),
        )
        style = StaticStampStyle(
            background=PdfImage(Image.open(BytesIO(image))), background_opacity=1.0, border_width=0
        )
        return PdfSigner(meta, signer, timestamper=self.timestamper, stamp_style=style)

    def basic(self, signer: SimpleSigner, source: Path) -> bytes:
        """An invisible signature at level B-B."""
        meta = PdfSignatureMetadata("leader", "sha256", subfilter=SigSeedSubFilter.PADES)
        with source.open("rb") as stream:
            writer = IncrementalPdfFileWriter(stream)
            out = asyncio.run(PdfSigner(meta, signer).async_sign_pdf(writer, existing_fields_only=True))
        return bytes(out.getbuffer())

    def leader(self, signer: SimpleSigner, source: Path, image: bytes) -> bytes:
        """Sign as the leader."""
        with source.open("rb") as stream:
            writer = IncrementalPdfFileWriter(stream)
            out = asyncio.run(
                self.pdf_signer(signer, "leader", image, lta=False).async_sign_pdf(writer, existing_fields_only=True)
            )
        return bytes(out.getbuffer())

    def seal(self, signer: SimpleSigner, source: Path, image: bytes) -> bytes:
        """Fill number and date and seal."""
        with source.open("rb") as stream:
            writer = IncrementalPdfFileWriter(stream)
            for field, text in (("so_ky_hieu", "1043"), ("ngay_ban_hanh", DATE)):
                font = GlyphAccumulatorFactory(str(FONTS / "vietnamese.ttf"), font_size=12)
                populate_static_text_field(writer, field, TextBoxStyle(font=font, font_size=12), text)
            out = asyncio.run(
                self.pdf_signer(signer, "seal", image, lta=True).async_sign_pdf(writer, existing_fields_only=True)
            )
        return bytes(out.getbuffer())


def seal_without_judging(
    source: Path, target: Path, key: LoadedKey, stamps: LocalTimestamper, trust: Trust, image: bytes
) -> None:
    """The part of :func:`fill_and_seal` that stock pyHanko does as well: everything but the check that
    the leader's signature is intact."""

    check_for_signing(trust, key.certificate, stamps.now())
    proofs = trust.evidence(key.certificate, *stamps.certificates())
    with extending(source, target) as stream:
        fill = partial(fill_fields, number="1043", date=DATE)
        append_signature(stream, "seal", key, stamps, image=image, fill=fill, proofs=proofs)
        append_document_timestamp(stream, "ts_seal", stamps)


def openssl_limit() -> float:
    """RSA-2048 signatures a second by ``openssl speed`` on one core; 0 without the program."""
    if shutil.which("openssl") is None:
        return 0
    command = ["openssl", "speed", "-seconds", "2", "rsa2048"]
    said = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    found = re.search(r"rsa 2048 bits\s+\S+\s+\S+\s+([\d.]+)", said)
    return float(found.group(1)) if found else 0


def measure_basic(
    stock: Stock, signer: SimpleSigner, key: LoadedKey, prepared: Path, folder: Path, rounds: int
) -> None:
    """The library's own limit: level B-B, no picture, no time stamp."""
    target = folder / "basic.pdf"
    ours = cpu_ms(lambda: sign_basic(prepared, target, key), rounds)
    by_stock = cpu_ms(lambda: stock.basic(signer, prepared), max(5, rounds // 3))
    bare = cpu_ms(lambda: key.sign(b"x" * 300), 200)
    limit = openssl_limit()
    beside = (
        f"{ours:.2f} ms, {prepared.stat().st_size / 1000:.0f} KB; stock {1000 / by_stock:.1f}/s, {by_stock / ours:.0f} "
        f"times slower; pyca alone {1000 / bare:.0f}/s"
    )
    beside += f", OpenSSL {limit:.0f}/s: {100_000 / ours / limit:.0f} % of it" if limit else ""
    keep(Figure("Signing", "B-B, RSA-2048", 1000 / ours, "/s", GOAL_BASIC, more_is_better=True, beside=beside))


def measure_judging(
    draft: Path,
    places: Places,
    sign: Callable[[Path, Path], object],
    stamp: Callable[[Path, str], None],
    trust: Trust,
    rounds: int,
) -> None:
    """What judging costs by pages, and by revisions after the signature."""
    folder = draft.parent
    many, prepared, signed = folder / "many.pdf", folder / "many-p.pdf", folder / "many-s.pdf"
    for pages in PAGES:
        with pikepdf.open(draft) as pdf, pikepdf.new() as longer:
            for _ in range(pages):
                longer.pages.extend(pdf.pages)
            longer.save(many)
        prepare(many, prepared, places)
        sign(prepared, signed)
        assert judge(signed, trust).verdict is Verdict.PASS
        taken = cpu_ms(lambda: judge(signed, trust), max(3, rounds // 3))
        keep(Figure("Signing", f"judging one signature, {pages} pages", taken, "ms"))
    for number in range(1, LATER_REVISIONS + 1):
        stamp(signed, f"ts_{number:02d}")
        if number in (1, 2, 4, 8):
            assert judge(signed, trust).verdict is Verdict.PASS
            taken = cpu_ms(lambda: judge(signed, trust), 3)
            name = f"judging with {number} time stamps after it, {PAGES[-1]} pages"
            keep(Figure("Signing", name, taken, "ms"))


def line(name: str, ours: float, stock: float, bare: float, goal: float = 0) -> None:
    """One line of the table; goals are in milliseconds of the processor."""
    beside = f"{1000 / ours:.1f}/s; stock {stock:.1f} ms = {stock / ours:.1f} times; bare RSA {bare:.1f} ms = "
    keep(Figure("Signing", name, ours, "ms", goal, beside=f"{beside}{100 * bare / ours:.0f} %"))


def main(rounds: int = 30) -> None:
    """Measure and print."""
    logging.getLogger("pyhanko").setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pki = make_demo_pki(folder / "pki", [LEADER], AGENCY)
        trust, stamps = pki.trust, pki.timestamper()
        leader_key, seal_key = pki.load("leader", "pw"), pki.load("seal", "pw")
        signature, seal = demo_signature_image(LEADER.name), demo_seal_image(["UBND TỈNH", "SỞ", "NỘI VỤ"])
        draft, prepared, signed, sealed = (folder / f"{n}.pdf" for n in ("d", "p", "s", "f"))
        draft.write_bytes(typst.compile(str(LETTER), pdf_standards=["a-2b"]))
        found = find_places(draft, ["PHÓ GIÁM ĐỐC"], LEADER.name)
        assert found is not None
        stock = Stock(pki, stamps, trust)
        stock_leader, stock_seal = stock.signer("leader"), stock.signer("seal")

        preparing = cpu_ms(lambda: prepare(draft, prepared, found.places), rounds)
        leader = cpu_ms(lambda: sign_as_person(prepared, signed, leader_key, stamps, trust, image=signature), rounds)
        judging = cpu_ms(lambda: judge(signed, trust), rounds)
        sealing = cpu_ms(lambda: seal_without_judging(signed, sealed, seal_key, stamps, trust, seal), rounds)
        whole = cpu_ms(
            lambda: fill_and_seal(signed, sealed, seal_key, stamps, trust, number="1043", date=DATE, image=seal),
            rounds,
        )
        assert judge(sealed, trust).verdict is Verdict.PASS
        both = cpu_ms(lambda: judge(sealed, trust), rounds)
        stock_rounds = max(5, rounds // 3)
        by_stock = cpu_ms(lambda: stock.leader(stock_leader, prepared, signature), stock_rounds)
        sealed_by_stock = cpu_ms(lambda: stock.seal(stock_seal, signed, seal), stock_rounds)
        assert isinstance(stamps.key, LoadedKey)
        authority = cpu_ms(lambda: stamps.key.sign(b"x" * 300), 200)
        bare_leader = cpu_ms(lambda: leader_key.sign(b"x" * 300), 200) + authority
        bare_seal = cpu_ms(lambda: seal_key.sign(b"x" * 300), 200) + 2 * authority

        print(f"CPU time per document, median of {rounds} (stock: {stock_rounds}), one page of Typst")
        measure_basic(stock, stock_leader, leader_key, prepared, folder, rounds)
        measure_judging(
            draft,
            found.places,
            lambda source, target: sign_as_person(source, target, leader_key, stamps, trust),
            lambda path, field: add_document_timestamp(path, field, stamps, *trust.evidence(*stamps.certificates())),
            trust,
            rounds,
        )

    line("leader, B-LT", leader, by_stock, bare_leader, GOAL_LEADER_MS)
    line("fill and seal, B-LTA", sealing, sealed_by_stock, bare_seal, GOAL_SEAL_MS)
    line("the same with the leader judged", whole, sealed_by_stock, bare_seal)
    print(f"prepare {preparing:.1f} ms   judge leader {judging:.1f} ms   judge all three {both:.1f} ms")
    print(f"complete (leader, then judged, filled and sealed): {1000 / (leader + whole):.1f} per second")


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:]))
