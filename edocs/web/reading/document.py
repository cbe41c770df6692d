"""The page of one document: the pages on the left, course, details, signatures, links and history on the right."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from edocs import ui
from edocs.asked import line_in, number_in
from edocs.documents.access import get_visible
from edocs.documents.choices import Direction
from edocs.documents.models import BlobContent, Document, DocumentFile, FileVersion
from edocs.documents.queries import files_of, history_of, links_of, readers_of, shared_with
from edocs.documents.services.linking import may_share
from edocs.documents.services.reading import note_view
from edocs.office.models import Person
from edocs.records.queries import filed_of, may_change, offered_files
from edocs.records.services import may_open
from edocs.signatures.queries import judged_blob
from edocs.web.filing.forms import PutForm
from edocs.web.reading.content import content_note
from edocs.web.reading.files import viewed
from edocs.web.reading.forms import LinkForm, ShareForm
from edocs.web.reading.rows import due_chip, state_of
from edocs.web.reading.verbs import sentence_of
from edocs.workflow.queries.actions import actions_for
from edocs.workflow.queries.approving import actions_for_outgoing, approval_view
from edocs.workflow.queries.course import course_tree
from edocs.workflow.queries.deadlines import due_of_documents
from edocs.workflow.queries.sealing import waiting_proof

TABS: tuple[tuple[str, str | Promise], ...] = (
    ("course", gettext_lazy("Course")),
    ("details", gettext_lazy("Details")),
    ("signatures", gettext_lazy("Signatures")),
    ("links", gettext_lazy("Links")),
    ("history", gettext_lazy("History")),
)
#: where the actions on outgoing documents are done: code -> name of the address
OUTGOING_ADDRESSES = {
    "write": "draft_write",
    "upload": "draft_upload",
    "attach": "draft_attach",
    "recipients": "draft_recipients",
    "submit": "draft_submit",
    "cancel": "draft_cancel",
    "approve": "draft_check",
    "return": "draft_check",
    "withdraw": "draft_withdraw",
    "sign": "to_sign",
    "move_signature": "to_sign",
    "prepare_again": "draft_prepare",
    "outside": "draft_outside",
}
LONGEST_FIND = 200
#: what takes something back is never pressed by the key for the next thing
NEVER_MAIN = frozenset({"cancel", "withdraw", "return", "move_signature"})
ICONS = {"write": "file-pencil", "submit": "send", "approve": "file-check", "sign": "signature", "cancel": "x"}


@dataclass(frozen=True)
class Button:
    """One thing a person can do; ``direct`` posts at once, ``reason`` says why it cannot be done now.

    ``main`` is what one expects to do next: it alone has the colour and the key.
    """

    label: str | Promise
    url: str
    icon: str
    direct: bool = False
    danger: bool = False
    reason: str | Promise = ""
    key: str = "next"
    main: bool = False


@require_GET
def document(request: HttpRequest, pk: int) -> HttpResponse:
    """The document in full."""
    person: Person = request.user  # type: ignore[assignment]
    found = get_visible(person, pk)
    files = files_of(found)
    file = _chosen(files, request.GET.get("file"))
    version = _version(file, request.GET.get("version"))
    tab = request.GET.get("tab", "course")
    if tab not in dict(TABS):
        raise Http404
    content = BlobContent.objects.filter(blob=version.blob_id).first() if version else None
    due = due_of_documents([found.pk]).get(found.pk)
    context: dict[str, Any] = {
        "document": found,
        "state": state_of(found),
        "due": due_chip(due) if due else None,
        "file": replace(
            viewed(version, content=content, poll_url=request.get_full_path()),
            find=line_in(request.GET.get("find"), LONGEST_FIND),
            find_page=number_in(request.GET.get("page")) or 1,
        ),
        "content_note": content_note(version, content),
        "proof": waiting_proof(found),
        "files": files,
        "chosen": file,
        "version": version,
        "file_tabs": _file_tabs(found, files, file, tab),
        "tab": tab,
        "tabs": _tabs(found, tab, request),
        "buttons": _buttons(person, found),
        "incoming": found.direction == Direction.INCOMING,
        **_panel(person, found, tab, version),
    }
    note_view(document=found, person=person)
    return render(request, "reading/document.html", context)


@require_GET
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The document beside a queue: head, pages and the main action."""
    person: Person = request.user  # type: ignore[assignment]
    found = get_visible(person, pk)
    version = FileVersion.objects.filter(file__document=found, file__role="main").order_by("-ordinal")
    current = version.select_related("file", "blob").first()
    content = BlobContent.objects.filter(blob=current.blob_id).first() if current else None
    due = due_of_documents([found.pk]).get(found.pk)
    context = {
        "document": found,
        "state": state_of(found),
        "due": due_chip(due) if due else None,
        "file": viewed(current, content=content),
        "buttons": _buttons(person, found),
        "incoming": found.direction == Direction.INCOMING,
    }
    note_view(document=found, person=person)
    return render(request, "reading/_preview.html", context)


