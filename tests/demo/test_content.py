"""The demonstration content: whole, consistent, in good form, and the same every time."""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path

import holidays
import pytest

from edocs.demo import content
from edocs.demo.content import Verb, events, stories, timeline
from edocs.demo.content.agency import (
    AGENCY,
    AUTHORITIES,
    DEMO_ACCOUNTS,
    PEOPLE,
    PEOPLE_BY_USERNAME,
    UNITS,
    UNITS_BY_KEY,
    authority_for,
    deputy_for,
    officers_of,
)
from edocs.demo.content.catalogue import (
    BOOKS,
    CALENDAR,
    CHAINS,
    FIELDS,
    FIELDS_BY_KEY,
    INSTRUCTION_TEMPLATES,
    KINDS,
    KINDS_BY_KEY,
    OFFICE_HOURS,
    book_for,
    chain_for,
)
from edocs.demo.content.correspondents import CORRESPONDENTS, CORRESPONDENTS_BY_KEY
from edocs.demo.content.courses import FINISHED, quotas
from edocs.demo.content.letters_in import issuers_of
from edocs.demo.content.model import BlockKind, Letter, Role, StepKind
from edocs.demo.content.own import OWN_MATTERS
from edocs.demo.content.story import Fate, Story
from edocs.demo.content.subjects import SUBJECTS
from edocs.demo.content.vietnamese import count, long_date, rate, short_date
from edocs.demo.content.working_time import ZONE, is_working_day, latest_open, shift_days
from edocs.demo.content.writing import blocks

NOW = datetime(2026, 10, 13, 10, 15, tzinfo=ZONE)
START = date(2025, 4, 14)


@pytest.fixture(scope="module")
def told() -> list[Story]:
    return list(stories(300, START, NOW, 7))


def letters(told: list[Story]) -> Iterator[Letter]:
    for story in told:
        if story.incoming:
            yield story.incoming.letter
        if story.outgoing:
            yield story.outgoing.letter


