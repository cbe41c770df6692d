"""The components as tags: ``{% load ed %}``. One example of each in ``docs/components.md``."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib import resources
from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect
from django.template import Context
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from edocs import ui

register = template.Library()

DUE_ICONS = {
    "late": "alert-triangle",
    "today": "clock-hour-4",
    "later": "calendar-due",
    "none": "calendar-off",
}
DUE_CLASSES = {"late": " ed-due-late", "today": " ed-due-today"}
NOTE_ICONS = {
    "red": "alert-circle",
    "amber": "alert-triangle",
    "green": "circle-check",
    "blue": "info-circle",
    "grey": "info-circle",
}
MESSAGE_TONES = {"success": "ok", "info": "ok", "warning": "look", "error": "bad"}
TOAST_ICONS = {"ok": "circle-check", "bad": "alert-circle", "look": "alert-triangle", "plain": "info-circle"}


# --- icons ----------------------------------------------------------------------------------------------------------
@cache
def _icons() -> zipfile.ZipFile:
    """Tabler's drawings; open as long as the process lives, because reading the list of 5 000 takes long."""
    archive = resources.files("tablericons") / "tablericons.zip"
    return zipfile.ZipFile(io.BytesIO(archive.read_bytes()))


@lru_cache(maxsize=512)
def _paths(name: str) -> str:
    """The inside of Tabler's outline icon; LookupError when there is none of that name."""
    try:
        svg = _icons().read(f"outline/{name}.svg").decode()
    except KeyError:
        raise LookupError(f"Tabler has no outline icon {name!r}") from None
    return re.sub(r">\s+<", "><", svg[svg.index(">") + 1 : svg.rindex("</svg>")]).strip()


@lru_cache(maxsize=1024)
def _svg(name: str, classes: str) -> SafeString:
    return mark_safe(  # noqa: S308 - the drawing comes from the installed package, the class names from templates
        f'<svg class="ed-i{" " + classes if classes else ""}" viewBox="0 0 24 24" fill="none" stroke="currentColor" '
        f'stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">{_paths(name)}</svg>'
    )


@register.simple_tag
def icon(name: str, classes: str = "") -> SafeString:
    """``{% icon "bell" %}``: decorative, so hidden from screen readers; the word stands beside it."""
    return _svg(str(name), str(classes))


@register.simple_tag
def kbd(*keys: str) -> SafeString:
    """``{% kbd "Ctrl" "↵" %}``: the key of a button, hidden from screen readers."""
    return format_html('<span class="ed-kbd" aria-hidden="true">{}</span>', " ".join(str(key) for key in keys))


# --- marks ----------------------------------------------------------------------------------------------------------
@register.simple_tag
def due(mark: ui.Due | None, long: bool = False) -> SafeString:
    """``{% due row.due %}``: None draws nothing; ``DueKind.NONE`` says that there is no deadline."""
    if mark is None:
        return mark_safe("")
    kind = str(mark.kind)
    drawing = _svg(DUE_ICONS[kind], "")
    words = (mark.long or mark.label) if long else mark.label
    if not mark.title:
        return format_html('<span class="ed-due">{}{}</span>', drawing, words)
    return format_html(
        '<span class="ed-due{}" title="{}" data-exact="{}">{}{}</span>',
        DUE_CLASSES.get(kind, ""),
        mark.title,
        mark.title,
        drawing,
        words,
    )


@register.simple_tag
def state(mark: ui.State | None) -> SafeString:
    """``{% state document_state %}``: icon + word + colour."""
    if mark is None:
        return mark_safe("")
    return format_html(
        '<span class="ed-state ed-s-{}"{}>{}{}</span>',
        mark.tone,
        format_html(' title="{}"', mark.title) if mark.title else "",
        _svg(mark.icon, ""),
        mark.label,
    )


