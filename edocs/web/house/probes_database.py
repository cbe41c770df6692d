"""Questions that the database answers: itself, jobs, the index against it, journal and files."""

from __future__ import annotations

import datetime as dt
import time

from django.db import connection
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from edocs.documents import indexing
from edocs.documents.choices import State
from edocs.documents.models import Document
from edocs.jobs.lanes import Lane
from edocs.jobs.models import Job, JobState
from edocs.jobs.queries import BEAT, SILENCE, signs_of_life, silent_lanes
from edocs.journal.models import Block, Event
from edocs.web.house import jobs
from edocs.web.house.probes import Finding
from edocs.web.house.queries import last_event
from search import SearchError

SLOW_SECONDS = 0.5
CLOCK_SECONDS = 5
#: so many documents may wait for the index before it is worth a look
LAGGING = 50
OLD_BLOCK = dt.timedelta(hours=3)


def database() -> Finding:
    """It answers, how quickly, and whether its clock agrees with ours."""
    began = time.perf_counter()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT clock_timestamp(), current_setting('server_version')")
            moment, version = cursor.fetchone()
            name = f"PostgreSQL {version.split()[0]}"
        else:
            cursor.execute("SELECT sqlite_version()")
            moment, name = None, f"SQLite {cursor.fetchone()[0]}"
    seconds = time.perf_counter() - began
    sentence = _("%(name)s answers in %(ms)d ms.") % {"name": name, "ms": round(seconds * 1000)}
    if moment is not None and abs((timezone.now() - moment).total_seconds()) > CLOCK_SECONDS:
        return Finding("red", sentence, _("Its clock differs from this machine's. Set both over the network."))
    if seconds > SLOW_SECONDS:
        return Finding("amber", sentence, _("That is slow: look at the load and the disk of the database."))
    return Finding("green", sentence)


def worker() -> Finding:
    """When somebody was last seen who does what people wait for."""
    return _seen(Lane.NOW, _start("-Q now,index"))


def reader() -> Finding:
    """When somebody was last seen who does what can wait."""
    return _seen(Lane.READ, _start("-Q read,later"))


def _seen(lane: Lane, advice: str) -> Finding:
    seen = signs_of_life().get(lane)
    if seen is None:
        return Finding("red", _("Never seen. Jobs wait."), advice)
    if timezone.now() - seen > SILENCE and not (lane == Lane.READ and lane not in silent_lanes()):
        return Finding("red", _("Not seen since %(moment)s. Jobs wait.") % {"moment": _moment(seen)}, advice)
    return Finding("green", _("Seen at %(moment)s.") % {"moment": _moment(seen)})


def beat() -> Finding:
    """Beat asks for a pulse every 30 seconds, which the worker gives."""
    signs = signs_of_life()
    pulse, seen = signs.get(BEAT), signs.get(Lane.NOW)
    if pulse is not None and timezone.now() - pulse <= SILENCE:
        return Finding("green", _("Asked for work at %(moment)s.") % {"moment": _moment(pulse)})
    if seen is not None and timezone.now() - seen <= SILENCE:
        return Finding(
            "red",
            _("The worker works, but nobody plans: failed messages are not sent again, daily jobs do not start."),
            _("Start beat (celery -A edocs.celery beat); exactly one of it."),
        )
    return Finding("grey", _("Cannot be told while no worker is seen."))


def failed_jobs() -> Finding:
    """Jobs that failed and that nobody has repeated yet."""
    failed = Job.objects.filter(state=JobState.FAILED).count()
    if not failed:
        return Finding("green", _("None."))
    sentence = ngettext("%(count)d job failed.", "%(count)d jobs failed.", failed) % {"count": failed}
    return Finding("amber", sentence, _("Read the reasons on the page of jobs, and repeat what can be repeated."))


