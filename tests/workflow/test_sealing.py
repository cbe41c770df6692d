"""The clerk's act: number, date and seal in one revision, and dispatch."""

from __future__ import annotations

import datetime as dt
import itertools
import re
import subprocess
import unicodedata
from pathlib import Path

import pytest
import typst
from asn1crypto import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from edocs import clock
from edocs.documents import access
from edocs.documents.choices import Channel, Origin, RecipientState, State
from edocs.documents.models import BookYear, Document, Entry
from edocs.documents.storage import path_of
from edocs.errors import Invalid, NotPermitted, WrongState
from edocs.jobs.models import Job, JobState
from edocs.journal.models import Event
from edocs.office.models import Notice
from edocs.signatures.backend import using
from edocs.signatures.models import ItemState, Key, SigningItem, SigningSession, Verdict
from edocs.typeset.press import FONTS
from edocs.workflow.services import issuing
from edocs.workflow.services.issuing import date_field, number_field, set_channel
from edocs.workflow.services.signing import take_back_signed
from signing.errors import SealRefused
from signing.text import Piece
from tests.factories import moment
from tests.signatures.fixtures import DEPUTY, SEAL, SigningOffice, current, item_of
from tests.workflow.outgoing import run_jobs

pytestmark = pytest.mark.django_db

WORDS_PRINTED = "ngày      tháng      năm"


def sealed_path(document: Document) -> Path:
    version = current(document)
    assert version.origin == Origin.SEAL
    return path_of(version.blob_id)


def text_of(path: Path) -> str:
    """The words of the first page, fields filled in included."""
    done = subprocess.run(["pdftotext", "-l", "1", "-layout", str(path), "-"], capture_output=True, check=True)
    return unicodedata.normalize("NFC", done.stdout.decode())


# --- what comes out -------------------------------------------------------------------------------------------------
@pytest.mark.requirement("R-LAW-06")
@pytest.mark.requirement("R-LAW-13")
@pytest.mark.requirement("R-SIG-5")
@pytest.mark.tool("pdftotext")
def test_number_date_and_seal_come_in_one_revision_and_agree_with_the_register(desk: SigningOffice) -> None:
    document = desk.signed()
    leaders = current(document)
    with clock.at(moment("2026-02-05", "09:30")):
        session = desk.seal(document)
        document.refresh_from_db()
        assert document.state == State.SEALING
        (job,) = run_jobs("workflow.seal")
    assert (job.state, job.reason) == (JobState.DONE, "")
    assert set(job.arguments) == {"item", "dispatch"}
    document.refresh_from_db()
    assert (document.state, document.number, document.symbol) == (State.SEALED, "01", "SNV-CCHC")
    assert (document.code, document.issued_on) == ("01/SNV-CCHC", dt.date(2026, 2, 5))
    assert document.identifier == "H99.07,2026/02/05,01/SNV-CCHC"
    entry = Entry.objects.get(document=document)
    assert (entry.book, entry.year, entry.number, entry.by) == (desk.office.book_out, 2026, 1, desk.office.clerk)

    version = current(document)
    before, after = path_of(leaders.blob_id).read_bytes(), path_of(version.blob_id).read_bytes()
    assert after.startswith(before)
    text = text_of(path_of(version.blob_id))
    assert re.search(r"Số:\s*01/SNV-CCHC", text)
    assert "Nam Khê, ngày 05 tháng 02 năm 2026" in re.sub(r"\s+", " ", text)

    assert item_of(session, document).result == version
    verdict = Verdict.objects.get(blob=version.blob)
    assert verdict.verdict == "pass"
    found = {one["field"]: one["verdict"] for one in verdict.signatures}
    assert (found["leader"], found["seal"]) == ("pass", "pass")
    events = Event.objects.filter(object_type="documents.document", object_id=str(document.pk)).order_by("id")
    verbs = list(events.values_list("verb", flat=True))
    assert verbs[-3:] == ["document.sign", "document.number", "document.seal"]
    assert Event.objects.filter(verb="signing.consent", person=desk.office.clerk).count() == 1
    assert Job.objects.filter(kind="documents.index", subject=f"document:{document.pk}").exists()