@register.simple_tag
def urgency(code: int | None) -> SafeString:
    """``{% urgency document.urgency %}``: looks like its stamp; nothing for an ordinary document."""
    mark = ui.URGENCIES.get(int(code or 0))
    if mark is None:
        return mark_safe("")
    return format_html('<span class="ed-urgent">{}{}</span>', _svg(mark.icon, ""), mark.label)


@register.simple_tag
def avatar(initials: str, classes: str = "") -> SafeString:
    """``{% avatar person.initials %}``; ``"ed-ava-s"`` for the small one, ``"ed-ava-u"`` for a unit."""
    return format_html('<span class="ed-ava {}" aria-hidden="true">{}</span>', classes, initials)


@register.simple_tag
def person(someone: Any, hint: str = "") -> SafeString:
    """``{% person assignment.person %}``: initials and full name; ``hint`` follows in grey."""
    return format_html(
        '<span class="ed-who"><span class="ed-ava ed-ava-s" aria-hidden="true">{}</span><span>{}{}</span></span>',
        someone.initials,
        someone.full_name,
        format_html(' <span class="ed-t3">{}</span>', hint) if hint else "",
    )


@register.simple_tag
def moment(value: dt.datetime | dt.date | None) -> SafeString:
    """``{% moment event.at %}``: hour and date as offices write them, the day of the week in the title."""
    if value is None:
        return mark_safe("")
    if not isinstance(value, dt.datetime):
        return format_html('<time datetime="{}">{}</time>', value.isoformat(), date_format(value, "d/m/Y"))
    local = timezone.localtime(value)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        local.isoformat(timespec="seconds"),
        ui.exact_moment(value),
        date_format(local, "H:i d/m/Y"),
    )


# --- parts with a body ----------------------------------------------------------------------------------------------
def _part(name: str, context: Context, values: Mapping[str, Any]) -> SafeString:
    return render_to_string(f"components/{name}.html", {**context.flatten(), **values})  # type: ignore[dict-item]


@register.simple_block_tag(takes_context=True)
def pagehead(
    context: Context, content: str, title: str, hint: str = "", count: int | None = None, level: int = 1
) -> SafeString:
    """``{% pagehead _("Incoming") hint="…" %}buttons at the right{% endpagehead %}``."""
    return _part(
        "pagehead",
        context,
        {"title": title, "hint": hint, "count": count, "level": level, "actions": content},
    )


@register.simple_block_tag
def note(content: str, tone: str = "grey", icon: str = "", id: str = "") -> SafeString:
    """``{% note "red" %}<b>What happened.</b> To what, what now.{% endnote %}``; red ones are announced."""
    return format_html(
        '<div class="ed-note ed-note-{}"{}{}>{}<div>{}</div></div>',
        tone,
        format_html(' id="{}"', id) if id else "",
        mark_safe(' role="alert"') if tone == "red" else "",
        _svg(icon or NOTE_ICONS[tone], ""),
        content,
    )


@register.simple_block_tag
def empty(content: str, title: str, icon: str = "inbox") -> SafeString:
    """``{% empty _("Nothing waits") icon="mood-check" %}<p>What would help</p>{% endempty %}``: at most one button."""
    return format_html('<div class="ed-empty">{}<b>{}</b>{}</div>', _svg(icon, ""), title, content)


@register.simple_block_tag
def menu(content: str, label: str, icon: str = "dots", text: str = "", classes: str = "", side: str = "") -> SafeString:
    """``{% menu _("More actions") side="up" %}<a …>…</a>{% endmenu %}``: opens without JavaScript (``<details>``).

    ``text`` shows words beside the icon; ``side``: ``up`` opens upwards, ``left`` aligns with the left edge.
    """
    face = (
        format_html("{}{}", _svg(icon, ""), text)
        if text
        else format_html('{}<span class="ed-sr">{}</span>', _svg(icon, ""), label)
    )
    return format_html(
        '<details class="ed-drop{}"><summary class="ed-btn{} {}" title="{}">{}</summary>'
        '<div class="ed-menu">{}</div></details>',
        f" ed-drop-{side}" if side else "",
        "" if text else " ed-btn-x",
        classes,
        label,
        face,
        content,
    )


