"""Every component once: what it says, that it escapes, that it ties its parts together."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.conf import settings
from django.contrib.staticfiles import finders
from django.template import engines

from edocs import ui
from edocs.web.templatetags.ed import _paths
from tests.factories import moment


def render(source: str, **context: Any) -> str:
    return engines["django"].from_string("{% load i18n ed %}" + source).render(context)


NOW = moment("2026-10-13", "08:30")


@pytest.mark.parametrize(
    ("due_at", "days", "kind", "label"),
    [
        (None, 0, "none", "Không hạn"),
        (moment("2026-10-08", "17:00"), 3, "late", "Quá hạn 3 ngày"),
        (moment("2026-10-13", "08:00"), 0, "late", "Quá hạn từ 08:00"),
        (moment("2026-10-13", "15:00"), 0, "today", "Hôm nay 15:00"),
        (moment("2026-10-20", "17:00"), 5, "later", "Còn 5 ngày"),
        (moment("2026-10-17", "11:00"), 0, "later", "11:00 17/10"),
    ],
)
def test_a_deadline_in_words(due_at: dt.datetime | None, days: int, kind: str, label: str) -> None:
    due = ui.due_of(due_at, now=NOW, working_days=days)
    assert (due.kind, due.label) == (kind, label)
    html = render("{% due mark %}", mark=due)
    assert label in html
    assert ('title="17:00 thứ Năm 08/10/2026"' in html) is (days == 3)


@pytest.mark.parametrize(
    ("day", "words"), [(dt.date(2026, 10, 8), "Thứ Năm, 08/10/2026"), (dt.date(2026, 10, 11), "Chủ nhật, 11/10/2026")]
)
def test_the_day_as_a_heading_says_it(day: dt.date, words: str) -> None:
    assert render("{{ day|weekday_and_date }}", day=day) == words


def test_marks_are_icon_word_and_colour() -> None:
    html = render("{% state mark %}{% urgency 3 %}{% urgency 0 %}", mark=ui.State("Xong", "check", "green"))
    assert html.count("<svg") == 2
    assert "ed-s-green" in html
    assert "HỎA TỐC" in html
    with pytest.raises(LookupError):
        render('{% icon "there-is-no-such-icon" %}')


def test_everything_shown_is_escaped() -> None:
    evil = "<script>alert(1)</script>"
    queue = ui.QueueRow("/x/", evil, evil, evil, key=evil, role=evil, tick="documents", preview_url="/p/")
    node = ui.TreeNode(evil, text=evil, role=evil, hint=evil, state=ui.State(evil), children=[ui.TreeNode(evil)])
    file = ui.ViewedFile(evil, [ui.ViewerPage(1, "/p", 210, 297)], [ui.ViewerBox(1, 0.1, 0.2, 0.3, 0.4, label=evil)])
    html = render(
        "{% row queue %}{% tree nodes %}{% viewer file %}{% tabs tabs t %}{% filters chips %}{% toast t %}"
        "{% empty t %}{{ t }}{% endempty %}{% note %}{{ t }}{% endnote %}{% menu t text=t %}{{ t }}{% endmenu %}"
        "{% dialog 'd' t %}{{ t }}{% enddialog %}{% confirm 'c' t action=t button=t %}{{ t }}{% endconfirm %}"
        "{% pagehead t hint=t %}{{ t }}{% endpagehead %}{% progress 1 2 t %}{% kbd t %}{% avatar t %}"
        "{% dropzone t hint=t %}",
        queue=queue,
        nodes=[node],
        file=file,
        tabs=[ui.Tab(evil, "/x")],
        chips=[ui.Chip(evil, "/x")],
        t=evil,
    )
    assert "<script" not in html
    assert html.count("&lt;script&gt;") > 25


def test_fractions_of_a_page_keep_their_point_in_vietnamese() -> None:
    file = ui.ViewedFile("A", [ui.ViewerPage(1, "/p", 595.28, 841.89)], [ui.ViewerBox(1, 0.125, 0.5, 0.25, 0.0625)])
    html = render("{% viewer file %}", file=file)
    assert 'data-x="0.125"' in html
    assert 'width="595.28"' in html


class Letter(forms.Form):
    symbol = forms.CharField(label="Số, ký hiệu", help_text="Như trên văn bản")
    lead = forms.ChoiceField(label="Chủ trì", choices=[("1", "Phòng A"), ("2", "Phòng B")])


def test_a_field_ties_label_help_and_error_together() -> None:
    form = Letter({"symbol": "", "lead": "1"})
    html = render(
        "{% form_errors form 'Chưa vào sổ được.' %}{% field form.symbol suggestion=s %}",
        form=form,
        s=ui.Suggestion("tr. 1", "num"),
    )
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_symbol_helptext id_symbol_error"' in html
    assert 'id="id_symbol_error"' in html
    assert 'href="#id_symbol"' in html
    assert "ed-sug" not in html  # what the person sent is theirs, not a suggestion


def test_a_suggested_field_names_its_place_and_a_picker_holds_a_select() -> None:
    html = render(
        "{% field form.symbol suggestion=s %}{% picker form.lead url='/pick/' %}",
        form=Letter(),
        s=ui.Suggestion("tr. 1", "num"),
    )
    assert 'data-spot-name="num"' in html
    assert "tr. 1" in html
    assert re.search(r'<ed-picker data-url="/pick/"[^>]*><select name="lead"', html)


def test_every_icon_and_static_file_named_in_templates_exists() -> None:
    sources = "".join(path.read_text() for path in Path(settings.BASE_DIR, "templates").rglob("*.html"))
    for name in set(re.findall(r'{% icon "([a-z0-9-]+)"', sources)):
        assert _paths(name)
    for name in set(re.findall(r"{% static '([^']+)' %}", sources)):
        assert finders.find(name), name