def _chosen(files: list[DocumentFile], wanted: str | None) -> DocumentFile | None:
    if wanted:
        chosen = next((file for file in files if file.pk == number_in(wanted)), None)
        if chosen is None:
            raise Http404
        return chosen
    return files[0] if files else None


def _version(file: DocumentFile | None, wanted: str | None) -> FileVersion | None:
    if file is None:
        return None
    versions: list[FileVersion] = list(file.versions.all())
    for version in versions:
        version.file = file
    if wanted:
        chosen = next((one for one in versions if one.ordinal == number_in(wanted)), None)
        if chosen is None:
            raise Http404
        return chosen
    return next((one for one in versions if one.pk == file.current_id), None)


def _file_tabs(found: Document, files: list[DocumentFile], chosen: DocumentFile | None, tab: str) -> list[ui.Tab]:
    here = reverse("document", args=[found.pk])
    return [
        ui.Tab(
            _("Main document") if file.role == "main" else file.name,
            f"{here}?file={file.pk}&tab={tab}",
            chosen is not None and file.pk == chosen.pk,
        )
        for file in files
    ]


def _tabs(found: Document, current: str, request: HttpRequest) -> list[ui.Tab]:
    query = request.GET.copy()
    here = reverse("document", args=[found.pk])
    tabs = []
    for name, label in TABS:
        query["tab"] = name
        tabs.append(ui.Tab(label, f"{here}?{query.urlencode()}", name == current))
    return tabs


def _panel(person: Person, found: Document, tab: str, version: FileVersion | None) -> dict[str, Any]:
    """What the right side shows; each tab asks only for its own."""
    if tab == "course":
        if found.direction == Direction.INCOMING:
            return {"nodes": course_tree(found, person=person)}
        return {"approval": approval_view(found)}
    if tab == "details":
        return {
            "recipients": list(found.recipients.all()),
            "entries": list(found.entries.select_related("book")),
            "shared": shared_with(found),
            "share_form": ShareForm() if may_share(person, found) else None,
        }
    if tab == "signatures":
        return {"judged": judged_blob(version.blob_id if version else None)}
    if tab == "links":
        return {"links": links_of(person, found), "link_form": LinkForm(), **_filed(person, found)}
    events = [(event, sentence_of(event)) for event in history_of(found)]
    return {"events": events, "readers": readers_of(found)}


def _filed(person: Person, found: Document) -> dict[str, Any]:
    """In which case files it lies, as far as the person may see these, and into which they may put it."""
    rows = [(row, row.file.is_open and may_change(person, row.file)) for row in filed_of(person, found)]
    if not may_open(person):
        return {"filed": rows}
    there = {row.file_id for row, _mine in rows}
    return {"filed": rows, "put_form": PutForm(files=[one for one in offered_files(person) if one.pk not in there])}


def _buttons(person: Person, found: Document) -> list[Button]:
    """The main action first; what is not allowed is absent or says why."""
    if found.direction == Direction.INCOMING:
        actions = actions_for(person, found)
        return [
            Button(one.label, one.url, one.icon, one.direct, one.danger, key=one.key, main=one == actions.main)
            for one in actions.all
        ]
    buttons: list[Button] = []
    for action in actions_for_outgoing(person, found):
        url = _outgoing_address(action.code, found)
        if url:
            icon, main = ICONS.get(action.code, "point"), not buttons and action.code not in NEVER_MAIN
            buttons.append(Button(action.label, url, icon, reason=action.reason, main=main))
    if person.has_role("clerk") and found.state in ("signed", "sealing", "sealed"):
        seal = Button(_("Number and seal"), reverse("seal", args=[found.pk]), "rubber-stamp", main=True)
        buttons = [seal, *(replace(one, main=False) for one in buttons)]
    return buttons


def _outgoing_address(code: str, found: Document) -> str:
    name = OUTGOING_ADDRESSES.get(code, "")
    try:
        return reverse(name) if name == "to_sign" else reverse(name, args=[found.pk])
    except NoReverseMatch:
        return ""