@pytest.mark.tool("pdfsig", "qpdf", "certutil")
def test_other_judges_agree_that_both_signatures_are_good(desk: SigningOffice, tmp_path: Path) -> None:
    path = sealed_path(desk.sealed())
    root, sub = (desk.pki.folder / "trust" / name for name in ("roots/root.der", "intermediates/sub.der"))
    trust = desk.pki.trust
    with path.open("rb") as stream:
        reader = PdfFileReader(stream)
        context = ValidationContext(
            trust_roots=[x509.Certificate.load(one) for one in trust.roots],
            other_certs=[x509.Certificate.load(one) for one in trust.intermediates],
            allow_fetching=False,
        )
        assert [one.field_name for one in reader.embedded_regular_signatures] == ["leader", "seal"]
        for signature in reader.embedded_regular_signatures:
            status = validate_pdf_signature(signature, signer_validation_context=context)
            assert status.bottom_line, f"{signature.field_name}: {status.pretty_print_details()}"
    store = tmp_path / "nss"
    store.mkdir()
    subprocess.run(["certutil", "-N", "-d", f"sql:{store}", "--empty-password"], check=True)
    for name, certificate in (("root", root), ("sub", sub)):
        command = ["certutil", "-A", "-d", f"sql:{store}", "-n", name, "-t", "C,C,C", "-i", str(certificate)]
        subprocess.run(command, check=True)
    said = subprocess.run(["pdfsig", "-nssdir", f"sql:{store}", str(path)], capture_output=True, text=True).stdout
    assert said.count("Signature is Valid.") == 2
    assert said.count("Certificate is Trusted.") == 2
    checked = subprocess.run(["qpdf", "--check", str(path)], capture_output=True, text=True)
    assert checked.returncode == 0, checked.stderr
    assert "No syntax or stream encoding errors found" in checked.stdout


# --- where number and date go ---------------------------------------------------------------------------------------
@pytest.mark.tool("pdftotext")
def test_an_uploaded_letter_gets_number_and_date_where_its_text_has_them(desk: SigningOffice) -> None:
    document = desk.signed(desk.to_sign(content=desk.letter()))
    version = current(document)
    assert version.places is not None
    assert version.places["symbol_printed"]
    with clock.at(moment("2026-10-13")):
        document = desk.sealed(document)
    text = re.sub(r"[ \t]+", " ", text_of(sealed_path(document)))
    assert re.search(r"Số: ?01 ?/ ?SNV-CCHC", text)
    assert "ngày 13 tháng 10 năm 2026" in text


@pytest.mark.tool("pdftotext")
@pytest.mark.parametrize("with_year", [True, False])
def test_gaps_between_printed_words_of_the_date_are_filled(desk: SigningOffice, with_year: bool) -> None:
    printed = f"Nam Khê, {WORDS_PRINTED}{' 2026' if not with_year else '       '}"
    document = desk.signed(desk.to_sign(content=form_letter(printed)))
    version = current(document)
    assert version.places is not None
    assert len(version.places["date_stops"]) == (3 if with_year else 2)
    pieces = date_field(version, dt.date(2026, 3, 7))
    assert [piece.text for piece in pieces][:2] == ["07", "3"]
    assert all(one.x < two.x for one, two in itertools.pairwise(pieces))
    with clock.at(moment("2026-03-07")):
        document = desk.sealed(document)
    assert document.state == State.SEALED
    text = re.sub(r"\s+", " ", text_of(sealed_path(document)))
    assert "ngày 07 tháng 3 năm 2026" in text
    assert text.count("ngày") == 1


def form_letter(dateline: str) -> bytes:
    """A letter as people bring it: symbol and the words of the date printed, gaps left."""
    source = f"""
#set page(paper: "a4", margin: (left: 30mm, right: 15mm, y: 20mm))
#set text(font: ("Tinos", "Liberation Serif", "Times New Roman"), size: 13pt, lang: "vi")
#grid(columns: (1fr, 1.3fr), align: center, row-gutter: 8mm,
  [*SỞ NỘI VỤ*], [*CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM*],
  [Số:#h(14mm)/SNV-CCHC], [_{
        dateline.replace("ngày      ", "ngày#h(9mm)")
        .replace("tháng      ", "tháng#h(9mm)")
        .replace("năm       ", "năm#h(14mm)")
    }_])
#v(60mm)
#align(right, block(width: 80mm, align(center)[*KT. GIÁM ĐỐC* \\ *PHÓ GIÁM ĐỐC* #v(30mm) *Nguyễn Thị Hồng Nhung*]))
"""
    return typst.compile(source.encode(), font_paths=[str(FONTS)])


