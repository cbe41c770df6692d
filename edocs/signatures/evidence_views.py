"""The package of evidence of a file: asked for, and downloaded, by whoever may see the document."""

from __future__ import annotations

from pathlib import Path

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from edocs.documents.access import get_visible
from edocs.documents.models import FileVersion
from edocs.documents.services.reading import note_view
from edocs.documents.storage import path_of
from edocs.office.models import Person
from edocs.signatures.models import Evidence
from edocs.signatures.services.evidence import ask_for_evidence


@require_http_methods(["GET", "POST"])
def evidence(request: HttpRequest, version: int) -> HttpResponseBase:
    """GET: the newest package; POST: have one made."""
    person: Person = request.user  # type: ignore[assignment]
    found = get_object_or_404(FileVersion.objects.select_related("file", "blob"), pk=version)
    document = get_visible(person, found.file.document_id)
    if request.method == "POST":
        ask_for_evidence(blob=found.blob, by=person)
        messages.success(request, _("The evidence is being packed; it can be downloaded here in a moment."))
        query = f"tab=signatures&file={found.file_id}&version={found.ordinal}"
        return HttpResponseRedirect(f"{reverse('document', args=[document.pk])}?{query}")
    kept = Evidence.objects.filter(blob=found.blob_id).select_related("package").first()
    if kept is None:
        raise Http404
    note_view(document=document, person=person, what="download")
    name = f"{Path(found.file.name).stem}-evidence.zip"
    response = FileResponse(path_of(kept.package_id).open("rb"), as_attachment=True, filename=name)
    response["Content-Type"] = kept.package.media_type
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response