@register.simple_block_tag
def dialog(content: str, id: str, title: str, wide: bool = False) -> SafeString:
    """``{% dialog "history" _("History") %}…{% enddialog %}``: opened by ``data-dialog="history"``."""
    return format_html(
        '<dialog class="ed-dlg{}" id="{}" aria-labelledby="{}-h"><div class="ed-dlg-b"><h2 id="{}-h">{}</h2>{}</div>'
        '<form method="dialog" class="ed-dlg-f"><button type="submit" class="ed-btn">{}</button></form></dialog>',
        " ed-dlg-w" if wide else "",
        id,
        id,
        id,
        title,
        content,
        _("Close"),
    )


@register.simple_block_tag(takes_context=True)
def confirm(
    context: Context, content: str, id: str, title: str, action: str, button: str, danger: bool = False
) -> SafeString:
    """``{% confirm "cancel" _("Cancel 1294?") action=url button=_("Cancel it") danger=True %}…{% endconfirm %}``.

    The body may hold fields; the form posts to ``action``. Without JavaScript the opener is a link to ``action``,
    whose GET shows the same question as a page (``components/confirm_page.html``).
    """
    return _part(
        "confirm",
        context,
        {"id": id, "title": title, "action": action, "button": button, "danger": danger, "body": content},
    )


@register.simple_tag
def progress(done: int, total: int, label: str) -> SafeString:
    """``{% progress 16 24 _("Signing") %}``: the bar; say what is done and what is left in words beside it."""
    return format_html(
        '<progress class="ed-progress" max="{}" value="{}" aria-label="{}"></progress>', total, done, label
    )


# --- forms ----------------------------------------------------------------------------------------------------------
@register.inclusion_tag("components/field.html")
def field(
    bound: BoundField,
    width: int = 6,
    suggestion: ui.Suggestion | None = None,
    label: str = "",
    hide_label: bool = False,
) -> dict[str, Any]:
    """``{% field form.number width=3 suggestion=suggestions.number %}``: label, control, help, error, suggestion mark.

    ``width`` is in sixths of the form (2, 3, 4 or 6). A suggestion that the person has changed is no longer given.
    """
    widget = bound.field.widget
    many = isinstance(widget, CheckboxSelectMultiple | RadioSelect)
    box = isinstance(widget, CheckboxInput)
    attrs: dict[str, Any] = {}
    if not many and not box:
        attrs["class"] = f"ed-in {widget.attrs.get('class', '')}".strip()
    if bound.errors:
        attrs["aria-invalid"] = "true"
    return {
        "bound": bound,
        "control": bound.as_widget(attrs=attrs),
        "label": label or bound.label,
        "hide_label": hide_label,
        "width": width,
        "suggestion": suggestion,
        "many": many,
        "box": box,
        "required": bound.field.required,
    }


@register.inclusion_tag("components/form_errors.html")
def form_errors(form: Any, sentence: str = "") -> dict[str, Any]:
    """``{% form_errors form _("Not registered yet.") %}``: the sentence above a failed form, linked to the fields."""
    wrong = [bound for bound in form if bound.errors]
    return {"form": form, "sentence": sentence, "wrong": wrong, "general": form.non_field_errors()}


@register.inclusion_tag("components/picker.html")
def picker(
    bound: BoundField,
    url: str,
    width: int = 6,
    placeholder: str = "",
    suggestion: ui.Suggestion | None = None,
) -> dict[str, Any]:
    """``{% picker form.lead url="/office/pick/" %}``: chips found by typing; a plain select without JavaScript.

    The field is a choice (``single``) or multiple choice whose options are the allowed ones; ``url?q=…`` answers
    ``{"items": [{"value", "label", "hint", "initials", "unit"}]}``.
    """
    chosen = field(bound, width=width, suggestion=suggestion)
    chosen.update(
        url=url,
        placeholder=placeholder or _("type 3 letters"),
        multiple=bound.field.widget.allow_multiple_selected,
    )
    return chosen


