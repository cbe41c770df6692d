"""Signing against stock pyHanko and bare RSA, in one run: ``python -m bench.signing [ROUNDS]``.

Prints for the leader's signature (B-LT, with picture) and for number, date and seal (one revision, B-LTA,
with picture) the CPU time per document, documents per second on one core, and the ratio to stock pyHanko
doing the same work and to the RSA operations alone.  Goals (docs: tuned figures): leader 37 ms, fill and
seal 121 ms of CPU time.
"""

from __future__ import annotations

import asyncio
import logging
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

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
from signing import LoadedKey, LocalTimestamper, Trust, Verdict, fill_and_seal, judge, prepare, sign_as_person
from signing.demo_images import demo_seal_image, demo_signature_image
from signing.demo_pki import DemoHolder, DemoPki, make_demo_pki
from signing.embed import add_document_timestamp, find_field, write_signature
from signing.place import find_places
from signing.text import FONTS, Piece, fill_text_field, number_pieces

LETTER = Path(__file__).parent.parent / "tests" / "signing" / "letter.typ"
LEADER = DemoHolder("leader", "Nguyễn Thị Hồng Ánh", "Sở Nội vụ", "pw")
AGENCY = DemoHolder("seal", "Sở Nội vụ", "Sở Nội vụ", "pw")
DATE = "ngày 22 tháng 11 năm 2026"
GOAL_LEADER_MS, GOAL_SEAL_MS = 37, 121


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

    def fill(writer: IncrementalPdfFileWriter) -> None:
        fill_text_field(writer, find_field(writer, "so_ky_hieu", "/Tx"), number_pieces("1043"), italic=False)
        fill_text_field(writer, find_field(writer, "ngay_ban_hanh", "/Tx"), [Piece(DATE)], italic=True)

    trust.check_for_signing(key.certificate, stamps.now())
    write_signature(source, target, "seal", key, stamps, image=image, fill=fill)
    proofs = trust.evidence(key.certificate, *stamps.certificates())
    add_document_timestamp(target, "ts_seal", stamps, *proofs)


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
    line("leader, B-LT", leader, by_stock, bare_leader, GOAL_LEADER_MS)
    line("fill and seal, B-LTA", sealing, sealed_by_stock, bare_seal, GOAL_SEAL_MS)
    line("the same with the leader judged", whole, sealed_by_stock, bare_seal)
    print(f"prepare {preparing:.1f} ms   judge leader {judging:.1f} ms   judge all three {both:.1f} ms")
    print(f"complete (leader, then judged, filled and sealed): {1000 / (leader + whole):.1f} per second")


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:]))
