"""What each kind of job is called on the pages."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

LABELS: dict[str, str | Promise] = {
    "journal.seal": _("Seal the journal"),
    "jobs.clean": _("Delete jobs done long ago"),
    "house.journal": _("Verify the journal"),
    "house.files": _("Check stored files"),
    "house.index": _("Build the search index anew"),
    "house.index_fill": _("Fill a search index that was made new"),
    "house.index_check": _("Compare the search index with the database"),
    "documents.read": _("Read the text of a file"),
    "documents.ocr": _("Read a page of a scan (OCR)"),
    "documents.ocr_round": _("See to scans that wait to be read"),
    "documents.copy": _("Make a copy of a scan with its text"),
    "documents.index": _("Put a document into the search index"),
    "documents.tell_followers": _("Tell who follows a search of new documents"),
    "documents.export": _("Make a list as a file"),
    "intake.read": _("Read an arrival"),
    "intake.suggest": _("Suggest the fields of a scan"),
    "signatures.rejudge": _("Judge signatures anew"),
    "signatures.evidence": _("Pack the evidence of a file"),
    "signatures.collect": _("Look for signed files without evidence"),
    "workflow.convert": _("Turn a draft into PDF"),
    "workflow.prepare": _("Prepare a draft for signing"),
    "workflow.prepare_copy": _("Make a copy ready to be certified"),
    "workflow.sign_copy": _("Certify a copy"),
    "workflow.prepare_attachments": _("Make attachments ready for the seal"),
    "workflow.mark_attachment": _("Sign an attachment as the agency"),
    "workflow.take_signed": _("Judge a file that another agency signed"),
    "workflow.sign": _("Sign a document"),
    "workflow.phone": _("Ask a telephone for signatures"),
    "workflow.elsewhere": _("End consents that nobody answered"),
    "workflow.prove": _("Add time and proofs to a signature"),
    "signatures.survey": _("Note until when issued files can be proved"),
    "signatures.renew": _("Look for issued files to be time-stamped again"),
    "signatures.restamp": _("Time-stamp an issued file again"),
    "workflow.seal": _("Number and seal a document"),
}


def label_of(kind: str) -> str:
    """The words for a kind; a kind without words is shown by its name."""
    return str(LABELS.get(kind, kind))