# --- larger parts ---------------------------------------------------------------------------------------------------
@register.inclusion_tag("components/row.html")
def row(item: ui.QueueRow, narrow: bool = False, target: str = "#preview") -> dict[str, Any]:
    """``{% row item %}``: one row of a queue, inside ``<ul data-queue>``; ``narrow`` for lists under 320 px."""
    return {"row": item, "narrow": narrow, "target": target}


@register.inclusion_tag("components/group.html")
def group(item: ui.QueueGroup, narrow: bool = False, target: str = "#preview") -> dict[str, Any]:
    """``{% group group %}``: heading with its count, the rows, and the way to the rest."""
    return {"group": item, "narrow": narrow, "target": target}


@register.inclusion_tag("components/tree.html")
def tree(nodes: Any) -> dict[str, Any]:
    """``{% tree nodes %}``: the course of a document."""
    return {"nodes": nodes}


@register.inclusion_tag("components/viewer.html")
def viewer(shown: ui.ViewedFile, fit: bool = False, id: str = "viewer") -> dict[str, Any]:
    """``{% viewer file %}``: pages with zoom, small pages and boxes over them; plain images without JavaScript."""
    return {"file": shown, "fit": fit, "id": id, "many": len(shown.pages) > 1}


@register.inclusion_tag("components/tabs.html")
def tabs(items: Any, label: str, target: str = "") -> dict[str, Any]:
    """``{% tabs items _("Document") target="#panel" %}``: links; with ``target`` htmx swaps that part only."""
    return {"tabs": items, "label": label, "target": target}


@register.inclusion_tag("components/filters.html")
def filters(chips: Any, clear_url: str = "") -> dict[str, Any]:
    """``{% filters chips clear_url %}``: what is filtered, each with its own removal."""
    return {"chips": chips, "clear_url": clear_url}


@register.inclusion_tag("components/pager.html")
def pager(page: ui.Keyset) -> dict[str, Any]:
    """``{% pager page %}``: to the neighbours of a page of a long list."""
    return {"page": page}


@register.inclusion_tag("components/dropzone.html", takes_context=True)
def dropzone(context: Context, url: str, accept: str = "", hint: str = "", done_url: str = "") -> dict[str, Any]:
    """``{% dropzone upload_url accept=".pdf,.docx" %}``: many files, each with its own progress and result.

    Each file is posted alone as ``file``; the answer is ``{"url", "message"}`` (2xx) or ``{"message"}`` (4xx).
    Without JavaScript it is an ordinary form with one request for all.
    """
    return {
        "url": url,
        "accept": accept,
        "hint": hint,
        "done_url": done_url,
        "csrf_token": context.get("csrf_token", ""),
    }


@register.simple_tag
def toast(text: str, tone: str = "ok", url: str = "", link: str = "") -> SafeString:
    """One toast, for a fragment that is swapped into ``#toasts`` (``hx-swap-oob="beforeend:#toasts"``)."""
    return render_to_string(
        "components/toast.html",
        {"text": text, "tone": tone, "icon": TOAST_ICONS[tone], "url": url, "link": link},
    )


@register.filter
def toast_tone(message: Any) -> str:
    """The tone of a message of ``django.contrib.messages``."""
    return MESSAGE_TONES.get(message.level_tag, "ok")


@register.filter
def weekday_and_date(day: dt.date) -> str:
    """``Thứ Năm, 08/10/2026``: the day as a heading says it."""
    name = str(ui.WEEKDAYS[day.weekday()])
    return f"{name[:1].upper()}{name[1:]}, {date_format(day, 'd/m/Y')}"


@register.filter
def minutes(seconds: float) -> int:
    """Seconds as whole minutes, rounded up."""
    return -(-int(seconds) // 60)