def search() -> Finding:
    """Documents in the index against documents in the database."""
    documents = Document.objects.exclude(state=State.CANCELLED).count()
    try:
        engine = indexing.engine()
        found, is_new, rebuilding = engine.count(), engine.needs_reindex, engine.rebuilding
        outdated = engine.outdated
    except SearchError as problem:
        return Finding(
            "red",
            _("The search index cannot be used (%(problem)s).") % {"problem": type(problem).__name__},
            _("Lists and filters go on. Check the folder of the index, then let it be built anew here."),
        )
    sentence = _("%(found)d of %(documents)d documents are in the index.") % {"found": found, "documents": documents}
    if rebuilding:
        return _being_built(sentence)
    if outdated:
        return Finding(
            "amber",
            f"{sentence} {_('The index of the version before the upgrade answers.')}",
            _("A new one is built beside it by a job that starts by itself; if none does, let it be built anew here."),
        )
    sentence = f"{sentence} {_last_comparison()}".strip()
    if is_new and found < documents:
        return Finding("amber", sentence, _("The index was made anew and is not full yet. Let it be built anew here."))
    if abs(documents - found) > max(LAGGING, documents // 100):
        return Finding(
            "amber", sentence, _("It lags behind. When no jobs wait and it stays so, let it be built anew here.")
        )
    return Finding("green", sentence)


def _being_built(sentence: str) -> Finding:
    """How far the building of a new index is; the old one answers meanwhile."""
    job = Job.objects.filter(kind=jobs.BUILD_INDEX, state__in=(JobState.RUNNING, JobState.WAITING)).last()
    if job is None:
        return Finding(
            "amber",
            f"{sentence} {_('A new index was begun beside it and is not finished.')}",
            _("Let it be built anew here: it goes on where it stopped."),
        )
    facts = {"done": job.progress, "total": job.total}
    return Finding("green", f"{sentence} {_('A new one is being built beside it: %(done)d of %(total)d.') % facts}")


def _last_comparison() -> str:
    """When the index was last compared with the database, and what was put right."""
    checked = last_event(jobs.INDEX_CHECKED)
    if checked is None:
        return ""
    facts = checked.after or {}
    wrong = sum(facts.get(name, 0) for name in ("missing", "stale", "extra"))
    return _("Compared with the database at %(moment)s, put right: %(wrong)d.") % {
        "moment": _moment(checked.at),
        "wrong": wrong,
    }


def journal() -> Finding:
    """The last sealed block, and what the last verification found."""
    checked = last_event(jobs.JOURNAL_VERIFIED)
    if checked is not None and (checked.after or {}).get("count"):
        facts = {"count": checked.after["count"], "moment": _moment(checked.at)}  # type: ignore[index]
        return Finding(
            "red",
            _("Changed after it was sealed: %(count)d findings at %(moment)s.") % facts,
            _("Keep a copy of the database as it is, tell whoever is responsible, compare with the last back-up."),
        )
    block = Block.objects.order_by("-pk").first()
    waiting = Event.objects.filter(pk__gt=block.last_event if block else 0).order_by("pk").first()
    sentence = _("%(block)s, %(verified)s.") % {
        "block": _("Sealed up to event %(last)d at %(moment)s")
        % {"last": block.last_event, "moment": _moment(block.sealed_at)}
        if block
        else _("Nothing is sealed yet"),
        "verified": _("verified whole at %(moment)s") % {"moment": _moment(checked.at)}
        if checked
        else _("not verified yet"),
    }
    if waiting is not None and block is not None and timezone.now() - max(waiting.at, block.sealed_at) > OLD_BLOCK:
        return Finding("amber", sentence, _("Events wait for hours to be sealed. Look at the jobs."))
    return Finding("green" if checked and block else "grey", sentence)


def files() -> Finding:
    """What the last sample of stored files showed."""
    checked = last_event(jobs.FILES_CHECKED)
    if checked is None:
        return Finding("grey", _("Not checked yet."))
    facts = checked.after or {}
    if facts.get("count"):
        return Finding(
            "red",
            _("%(count)d of %(checked)d files were damaged or missing at %(moment)s.")
            % {"count": facts["count"], "checked": facts["checked"], "moment": _moment(checked.at)},
            _("Bring these files back from the back-up; their names stand in the journal (files.checked)."),
        )
    return Finding(
        "green",
        _("%(checked)d files taken at random were whole at %(moment)s.")
        % {"checked": facts.get("checked", 0), "moment": _moment(checked.at)},
    )


def _start(lanes: str) -> str:
    return _("Start it: celery -A edocs.celery worker %(lanes)s (with make serve it starts by itself).") % {
        "lanes": lanes
    }


def _moment(value: dt.datetime) -> str:
    return date_format(timezone.localtime(value), "H:i d/m/Y")
