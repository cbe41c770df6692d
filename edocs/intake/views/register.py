"""One arrived file (or a paper alone) and its form: fill, check, register, open the next."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from edocs.documents.choices import Direction
from edocs.documents.models import Book, Document
from edocs.documents.services.numbering import direction_books
from edocs.errors import Refusal, WrongState
from edocs.intake import queries
from edocs.intake.forms import NEW, RegisterForm, clean_line, known_issuer
from edocs.intake.models import Arrival, ArrivalState
from edocs.intake.services.arrivals import form_key, put_aside, register_arrival
from edocs.intake.services.paper import PAPER_FORM_KEY, register_paper
from edocs.intake.suggested import Opening, first_values, marks_still_true, opening_of
from edocs.intake.viewing import viewed
from edocs.intake.views.access import clerk_only, document_url, get_arrival
from edocs.intake.views.asking import day_of, repeats_context, row_of
from edocs.intake.views.registered import just_registered
from edocs.jobs.queries import worker_is_silent
from edocs.office.models import Correspondent, DocumentKind
from edocs.office.services import add_correspondent
from edocs.signatures.queries import judged_blob


@require_http_methods(["GET", "POST"])
@clerk_only
def file(request: HttpRequest, pk: int) -> HttpResponse:
    """The pages at the left, the form at the right."""
    arrival = get_arrival(pk)
    if request.method == "GET" and not _has_form(arrival):
        return _without_form(request, arrival)
    page = FormPage(request, arrival)
    if request.method == "POST":
        document = page.register()
        if document is not None:
            return page.go_on(document)
    return page.render()


@require_http_methods(["GET", "POST"])
@clerk_only
def new(request: HttpRequest) -> HttpResponse:
    """The form alone, for a document that came on paper and is not scanned."""
    page = FormPage(request, None)
    if request.method == "POST":
        document = page.register()
        if document is not None:
            return page.go_on(document)
    return page.render()


def _has_form(arrival: Arrival) -> bool:
    """Whether a clerk can register it: it was read, or kept though it could not be shown."""
    return arrival.state == ArrivalState.READY or (
        arrival.state == ArrivalState.FAILED and arrival.failure == queries.NOT_CONVERTED
    )


def _without_form(request: HttpRequest, arrival: Arrival) -> HttpResponse:
    """Being read, impossible to read, or already dealt with."""
    reading = arrival.state == ArrivalState.READING
    context = {
        "arrival": arrival,
        "viewed": viewed(arrival),
        "reading": reading,
        "silent": reading and worker_is_silent(),
        "failed": arrival.state == ArrivalState.FAILED,
        "document_url": document_url(arrival.document) if arrival.document else "",
        **_place_in_order(arrival.pk),
    }
    return render(request, "intake/file_without_form.html", context)


def _place_in_order(pk: int) -> dict[str, Any]:
    """k of n, the neighbours, and what else waits."""
    order = queries.sequence()
    return {
        "position": order.position(pk),
        "total": len(order.files),
        "before": order.before(pk),
        "after": order.after(pk),
        "next": order.next_to_register(pk),
        "waiting": order.count(ArrivalState.READY),
        "being_read": order.count(ArrivalState.READING),
        "failed_count": order.count(ArrivalState.FAILED),
    }


class FormPage:
    """One request for the form of an arrival, or of a paper document when there is none."""

    def __init__(self, request: HttpRequest, arrival: Arrival | None) -> None:
        self.request = request
        self.person: Any = request.user
        self.arrival = arrival
        self.key = form_key(arrival) if arrival else PAPER_FORM_KEY
        self.status = 200
        self.taken_by_other = False
        books = queries.books()
        if arrival:
            self.opening = opening_of(arrival, books=books, kinds=list(DocumentKind.objects.all()))
        else:
            self.opening = Opening(initial=first_values(books))
        self.form = self._form()

    # --- the form ---------------------------------------------------------------------------------------------
    def _form(self) -> RegisterForm:
        sent = self.request.POST if self.request.method == "POST" else None
        issuers = {one.pk: one for one in (self.opening.issuer,) if one}
        new_issuer = self.opening.new_issuer
        for value in self._issuer_values():
            if value.startswith(NEW):
                new_issuer = clean_line(value.removeprefix(NEW)) or new_issuer
            elif (found := known_issuer(value)) is not None:
                issuers[found.pk] = found
        return RegisterForm(
            sent,
            initial=self.opening.initial,
            issuers=issuers.values(),
            new_issuer=new_issuer,
            books=direction_books(Direction.INCOMING),
            attachments=queries.beside(self.arrival) if self.arrival else None,
        )

    def _issuer_values(self) -> list[str]:
        """Values of the field that the page must offer again: what was sent, or what was being typed before."""
        if self.request.method == "POST":
            return [self.request.POST.get("issuer", "")]
        kept = queries.saved_values(self.person, self.key).get("issuer") or [""]
        return [str(kept[0] if isinstance(kept, list) else kept)]

    # --- registering ------------------------------------------------------------------------------------------
    def register(self) -> Document | None:
        """Register what was sent; None when it is shown again with the sentences of what is wrong."""
        self.status = 422
        if not self.form.is_valid():
            return None
        try:
            return self._register()
        except Refusal as refusal:
            self.form.show(refusal)
            self.status = refusal.status
            self.taken_by_other = isinstance(refusal, WrongState)
            return None

    def _register(self) -> Document:
        form, values = self.form, self.form.cleaned_data
        with transaction.atomic():
            issuer = form.known_issuer or add_correspondent(name=form.new_issuer, by=self.person)
            attachments = list(values.get("attachments") or ())
            given = [one for one in (self.arrival, *attachments) if one]
            repeats = queries.repeats_of(
                issuer=issuer, code=values["code"], identifier=values["identifier"], arrivals=given
            )
            accepted = {repeat.document.pk for repeat in repeats} <= form.confirmed_repeats
            common: dict[str, Any] = {
                "fields": form.incoming_fields(issuer),
                "by": self.person,
                "route": form.route(),
                "book": values["book"],
                "repeats_accepted": accepted,
            }
            if self.arrival is None:
                return register_paper(pages=values["pages"] or 0, **common)
            return register_arrival(arrival=self.arrival, attachments=attachments, **common)

    def go_on(self, document: Document) -> HttpResponse:
        """Say what number it got and open the next file."""
        leader = self.form.cleaned_data["leader"]
        sentence = _("Registered as arrival number %(number)s.") % {"number": document.arrival_number}
        if leader:
            sentence = _("Registered as arrival number %(number)s and put before %(leader)s.") % {
                "number": document.arrival_number,
                "leader": leader.full_name,
            }
        messages.success(self.request, sentence)
        if self.request.POST.get("then") == "open":
            return redirect(document_url(document))
        following = queries.sequence().next_to_register(self.arrival.pk if self.arrival else 0)
        if self.arrival is None and self.request.POST.get("then") == "another":
            address = reverse("intake_new")
        else:
            address = reverse("intake_file", args=[following]) if following else reverse("intake")
        return redirect(f"{address}?after={document.pk}")

    # --- showing ----------------------------------------------------------------------------------------------
    def render(self) -> HttpResponse:
        form = self.form
        context: dict[str, Any] = {
            "arrival": self.arrival,
            "form": form,
            "marks": marks_still_true(self.opening, form),
            "key": self.key,
            "number": self._number(),
            **repeats_context(self._repeats(), str(form["confirmed"].value() or "")),
            "failed": self.status != 200,
            "taken_by_other": self.taken_by_other,
            "today": queries.registered_today(),
            "registered": just_registered(self.request),
        }
        if self.arrival is None:
            return render(self.request, "intake/new.html", context, status=self.status)
        context |= {
            "viewed": viewed(self.arrival, self.opening.boxes),
            "judged": judged_blob(self.arrival.shown_id),
            "has_attachments": bool(list(form.fields["attachments"].queryset)),  # type: ignore[attr-defined]
            **_place_in_order(self.arrival.pk),
        }
        return render(self.request, "intake/file.html", context, status=self.status)

    def _number(self) -> int | None:
        values = {name: self.form[name].value() for name in ("book", "kind", "arrived_on")}
        return queries.number_will_be(
            book=row_of(Book, values["book"]),
            kind=row_of(DocumentKind, values["kind"]),
            day=day_of(values["arrived_on"]),
        )

    def _repeats(self) -> list[Any]:
        issuer: Correspondent | None = getattr(self.form, "known_issuer", None) or self.opening.issuer
        code = clean_line(self.form["code"].value())
        identifier = clean_line(self.form["identifier"].value())
        arrivals = [self.arrival] if self.arrival else []
        return queries.repeats_of(issuer=issuer, code=code, identifier=identifier, arrivals=arrivals)


@require_http_methods(["GET", "POST"])
@clerk_only
def aside(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a file aside that is not to be registered, and open the next."""
    arrival = get_arrival(pk)
    if request.method == "POST":
        put_aside(arrival=arrival, by=request.user)  # type: ignore[arg-type]
        messages.success(request, _("“%(name)s” was put aside.") % {"name": arrival.name})
        following = queries.sequence().next_to_register(pk)
        return redirect("intake_file", following) if following else redirect("intake")
    context = {
        "arrival": arrival,
        "title": _("Put “%(name)s” aside?") % {"name": arrival.name},
        "button": _("Put it aside"),
        "danger": True,
        "back": reverse("intake_file", args=[pk]),
    }
    return render(request, "intake/put_aside.html", context)
