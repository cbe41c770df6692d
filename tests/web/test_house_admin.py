"""The catalogues: rules in services, every change in the journal, Django's admin as a thin face of them."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from edocs.deadlines.models import CalendarDay, OfficeHours
from edocs.documents.models import Book, BookYear
from edocs.errors import Invalid, NotPermitted, WrongState
from edocs.journal.models import Event
from edocs.office.models import Authority, Correspondent, Person, Position, RoleGrant, Unit
from edocs.office.service_admin import site
from edocs.office.services import (
    add_person,
    change_person,
    delete_catalogue,
    end_account,
    save_catalogue,
    set_password,
)
from edocs.workflow.models import ChainTemplate
from tests.factories import PASSWORD, Office, incoming

GOOD = "mot-mat-khau-that-dai"


@pytest.fixture
def client(office: Office) -> Client:
    made = Client()
    made.force_login(office.admin, backend="django.contrib.auth.backends.ModelBackend")
    return made


def last(verb: str) -> Event:
    return Event.objects.filter(verb=verb).latest("pk")


# --- the two verbs of every catalogue -------------------------------------------------------------------------------
def test_a_change_stands_in_the_journal_with_old_and_new(office: Office) -> None:
    save_catalogue(thing=office.field, by=office.admin, changes={"name": "Tổ chức bộ máy", "unit": office.reform})
    event = last("field.change")
    assert event.before == {"name": "Cải cách hành chính"}
    assert event.after == {"name": "Tổ chức bộ máy"}
    assert event.person == office.admin


def test_saving_without_a_difference_writes_nothing(office: Office) -> None:
    before = Event.objects.count()
    save_catalogue(thing=office.field, by=office.admin, changes={"name": office.field.name})
    assert Event.objects.count() == before


def test_only_administrators_change_catalogues(office: Office) -> None:
    for person in (office.clerk, office.director, office.inactive):
        with pytest.raises(NotPermitted):
            save_catalogue(thing=office.field, by=person, changes={"name": "x"})
        with pytest.raises(NotPermitted):
            delete_catalogue(thing=office.field, by=person)


def test_documents_are_no_catalogue(office: Office) -> None:
    document = incoming(office)
    with pytest.raises(TypeError):
        save_catalogue(thing=document, by=office.admin, changes={"summary": "khác"})
    with pytest.raises(TypeError):
        delete_catalogue(thing=document, by=office.admin)


def test_what_is_in_use_is_not_deleted(office: Office) -> None:
    incoming(office)
    with pytest.raises(WrongState) as refused:
        delete_catalogue(thing=office.letter, by=office.admin)
    assert refused.value.code == "in_use"
    assert not Event.objects.filter(verb="documentkind.delete").exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"prefix": "KT.", "head_title": ""}, "head_title"),
        ({"prefix": "TUQ.", "head_title": "Giám đốc", "valid_to": None}, "valid_to"),
        ({"valid_from": dt.date(2026, 2, 1), "valid_to": dt.date(2026, 1, 1)}, "valid_to"),
        ({"basis": ""}, "basis"),
    ],
)
@pytest.mark.requirement("R-LAW-12")
def test_authorities_that_cannot_be_are_refused(office: Office, changes: dict[str, Any], field: str) -> None:
    row = Authority.objects.get(person=office.director)
    with pytest.raises(Invalid) as refused:
        save_catalogue(thing=row, by=office.admin, changes=changes)
    assert refused.value.field == field
    assert Authority.objects.get(pk=row.pk).basis == row.basis


def test_a_unit_does_not_stand_below_itself(office: Office) -> None:
    save_catalogue(thing=office.reform, by=office.admin, changes={"parent": office.staff})
    with pytest.raises(Invalid):
        save_catalogue(thing=office.staff, by=office.admin, changes={"parent": office.reform})


# --- people ---------------------------------------------------------------------------------------------------------
@pytest.mark.requirement("R-ADM-5")
def test_a_new_post_brings_its_roles_and_ends_authorities_of_the_old_one(office: Office) -> None:
    Unit.objects.filter(pk=office.board.pk).update(head=office.deputy)
    changed = change_person(
        person=office.director,
        by=office.admin,
        changes={"position": Position.objects.get(name="Chuyên viên"), "unit": office.reform},
    )
    assert changed.role_names == {"officer"}
    authority = Authority.objects.get(person=office.director)
    assert authority.valid_to is not None
    assert last("person.roles").after == {"roles": ["officer"]}


@pytest.mark.requirement("R-ADM-5")
def test_roles_said_with_the_post_count_and_authorities_may_stay(office: Office) -> None:
    changed = change_person(
        person=office.deputy,
        by=office.admin,
        changes={"position": Position.objects.get(name="Giám đốc")},
        roles=["leader", "officer"],
        keep_authorities=True,
    )
    assert changed.role_names == {"leader", "officer"}
    assert Authority.objects.get(person=office.deputy).valid_to is None


def test_a_head_changes_unit_only_after_another_one_was_named(office: Office) -> None:
    with pytest.raises(WrongState) as refused:
        change_person(person=office.head, by=office.admin, changes={"unit": office.staff})
    assert refused.value.code == "is_head"
    assert Person.objects.get(pk=office.head.pk).unit == office.reform


def test_nobody_becomes_administrator_by_a_post(office: Office) -> None:
    post = Position.objects.create(name="Quản trị viên")
    Person.objects.filter(pk=office.admin.pk).update(position=post)
    changed = change_person(person=office.officer, by=office.admin, changes={"position": post})
    assert "administrator" not in changed.role_names


def test_the_last_administrator_stays(office: Office) -> None:
    with pytest.raises(WrongState) as refused:
        change_person(person=office.admin, by=office.admin, changes={}, roles=["officer"])
    assert refused.value.code == "last_administrator"
    other = add_person(
        by=office.admin, password=GOOD, roles=["administrator"], username="qt2", full_name="Hồ Quản Trị Hai"
    )
    end_account(person=office.admin, by=other)
    with pytest.raises(NotPermitted):
        end_account(person=other, by=other)


def test_passwords_stand_nowhere_and_sign_others_out(office: Office) -> None:
    browser = Client()
    browser.force_login(office.officer, backend="django.contrib.auth.backends.ModelBackend")
    assert browser.get("/notices/").status_code == 200
    set_password(person=office.officer, password=GOOD, by=office.admin)
    assert browser.get("/notices/").status_code == 302
    event = last("person.password")
    assert event.before is None
    assert event.after is None
    with pytest.raises(Invalid):
        set_password(person=office.officer, password="123", by=office.admin)


# --- the pages ------------------------------------------------------------------------------------------------------
def test_every_page_of_the_administration_opens_without_inline_code(client: Client, office: Office) -> None:
    incoming(office)
    for model, admin in site._registry.items():
        address = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        pages = [address]
        row = model._default_manager.first()
        if row is not None:
            pages += [f"{address}{row.pk}/change/"]
        if admin.may_add if hasattr(admin, "may_add") else False:
            pages += [f"{address}add/"]
        for page in pages:
            answer = client.get(page)
            # the office has one agency already, so there is no page to add another
            if answer.status_code == 403 and page.endswith("/agency/add/"):
                continue
            assert answer.status_code == 200, page
            html = answer.content.decode()
            assert not re.search(r"<script(?![^>]*\bsrc=)[^>]*>\s*\S", html), page
            assert not re.search(r"<style|\sstyle=|\son[a-z]+=\"", html), page


def test_only_the_role_opens_the_administration(office: Office) -> None:
    Person.objects.filter(pk=office.clerk.pk).update(is_staff=True, is_superuser=True)
    browser = Client()
    assert browser.get("/admin/", follow=True).redirect_chain[-1] == ("/login/?next=/admin/", 302)
    browser.force_login(office.clerk, backend="django.contrib.auth.backends.ModelBackend")
    for address in ("/admin/", "/admin/office/person/", "/admin/journal/event/", "/admin/password_change/"):
        assert browser.get(address).status_code == 403, address


def test_a_person_is_added_with_roles_and_password_through_the_page(client: Client, office: Office) -> None:
    values = {
        "full_name": "Lý Thị Tân",
        "username": "tan",
        "unit": office.reform.pk,
        "position": office.officer.position_id,
        "roles": ["officer"],
        "password": GOOD,
    }
    weak = client.post("/admin/office/person/add/", values | {"password": "12345"})
    assert weak.status_code == 200
    assert "Lý Thị Tân" in weak.content.decode()
    assert "12345" not in weak.content.decode()
    assert client.post("/admin/office/person/add/", values).status_code == 302
    made = Person.objects.get(username="tan")
    assert made.check_password(GOOD)
    assert made.role_names == {"officer"}
    assert GOOD not in str(list(Event.objects.values_list("after", flat=True)))


def test_a_refusal_of_the_service_stands_in_the_form_that_keeps_what_was_typed(client: Client, office: Office) -> None:
    answer = client.post(
        f"/admin/office/person/{office.head.pk}/change/",
        {
            "full_name": "Vũ Đức Anh Tuấn",
            "username": office.head.username,
            "unit": office.staff.pk,
            "position": office.head.position_id,
            "roles": ["unit_head"],
        },
    )
    html = answer.content.decode()
    assert answer.status_code == 200
    assert "errornote" in html
    assert "Vũ Đức Anh Tuấn" in html
    assert Person.objects.get(pk=office.head.pk).full_name == "Vũ Đức Anh"


def test_history_comes_from_the_journal(client: Client, office: Office) -> None:
    address = f"/admin/office/position/{office.officer.position_id}"
    client.post(f"{address}/change/", {"name": "Chuyên viên chính", "signing_title": "", "order": 3})
    page = client.get(f"{address}/history/").content.decode()
    assert "position.change" in page
    assert "Chuyên viên chính" in page


def test_aliases_below_an_agency_are_journalled_too(client: Client, office: Office) -> None:
    answer = client.post(
        f"/admin/office/correspondent/{office.province.pk}/change/",
        {
            "name": office.province.name,
            "abbreviation": "UBND",
            "code": "H99",
            "code_old": "000.00.00.H99",
            "aliases-TOTAL_FORMS": 1,
            "aliases-INITIAL_FORMS": 0,
            "aliases-0-name": "Ủy ban nhân dân tỉnh Nam Khê",
            "aliases-0-correspondent": office.province.pk,
        },
    )
    assert answer.status_code == 302
    assert Correspondent.objects.get(pk=office.province.pk).aliases.get().folded.startswith("uy ban")
    assert last("correspondentalias.add").after["name"] == "Ủy ban nhân dân tỉnh Nam Khê"


def test_deleting_what_is_in_use_says_why(client: Client, office: Office) -> None:
    incoming(office)
    answer = client.post(
        "/admin/office/documentkind/",
        {"action": "delete_selected", "_selected_action": [office.decision.pk], "post": "yes"},
    )
    assert answer.status_code == 302
    assert last("documentkind.delete").before["name"] == "Quyết định"
    page = client.post(f"/admin/office/documentkind/{office.letter.pk}/delete/", {"post": "yes"})
    assert page.status_code in (200, 302, 403)
    office.letter.refresh_from_db()


# --- books, calendar, hours, chains ---------------------------------------------------------------------------------
@pytest.mark.requirement("R-LAW-06")
def test_numbers_of_a_book_are_never_set_by_hand(client: Client, office: Office) -> None:
    incoming(office)
    year = BookYear.objects.get(book=office.book_in)
    values = {
        "name": office.book_in.name,
        "direction": "in",
        "agency": office.agency.pk,
        "is_active": "on",
        "order": 0,
        "years-TOTAL_FORMS": 1,
        "years-INITIAL_FORMS": 1,
        "years-0-id": year.pk,
        "years-0-book": office.book_in.pk,
        "years-0-year": year.year,
        "years-0-last": 0,
    }
    address = f"/admin/documents/book/{office.book_in.pk}/change/"
    assert client.post(address, values).status_code == 200
    assert BookYear.objects.get(pk=year.pk).last == 1
    assert client.post(address, values | {"direction": "out", "years-0-last": 1}).status_code == 200
    assert Book.objects.get(pk=office.book_in.pk).direction == "in"
    closing = values | {"years-0-last": 1, "years-0-closed": "on"}
    assert client.post(address, closing).status_code == 302
    assert BookYear.objects.get(pk=year.pk).closed
    assert last("bookyear.change").after == {"closed": True}


def test_the_calendar_changes_through_its_service(client: Client) -> None:
    answer = client.post(
        "/admin/deadlines/calendarday/add/", {"day": "2026-01-10", "kind": "working", "name": "Làm bù 02/01"}
    )
    assert answer.status_code == 302
    assert last("calendar.set").after["kind"] == "working"
    row = CalendarDay.objects.get(day="2026-01-10")
    client.post(f"/admin/deadlines/calendarday/{row.pk}/delete/", {"post": "yes"})
    assert last("calendar.remove").before["name"] == "Làm bù 02/01"
    assert not CalendarDay.objects.filter(pk=row.pk).exists()


def test_office_hours_are_in_order(client: Client) -> None:
    values = {
        "since": "2027-01-01",
        "morning_from": "08:00",
        "morning_to": "07:00",
        "afternoon_from": "13:00",
        "afternoon_to": "17:00",
    }
    assert client.post("/admin/deadlines/officehours/add/", values).status_code == 200
    assert not OfficeHours.objects.filter(since="2027-01-01").exists()
    assert client.post("/admin/deadlines/officehours/add/", values | {"morning_to": "12:00"}).status_code == 302


def chain_values(kinds: list[str]) -> dict[str, Any]:
    values: dict[str, Any] = {"name": "Quyết định nhân sự", "is_active": "on", "order": 5}
    values |= {"steps-TOTAL_FORMS": len(kinds), "steps-INITIAL_FORMS": 0}
    for order, kind in enumerate(kinds):
        values |= {f"steps-{order}-order": order, f"steps-{order}-kind": kind}
    return values


@pytest.mark.requirement("R-LAW-10")
@pytest.mark.parametrize(
    "kinds", [["content", "sign"], ["content", "format"], ["sign", "content", "format"], [], ["format", "sign"]]
)
def test_a_chain_without_both_checks_before_the_signature_is_refused(client: Client, kinds: list[str]) -> None:
    answer = client.post("/admin/workflow/chaintemplate/add/", chain_values(kinds))
    assert answer.status_code == 200
    assert "errornote" in answer.content.decode()
    assert not ChainTemplate.objects.filter(name="Quyết định nhân sự").exists()


@pytest.mark.requirement("R-LAW-10")
def test_a_chain_is_saved_with_its_steps(client: Client) -> None:
    answer = client.post("/admin/workflow/chaintemplate/add/", chain_values(["content", "content", "format", "sign"]))
    assert answer.status_code == 302
    chain = ChainTemplate.objects.get(name="Quyết định nhân sự")
    assert list(chain.steps.values_list("kind", flat=True)) == ["content", "content", "format", "sign"]
    assert Event.objects.filter(verb="steptemplate.add").count() == 4


@pytest.mark.requirement("R-ADM-3")
def test_the_journal_is_read_only_and_keeps_documents_to_those_who_may_see_them(client: Client, office: Office) -> None:
    incoming(office, summary="V/v chuyện riêng của phòng")
    event = last("document.register")
    page = client.get(f"/admin/journal/event/{event.pk}/change/").content.decode()
    assert "V/v chuyện riêng" not in page
    assert client.post(f"/admin/journal/event/{event.pk}/change/", {"verb": "x"}).status_code == 403
    assert client.post(f"/admin/journal/event/{event.pk}/delete/", {"post": "yes"}).status_code == 403
    assert client.get("/admin/journal/event/add/").status_code == 403


def test_a_seal_image_must_be_a_png(client: Client, office: Office) -> None:
    names = ("name", "short_name", "superior", "abbreviation", "place", "code", "address")
    values = {name: getattr(office.agency, name) for name in names}
    address = f"/admin/office/agency/{office.agency.pk}/change/"
    answer = client.post(address, values | {"image": SimpleUploadedFile("dau.png", b"<html>", "image/png")})
    assert answer.status_code == 200
    office.agency.refresh_from_db()
    assert office.agency.seal_image is None


def test_own_password_changes_with_the_old_one_only(client: Client, office: Office) -> None:
    values = {"old_password": "sai", "new_password1": GOOD, "new_password2": GOOD}
    assert client.post("/admin/password_change/", values).status_code == 200
    assert client.post("/admin/password_change/", values | {"old_password": PASSWORD}).status_code == 302
    assert Person.objects.get(pk=office.admin.pk).check_password(GOOD)
    assert client.get("/admin/").status_code == 200
    assert RoleGrant.objects.filter(person=office.admin).exists()
