"""Days are typed and shown as people here write them, whatever the language of the browser."""

import datetime as dt

import pytest
from django import forms
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import translation

from edocs.day_input import DayInput, day_in
from edocs.documents.models import Document
from tests.factories import Office, incoming

DAY = dt.date(2026, 12, 5)


class OneDay(forms.Form):
    day = forms.DateField(widget=DayInput())


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize(
    "typed", ["05/12/2026", "5/12/2026", "05-12-2026", "05.12.2026", "2026-12-05", "5/12/26", "05122026"]
)
def test_a_day_is_understood_as_it_is_usually_typed(typed: str, language: str) -> None:
    with translation.override(language):
        form = OneDay({"day": typed})
        assert form.is_valid()
        assert form.cleaned_data["day"] == day_in(typed) == DAY


@pytest.mark.parametrize("typed", ["", "12/2026", "31/11/2026", "hôm nay", None, "5/12/2026 "])
def test_what_is_no_day_is_none(typed: str | None) -> None:
    assert day_in(typed) == (DAY if typed and typed.endswith(" ") else None)


def test_a_day_stands_in_its_field_as_day_month_year() -> None:
    control = str(OneDay(initial={"day": DAY})["day"])
    assert 'value="05/12/2026"' in control
    assert 'type="text"' in control
    assert "data-day" in control


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["05/12/2026", "2026-12-05"])
def test_a_list_is_filtered_by_a_day_and_its_chip_says_it_as_people_do(office: Office, typed: str) -> None:
    document = incoming(office)
    Document.objects.filter(pk=document.pk).update(arrived_on=DAY, issued_on=DAY)
    client = Client()
    client.force_login(office.clerk, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse("incoming"), {"from": typed})
    assert [chip.label for chip in page.context["chips"]] == ["Từ ngày: 05/12/2026"]
    assert len(page.context["rows"]) == 1
    later = client.get(reverse("incoming"), {"from": "06/12/2026"})
    assert not later.context["rows"]
    assert not client.get(reverse("incoming"), {"from": "ngày mai"}).context["chips"]


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "sentence"), [("vi", "“32/13/2026” không phải là ngày"), ("en", "is not a date")])
def test_a_list_says_when_a_filter_is_no_date(office: Office, language: str, sentence: str) -> None:
    incoming(office)
    client = Client()
    client.force_login(office.clerk)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    page = client.get("/incoming/?from=32/13/2026")
    assert sentence in page.content.decode()
    assert len(page.context["rows"]) == 1
    assert sentence not in client.get("/incoming/?from=01/01/2020").content.decode()