def strings_in(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for each in dataclasses.fields(value):
            yield from strings_in(getattr(value, each.name))
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from strings_in(key)
            yield from strings_in(each)
    elif isinstance(value, (tuple, list, frozenset)):
        for each in value:
            yield from strings_in(each)


def test_the_content_is_plain_data_without_django() -> None:
    folder = Path(content.__file__).parent
    sources = [path.read_text(encoding="utf-8") for path in folder.rglob("*.py")]
    assert len(sources) > 20
    assert not [source for source in sources if re.search(r"^\s*(from|import) (django|edocs)", source, re.M)]


# --- the agency


def test_the_agency_has_twelve_units_and_sixty_people() -> None:
    assert len(UNITS) == 12
    assert len(PEOPLE) == 60
    assert len(PEOPLE_BY_USERNAME) == 60
    assert len({person.full_name for person in PEOPLE}) == 60


def test_every_unit_has_a_head_of_its_own_and_somebody_to_do_the_work() -> None:
    for unit in UNITS:
        head = PEOPLE_BY_USERNAME[unit.head]
        assert head.unit == unit.key
        assert Role.UNIT_HEAD in head.roles or Role.LEADER in head.roles
        heads = [each for each in PEOPLE if each.unit == unit.key and Role.UNIT_HEAD in each.roles]
        assert heads == [head]
        assert unit.key == "BGĐ" or officers_of(unit.key)


def test_the_demonstration_accounts_hold_the_promised_roles() -> None:
    roles = {username: PEOPLE_BY_USERNAME[username].roles for username in DEMO_ACCOUNTS}
    assert Role.CLERK in roles["vanthu"]
    assert {Role.LEADER} <= roles["giamdoc"]
    assert Role.LEADER in roles["phogiamdoc"]
    assert PEOPLE_BY_USERNAME["truongphong1"].unit == "CCHC"
    assert PEOPLE_BY_USERNAME["truongphong2"].unit != "CCHC"
    assert all(Role.UNIT_HEAD in roles[f"truongphong{n}"] for n in (1, 2))
    assert all(roles[f"chuyenvien{n}"] == {Role.OFFICER} for n in (1, 2, 3, 4))
    assert Role.ADMINISTRATOR in roles["quantri"]
    # every chain asks for the form to be checked, so whoever tries a whole day needs this account too
    assert Role.FORMAT_CHECKER in roles["chanhvanphong"]


def test_usernames_are_plain_ascii() -> None:
    assert all(re.fullmatch(r"[a-z]+[0-9]?(\.[a-z]+)?", person.username) for person in PEOPLE)


def test_the_director_signs_everything_and_each_deputy_only_their_fields() -> None:
    day = date(2026, 10, 13)
    assert authority_for("giamdoc", "QĐ", "ttkn", day).lines == ("GIÁM ĐỐC",)
    deputy = authority_for("phogiamdoc", "CV", "cchc", day)
    assert deputy.lines == ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC")
    assert deputy.basis == "Quyết định phân công 12/QĐ-SNV ngày 06/01/2026"
    with pytest.raises(LookupError):
        authority_for("phogiamdoc", "CV", "tcbc", day)


def test_the_chief_of_office_signs_invitations_by_order_but_no_decision() -> None:
    chief = UNITS_BY_KEY["VP"].head
    assert authority_for(chief, "GM", "hc", date(2026, 5, 5)).prefix == "TL."
    assert authority_for(chief, "CV", "hc", date(2026, 5, 5)).prefix == "TL."
    for kind, field_key in (("QĐ", "hc"), ("CV", "cchc")):
        with pytest.raises(LookupError):
            authority_for(chief, kind, field_key, date(2026, 5, 5))


def test_signature_authority_has_no_hole_in_the_last_months_and_no_overlap() -> None:
    day = date(2024, 1, 1)
    while day <= date(2026, 12, 31):
        for field in FIELDS:
            signer = deputy_for(field.key)
            holding = [row for row in AUTHORITIES if row.username == signer and row.covers("CV", field.key, day)]
            assert len(holding) == 1, (signer, field.key, day)
        day += timedelta(days=1)


# --- outside agencies


def test_there_are_about_seventy_outside_agencies_with_unique_keys_and_codes() -> None:
    assert len(CORRESPONDENTS) >= 70
    assert len(CORRESPONDENTS_BY_KEY) == len(CORRESPONDENTS)
    for attribute in ("code", "old_code", "name"):
        values = [getattr(each, attribute) for each in CORRESPONDENTS if getattr(each, attribute)]
        assert len(values) == len(set(values)), attribute


def test_codes_have_the_two_lawful_forms() -> None:
    for each in (*CORRESPONDENTS, AGENCY):
        assert bool(each.code) == bool(each.old_code)
        if each.code:
            assert re.fullmatch(r"[A-K]\d{2}(\.\d{2}){0,3}", each.code)
            assert re.fullmatch(r"\d{3}\.\d{2}\.\d{2}\.[A-K]\d{2}", each.old_code)
            assert len(each.old_code) == 13


def test_districts_end_where_communes_begin() -> None:
    for each in CORRESPONDENTS:
        assert each.exists_on(date(2025, 6, 30)) == (each.group != "commune")
        assert each.exists_on(date(2025, 7, 1)) == (each.group != "district")


# --- catalogues


def test_the_twenty_nine_kinds_and_their_abbreviations() -> None:
    administrative = [kind for kind in KINDS if kind.group == "administrative"]
    assert len(administrative) == 29
    assert sum(1 for kind in administrative if kind.abbreviation) == 27
    assert {kind.name for kind in administrative if not kind.abbreviation} == {"Công văn", "Thư công"}
    assert len(KINDS_BY_KEY) == len(KINDS)
    assert {kind.key for kind in KINDS if kind.group == "copy"} == {"SY", "SL", "TrS"}


def test_every_kind_has_exactly_one_book_and_one_chain() -> None:
    for kind in KINDS:
        owners = [book for book in BOOKS if book.direction == "out" and kind.key in book.kinds]
        assert len(owners) <= 1
        assert book_for(kind.key) in BOOKS
        assert sum(kind.key in chain.kinds for chain in CHAINS) <= 1
    assert book_for("QĐ").key == "di-qd"
    assert book_for("CV").key == book_for("BC").key == "di-vb"
    assert book_for("CV", "in").key == "den"
    assert chain_for("CV").key == "cong-van"
    assert all(key in KINDS_BY_KEY for book in BOOKS for key in book.kinds)


def test_templates_and_fields_point_to_people_and_units_that_exist() -> None:
    for template in INSTRUCTION_TEMPLATES:
        assert not template.username or Role.LEADER in PEOPLE_BY_USERNAME[template.username].roles
    assert all(field.unit in UNITS_BY_KEY for field in FIELDS)


# --- the calendar

TET = {
    2024: (date(2024, 2, 8), date(2024, 2, 14)),
    2025: (date(2025, 1, 27), date(2025, 2, 1)),
    2026: (date(2026, 2, 16), date(2026, 2, 20)),
    2027: (date(2027, 2, 4), date(2027, 2, 10)),
}


@pytest.mark.parametrize("year", TET)
def test_nobody_works_at_tet(year: int) -> None:
    first, last = TET[year]
    tet = [row.day for row in CALENDAR if row.day.year == year and row.name.startswith("Tết Nguyên đán")]
    assert (tet[0], tet[-1]) == (first, last)
    assert len(tet) == (last - first).days + 1
    assert not any(is_working_day(day) for day in tet)


def test_exchanged_days_and_working_saturdays() -> None:
    exchanges = {
        date(2024, 4, 29): date(2024, 5, 4),
        date(2025, 5, 2): date(2025, 4, 26),
        date(2026, 1, 2): date(2026, 1, 10),
        date(2026, 8, 31): date(2026, 8, 22),
    }
    for free, worked in exchanges.items():
        assert not is_working_day(free)
        assert is_working_day(worked)
        assert worked.weekday() == 5
    assert {row.day for row in CALENDAR if row.kind == "working_saturday"} == set(exchanges.values())


def test_the_calendar_agrees_with_the_holidays_package_but_for_the_known_gap() -> None:
    known_gap = {date(2026, 1, 2), date(2026, 1, 10)}
    for year in TET:
        package = holidays.country_holidays("VN", years=year)
        day = date(year, 1, 1)
        while day.year == year:
            if day not in known_gap:
                assert is_working_day(day) == package.is_working_day(day), day
            day += timedelta(days=1)


def test_no_day_is_listed_twice_and_culture_day_is_free_since_2026() -> None:
    days = [row.day for row in CALENDAR]
    assert days == sorted(set(days))
    assert is_working_day(date(2025, 11, 24))
    assert not is_working_day(date(2026, 11, 24))
    assert not is_working_day(date(2027, 11, 24))


def test_office_hours() -> None:
    assert ((time(7, 30), time(11, 30)), (time(13, 30), time(17, 30))) == OFFICE_HOURS


# --- writing


def test_dates_and_numbers_are_written_as_the_decree_asks() -> None:
    assert long_date(date(2026, 1, 5)) == "ngày 05 tháng 01 năm 2026"
    assert long_date(date(2019, 6, 29)) == "ngày 29 tháng 6 năm 2019"
    assert short_date(date(2026, 9, 15)) == "15/9/2026"
    assert [count(5), count(17), count(1250), rate(9245)] == ["05", "17", "1.250", "92,45"]


def test_a_decision_is_split_into_grounds_articles_and_clauses() -> None:
    parts = blocks(
        """
        Căn cứ Luật A;
        Theo đề nghị của
            Trưởng phòng B.
        QUYẾT ĐỊNH:
        Điều 1. Việc thứ nhất.
        1. Một khoản.
        """
    )
    kinds = [part.kind for part in parts]
    ground = BlockKind.GROUND
    assert kinds == [ground, ground, BlockKind.HEADING, BlockKind.ARTICLE, BlockKind.CLAUSE]
    assert parts[1].text == "Theo đề nghị của Trưởng phòng B."
    assert (parts[3].label, parts[3].text) == ("Điều 1.", "Việc thứ nhất.")


# --- subjects


def test_there_are_sixty_subjects_at_least_and_every_reference_resolves() -> None:
    assert len(SUBJECTS) >= 60
    assert len({subject.key for subject in SUBJECTS}) == len(SUBJECTS)
    for subject in SUBJECTS:
        assert subject.kind in KINDS_BY_KEY
        assert subject.field in FIELDS_BY_KEY
        assert {subject.lead, *subject.coordinators, *subject.inform} <= set(UNITS_BY_KEY)
        assert subject.lead not in subject.coordinators
        assert issuers_of(subject, subject.until or date(2026, 6, 1)), subject.key
        assert set(subject.offices) - {""} <= set(CORRESPONDENTS_BY_KEY)
        assert subject.reply is None or subject.reply.kind in KINDS_BY_KEY


def test_every_field_of_the_department_is_written_about() -> None:
    assert {subject.field for subject in SUBJECTS} == set(FIELDS_BY_KEY)


def test_own_matters_name_units_and_signatories_that_exist() -> None:
    assert len({matter.key for matter in OWN_MATTERS}) == len(OWN_MATTERS)
    for matter in OWN_MATTERS:
        assert matter.unit in UNITS_BY_KEY
        assert matter.kind in KINDS_BY_KEY
        assert FIELDS_BY_KEY[matter.field]
        assert not matter.signatory or matter.signatory in PEOPLE_BY_USERNAME


# --- stories


def test_three_hundred_stories_are_the_same_every_time(told: list[Story]) -> None:
    assert len(told) == 300
    assert list(stories(300, START, NOW, 7)) == told
    assert list(stories(300, START, NOW, 8)) != told


def test_no_two_summaries_are_equal_but_the_planned_duplicates(told: list[Story]) -> None:
    coming = [story.incoming.letter.summary for story in told if story.incoming and story.duplicate_of is None]
    going = [story.outgoing.letter.summary for story in told if story.outgoing]
    assert [text for text, times in Counter(coming + going).items() if times > 1] == []
    by_ordinal = {story.ordinal: story for story in told}
    duplicates = [story for story in told if story.duplicate_of is not None]
    assert duplicates
    for story in duplicates:
        first = by_ordinal[story.duplicate_of or 0]
        assert story.incoming
        assert first.incoming
        assert story.cancelled
        assert story.incoming.letter == first.incoming.letter
        assert story.incoming.registered_at > first.incoming.registered_at


@pytest.mark.parametrize("seed", [1, 2, 3, 4, 5])
def test_other_seeds_are_as_varied(seed: int) -> None:
    told = list(stories(300, START, NOW, seed))
    texts = [letter.summary for story in told if story.duplicate_of is None for letter in letters([story])]
    assert len(texts) == len(set(texts))


def test_every_fate_is_told_and_most_subjects_come_up(told: list[Story]) -> None:
    assert {story.fate for story in told} == set(Fate)
    assert len({story.key for story in told if story.incoming}) >= 60


def test_outside_numbers_are_never_used_twice_and_fit_symbol_and_issuer(told: list[Story]) -> None:
    seen = set()
    for story in told:
        if not story.incoming or story.duplicate_of is not None or not story.incoming.letter.code:
            continue
        letter = story.incoming.letter
        key = (letter.issuer, letter.code, letter.issued_on.year)
        assert key not in seen
        seen.add(key)
        assert letter.code in (f"{letter.number}/{letter.symbol}", f"{letter.number}-{letter.symbol}")
        assert letter.number == letter.number.strip()
        assert len(letter.number) >= 2
        assert CORRESPONDENTS_BY_KEY[letter.issuer].exists_on(letter.issued_on)


def test_letters_are_whole(told: list[Story]) -> None:
    for letter in letters(told):
        text = "\n".join(block.full_text for block in letter.blocks)
        assert 3 <= len(letter.blocks) <= 12, letter.summary
        assert len(letter.summary) <= 500
        assert "{" not in text + letter.summary
        assert "  " not in text + letter.summary
        assert letter.kind == "ĐƠN" or text.rstrip().endswith("./."), letter.summary
        assert is_working_day(letter.issued_on)
        assert letter.signer.name
        if letter.kind != "ĐƠN":
            assert letter.recipients[-1].startswith("Lưu: VT")
            assert letter.summary.startswith("V/v ") == (letter.kind == "CV")


def test_outgoing_letters_leave_number_to_the_clerk_and_are_lawfully_signed(told: list[Story]) -> None:
    for story in told:
        if story.outgoing is None:
            continue
        letter, signatory = story.outgoing.letter, story.outgoing.signatory
        assert (letter.number, letter.code) == ("", "")
        assert letter.unit in UNITS_BY_KEY
        authority = authority_for(signatory, letter.kind, letter.field, letter.issued_on)
        assert letter.signer.lines == authority.lines
        assert letter.signer.name == PEOPLE_BY_USERNAME[signatory].full_name
        assert letter.symbol.endswith("-SNV") or letter.symbol == f"SNV-{letter.unit}"


def test_everything_written_is_in_unicode_form_c(told: list[Story]) -> None:
    sources = (told, PEOPLE, UNITS, AUTHORITIES, CORRESPONDENTS, KINDS, FIELDS, BOOKS, CHAINS, CALENDAR)
    for text in strings_in([*sources, INSTRUCTION_TEMPLATES, AGENCY]):
        assert unicodedata.is_normalized("NFC", text), text


def test_nothing_happens_after_now_outside_office_hours_or_out_of_order(told: list[Story]) -> None:
    for event in timeline(told):
        assert event.at <= NOW
        assert is_working_day(event.at.date())
        assert any(opens <= event.at.time() <= closes for opens, closes in OFFICE_HOURS), event.at
        assert event.actor in PEOPLE_BY_USERNAME
    begins = [story.begins_at for story in told]
    assert begins == sorted(begins)
    moments = [event.at for event in timeline(told)]
    assert moments == sorted(moments)


def test_the_events_of_a_story_come_in_the_order_in_which_an_office_works(told: list[Story]) -> None:
    order = [Verb.REGISTER, Verb.SUBMIT, Verb.INSTRUCT, Verb.ACCEPT, Verb.REPORT_PROGRESS, Verb.DRAFT, Verb.FINISH]
    for story in told:
        happened = [event.verb for event in events(story) if event.verb in order]
        ranks = [order.index(verb) for verb in happened]
        assert ranks == sorted(ranks), (story.ordinal, happened)
        times = [event.at for event in events(story)]
        assert len(times) == len(set(times)), story.ordinal


def test_every_instruction_has_one_lead_and_deadlines_do_not_pass_the_one_above(told: list[Story]) -> None:
    for story in told:
        for instruction in story.instructions:
            kind, key = instruction.lead.split(":")
            assert key in (UNITS_BY_KEY if kind == "unit" else PEOPLE_BY_USERNAME)
            assert instruction.lead not in (*instruction.coordinators, *instruction.inform)
            assert instruction.due_on is None or is_working_day(instruction.due_on)
        top = [each.due_on for each in story.instructions if each.lead.startswith("unit:")]
        inner = [each.due_on for each in story.instructions[-1:] if each.lead.startswith("person:")]
        if top and top[0] and inner and inner[0]:
            assert inner[0] <= top[0]


def test_open_fates_mean_what_they_say(told: list[Story]) -> None:
    today = NOW.date()
    for story in told:
        if story.fate is Fate.OVERDUE:
            assert story.due_on
            assert story.due_on < today
        elif story.fate is Fate.DUE_TODAY:
            assert story.due_on == today
        elif story.fate in (Fate.IN_PROGRESS, Fate.ASSIGNED, Fate.WAITING_EXTENSION, Fate.RETURNED):
            assert story.due_on
            assert story.due_on > today
        elif story.fate is Fate.DONE:
            assert story.result
            assert story.due_on
            assert story.result.at.date() <= story.due_on
        elif story.fate is Fate.DONE_LATE:
            assert story.result
            assert story.due_on
            assert story.result.at.date() > story.due_on
        if story.fate is Fate.WAITING_EXTENSION:
            assert story.extension
            assert story.extension.granted is None
        assert (story.result is None) or story.fate in FINISHED


def test_outgoing_fates_stand_at_the_step_they_name(told: list[Story]) -> None:
    last = {
        Fate.OUT_CONTENT_CHECK: StepKind.SUBMIT,
        Fate.OUT_APPROVAL: StepKind.FORMAT_CHECK,
        Fate.OUT_TO_SIGN: StepKind.APPROVE,
        Fate.OUT_SIGNED: StepKind.SIGN,
        Fate.OUT_SEALED: StepKind.NUMBER_AND_SEAL,
        Fate.OUT_ISSUED: StepKind.ISSUE,
    }
    for story in told:
        if not story.fate.startswith("out_"):
            assert story.outgoing is None
            continue
        assert story.outgoing is not None
        steps = story.outgoing.steps
        assert story.fate is not Fate.OUT_DRAFT or not steps
        if story.fate in last:
            assert steps[-1].kind is last[story.fate]
            assert not steps[-1].returned
        if story.fate is Fate.OUT_RETURNED:
            assert steps[-1].returned
            assert steps[-1].comment
        checkers = {step.actor for step in steps if step.kind is StepKind.FORMAT_CHECK}
        assert story.outgoing.drafter not in checkers
        assert all(Role.FORMAT_CHECKER in PEOPLE_BY_USERNAME[each].roles for each in checkers)


def test_the_shown_accounts_have_something_on_their_desks(told: list[Story]) -> None:
    busy: Counter[str] = Counter()
    for story in told:
        if story.fate in FINISHED or not story.instructions:
            continue
        for instruction in story.instructions:
            busy[instruction.author] += 1
            busy[instruction.lead.split(":")[1]] += 1
    for username in ("phogiamdoc", "truongphong1", "truongphong2", *(f"chuyenvien{n}" for n in (1, 2, 3, 4))):
        assert busy[username] >= 3, (username, busy)


@pytest.mark.parametrize(
    "now",
    [
        datetime(2026, 11, 22, 3, 0, tzinfo=ZONE),  # a Sunday night
        datetime(2026, 2, 19, 9, 0, tzinfo=ZONE),  # in the middle of Tet
        datetime(2026, 3, 2, 7, 31, tzinfo=ZONE),  # the office has just opened
        datetime(2027, 6, 30, 17, 30, tzinfo=ZONE),
    ],
)
def test_stories_can_be_told_at_any_time_of_day_and_year(now: datetime) -> None:
    told = list(stories(300, now.date() - timedelta(days=548), now, 3))
    today = now.date() if is_working_day(now.date()) else shift_days(now.date(), 1)
    assert len(told) == 300
    assert all(event.at <= latest_open(now) for event in timeline(told))
    assert all(story.due_on == today for story in told if story.fate is Fate.DUE_TODAY)


def test_too_short_a_time_is_refused() -> None:
    with pytest.raises(ValueError, match="60 working days"):
        next(stories(10, date(2026, 10, 1), NOW, 1))


def test_open_work_does_not_grow_with_the_archive() -> None:
    for number in (1, 40, 300, 5000):
        assert sum(quotas(number).values()) == number
    small, large = quotas(600), quotas(5000)
    assert all(large[fate] == small[fate] for fate in Fate if fate not in FINISHED)