def test_the_number_stands_alone_before_a_printed_symbol_and_whole_without_one(desk: SigningOffice) -> None:
    document = desk.to_sign()
    document.number, document.code = "1043", "1043/SNV-CCHC"
    version = current(document)
    assert number_field(document, version) == "1043"
    version.places = (version.places or {}) | {"symbol_printed": False}
    assert number_field(document, version) == "1043/SNV-CCHC"
    assert date_field(version, dt.date(2026, 1, 9)) == [Piece("ngày 09 tháng 01 năm 2026")]
    assert date_field(version, dt.date(2026, 12, 30)) == [Piece("ngày 30 tháng 12 năm 2026")]


def test_a_number_that_does_not_fit_its_place_is_refused_and_not_used_up(desk: SigningOffice) -> None:
    document = desk.signed()
    version = current(document)
    assert version.places is not None
    version.places["number"]["x1"] = version.places["number"]["x0"] + 4
    version.save()
    with pytest.raises(Invalid) as refusal:
        desk.seal(document)
    assert refusal.value.code == "text_too_long"
    document.refresh_from_db()
    assert (document.state, document.number) == (State.SIGNED, "")
    assert not BookYear.objects.filter(last__gt=0).exists()
    assert desk.backend.open_sessions == 0


# --- who, when ------------------------------------------------------------------------------------------------------
@pytest.mark.requirement("R-LAW-13")
def test_only_the_clerical_office_seals(desk: SigningOffice) -> None:
    document = desk.signed()
    for other in (desk.office.deputy, desk.office.officer, desk.office.admin, desk.office.bureau_head):
        with pytest.raises(NotPermitted):
            issuing.number_and_seal(
                document=document, version_id=current(document).pk, by=other, password=SEAL.password
            )
    assert not Entry.objects.exists()


def test_a_leaders_key_never_seals_and_the_seal_never_signs(desk: SigningOffice) -> None:
    document = desk.signed()
    Key.objects.filter(purpose="seal").delete()
    Key.objects.filter(reference=DEPUTY.key_id).update(purpose="seal", owner=None)
    with pytest.raises(Invalid) as refusal:
        desk.seal(document, password=DEPUTY.password)
    assert refusal.value.code == "purpose_not_allowed"


def test_a_document_that_is_not_signed_is_not_sealed(desk: SigningOffice) -> None:
    document = desk.to_sign()
    access.grant(document, ["r:clerk"], reason="test")
    with pytest.raises(WrongState):
        desk.seal(document)
    assert not Entry.objects.exists()


def test_a_wrong_password_of_the_seal_gives_no_number(desk: SigningOffice) -> None:
    document = desk.signed()
    with pytest.raises(Invalid) as refusal:
        desk.seal(document, password="không-đúng")
    assert (refusal.value.code, refusal.value.field) == ("wrong_password", "key_password")
    assert not Entry.objects.exists()
    document.refresh_from_db()
    assert document.state == State.SIGNED


def test_a_version_other_than_the_one_shown_is_not_sealed(desk: SigningOffice) -> None:
    document = desk.signed()
    with pytest.raises(WrongState):
        issuing.number_and_seal(
            document=document,
            version_id=current(document).pk - 1,
            by=desk.office.clerk,
            password=SEAL.password,
        )


@pytest.mark.requirement("R-LAW-13")
@pytest.mark.parametrize("how", ["appended", "changed", "verdict", "no verdict"])
def test_the_seal_is_refused_when_the_leaders_signature_is_not_intact(desk: SigningOffice, how: str) -> None:
    document = desk.signed()
    version = current(document)
    path = path_of(version.blob_id)
    path.chmod(0o600)
    if how == "appended":
        path.write_bytes(path.read_bytes() + b"\n% more\n%%EOF\n")
    elif how == "changed":
        content = path.read_bytes()
        path.write_bytes(content[:2000] + bytes([content[2000] ^ 1]) + content[2001:])
    elif how == "verdict":
        Verdict.objects.filter(blob=version.blob).update(verdict="fail")
    else:
        Verdict.objects.filter(blob=version.blob).delete()
    with pytest.raises(Invalid) as refusal:
        desk.seal(document)
    assert refusal.value.code == "seal_refused"
    assert not Entry.objects.exists()
    assert not SigningSession.objects.filter(purpose="seal").exists()


class RefusesToSeal:
    """A signing process that finds the leader's signature broken."""

    def __init__(self, real: object) -> None:
        self.real = real

    def seal(self, *args: object, **kwargs: object) -> object:
        raise SealRefused("signature 'leader' is not good")

    def __getattr__(self, name: str) -> object:
        return getattr(self.real, name)


def test_a_document_whose_sealing_failed_keeps_number_and_date_and_is_sealed_again(desk: SigningOffice) -> None:
    document = desk.signed()
    with using(RefusesToSeal(desk.backend)), clock.at(moment("2026-10-13")):
        session = desk.seal(document)
        with pytest.raises(WrongState):
            desk.seal(document)
        (job,) = run_jobs("workflow.seal")
    assert (job.state, job.code) == (JobState.FAILED, "seal_refused")
    document.refresh_from_db()
    assert (document.state, document.code) == (State.SEALING, "01/SNV-CCHC")
    assert item_of(session, document).state == ItemState.FAILED
    assert Notice.objects.get(kind="seal_failed").person == desk.office.clerk
    with clock.at(moment("2026-10-14")):
        document = desk.sealed(document)
    assert (document.state, document.code) == (State.SEALED, "01/SNV-CCHC")
    assert document.issued_on == dt.date(2026, 10, 13)
    assert Entry.objects.count() == 1
    assert SigningItem.objects.filter(document=document, session__purpose="seal").count() == 2


def test_numbers_follow_one_another(desk: SigningOffice) -> None:
    codes = [desk.sealed().code for _ in range(2)]
    assert codes == ["01/SNV-CCHC", "02/SNV-CCHC"]


# --- dispatch -------------------------------------------------------------------------------------------------------
def test_number_seal_and_send_in_one_action(desk: SigningOffice) -> None:
    document = desk.sealed(dispatch=True)
    assert document.state == State.ISSUED
    assert document.issued_at is not None
    (line,) = document.recipients.all()
    assert (line.state, line.sent_by) == (RecipientState.SENT, desk.office.clerk)
    event = Event.objects.get(verb="document.issue")
    assert event.after == {"code": "01/SNV-CCHC", "recipients": [[line.name, line.channel]]}
    assert set(Notice.objects.filter(kind="issued").values_list("person__username", flat=True)) == {
        "chuyenvien",
        "phogiamdoc",
    }


def test_a_sealed_document_is_issued_once_by_a_clerk(desk: SigningOffice) -> None:
    document = desk.sealed()
    with pytest.raises(NotPermitted):
        issuing.issue(document=document, by=desk.office.officer)
    issuing.issue(document=document, by=desk.office.clerk)
    with pytest.raises(WrongState):
        issuing.issue(document=document, by=desk.office.clerk)
    assert Event.objects.filter(verb="document.issue").count() == 1


def test_the_channel_of_a_recipient_is_changed_before_it_is_sent(desk: SigningOffice) -> None:
    document = desk.signed()
    line = document.recipients.get()
    with pytest.raises(NotPermitted):
        set_channel(recipient=line, channel=Channel.POST, copies=2, by=desk.office.officer)
    with pytest.raises(Invalid):
        set_channel(recipient=line, channel="pigeon", copies=2, by=desk.office.clerk)
    with pytest.raises(Invalid):
        set_channel(recipient=line, channel=Channel.POST, copies=0, by=desk.office.clerk)
    for _ in range(2):
        set_channel(recipient=line, channel=Channel.POST, copies=2, by=desk.office.clerk)
    line.refresh_from_db()
    assert (line.channel, line.copies) == (Channel.POST, 2)
    assert Event.objects.filter(verb="recipient.channel").count() == 1
    desk.sealed(document, dispatch=True)
    with pytest.raises(WrongState):
        set_channel(recipient=line, channel=Channel.AXIS, copies=1, by=desk.office.clerk)


def test_a_number_is_given_up_when_sealing_fails_for_good_and_never_given_again(desk: SigningOffice) -> None:
    document = desk.signed()
    with using(RefusesToSeal(desk.backend)):
        desk.seal(document)
        with pytest.raises(WrongState):
            take_back_signed(document=document, by=desk.office.clerk, reason="Còn đang đóng dấu")
        run_jobs("workflow.seal")
    take_back_signed(document=document, by=desk.office.clerk, reason="Chữ ký của lãnh đạo không còn nguyên vẹn")
    document.refresh_from_db()
    assert (document.state, document.number, document.code, document.issued_on) == (State.DRAFT, "", "", None)
    assert Entry.objects.get().cancelled_at is not None
    assert desk.sealed().code == "02/SNV-CCHC"
