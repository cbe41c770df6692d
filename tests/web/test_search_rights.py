"""Rights, as people meet them: after random grants, delegations and withdrawals search tells everybody what the
database tells, and while the index is behind never more (results, totals, facets, suggestions, similar ones, files)."""

from __future__ import annotations

import csv
import io
import os
import random
from collections import Counter
from collections.abc import Iterator

import pytest

from edocs.documents import access, index_care, indexing
from edocs.documents.access import visible
from edocs.documents.models import Document, Export
from edocs.documents.searching import FACETS, Asked, everything, search, similar
from edocs.documents.services.linking import share_document, unshare_document
from edocs.documents.services.reading import ask_search_export
from edocs.documents.services.registering import cancel_registration
from edocs.documents.storage import path_of
from edocs.errors import Refusal
from edocs.jobs import services as jobs
from edocs.jobs.models import Job
from edocs.office.models import Delegation, Person
from edocs.web.reading.search_suggested import suggested
from search import Facet
from tests.documents.test_indexing import run_index
from tests.elasticsearch.server import URL, own_index
from tests.factories import Office, incoming

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("R-SEC-2")]

#: far enough from each other that none is taken for a misspelling of another
WORDS = ("narwhal", "quokka", "pangolin", "axolotl", "kakapo", "tapirus")
STEPS, ASKED_EVERY = 40, 8


@pytest.fixture(params=["tantivy", "elasticsearch"])
def engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    if request.param == "tantivy":
        yield request.param
        return
    if not os.environ.get(URL):
        pytest.skip("needs an Elasticsearch: python -m tests.elasticsearch.server (see docs/search.md)")
    with own_index() as made:
        monkeypatch.setattr(indexing, "_engine", lambda *_where: made)
        yield request.param


class World:
    """Documents with random words, and people whose rights change at random."""

    def __init__(self, office: Office, seed: int) -> None:
        self.office, self.dice = office, random.Random(seed)
        self.people = [
            office.clerk,
            office.director,
            office.deputy,
            office.head,
            office.officer,
            office.stranger,
            office.other_head,
        ]
        self.documents = [self._document(n) for n in range(1, 19)]

    def _document(self, n: int) -> Document:
        kind = self.dice.choice((self.office.letter, self.office.decision))
        issuer = self.dice.choice((self.office.province, self.office.ministry))
        words = " ".join(self.dice.sample(WORDS, 2))
        return incoming(self.office, number=str(n), summary=f"V/v {words}", kind=kind, issuer=issuer)

    def step(self) -> None:
        """One change of rights: through the services where there is one, through the one door otherwise."""
        document, person = self.dice.choice(self.documents), self.dice.choice(self.people)
        token = self.dice.choice((f"u:{person.pk}", f"g:{person.unit_id}", "r:leader"))
        change = self.dice.randrange(9)
        if change < 2:
            access.grant(document, [token], reason="test")
        elif change < 4:
            held = list(document.access.exclude(token="r:clerk").values_list("token", "reason"))
            for one, reason in self.dice.sample(held, min(2, len(held))):
                access.withdraw(document, [one], reason=reason)
        elif change < 6:
            share_document(document=document, person=person, by=self.office.clerk)
        elif change == 6:
            unshare_document(document=document, person=person, by=self.office.clerk)
        elif change == 7:
            other = self.dice.choice([one for one in self.people if one != person])
            if not Delegation.objects.filter(person=person, delegate=other).delete()[0]:
                Delegation.objects.create(person=person, delegate=other)
        else:
            try:
                cancel_registration(document=document, reason="Vào sổ nhầm", by=self.office.clerk)
            except Refusal:
                return  # it is cancelled already

    def fresh(self) -> list[Person]:
        """The people, as the next request reads them."""
        return list(Person.objects.filter(pk__in=[one.pk for one in self.people]))


def expected(person: Person, asked: Asked) -> list[Document]:
    """The answer of the database."""
    rows = visible(person).exclude(state="cancelled").filter(summary__contains=asked.words)
    if kinds := asked.chosen.get("kind"):
        rows = rows.filter(kind__name__in=kinds)
    return list(rows.select_related("kind"))


def questions(office: Office) -> list[Asked]:
    return [Asked(), *(Asked(word) for word in WORDS), Asked(WORDS[0], {"kind": (office.decision.name,)})]


def never_more(world: World) -> None:
    """While the index is behind: nothing of what a person may not see, not even as a number or a name."""
    for person in world.fresh():
        issuers = {one.issuer_name for one in visible(person)}
        for asked in questions(world.office):
            here = expected(person, asked)
            found = search(person, asked)
            assert {document.pk for _hit, document in found.rows} <= {one.pk for one in here}
            # a cancelled one is still counted for who may see it
            assert found.total <= visible(person).filter(summary__contains=asked.words).count()
            assert {count.value for count in found.facets.get(Facet.ISSUER, ())} <= issuers
            offered = suggested(person, asked.words or "UBND")
            assert documents_in(offered) <= {one.pk for one in visible(person)}
            assert {line["label"] for line in offered if line["icon"] == "building"} <= issuers
            assert {line["label"] for line in suggested(person, "bộ nội") if line["icon"] == "building"} <= issuers
        for document in world.documents[:6]:
            near = {one.pk for _hit, one in similar(person, document)}
            assert near <= {one.pk for one in expected(person, Asked())} - {document.pk}
            if not access.may_see(person, document):
                assert near == set()


def documents_in(lines: list[dict[str, str]]) -> set[int]:
    return {int(line["url"].split("/")[2]) for line in lines if line["url"].startswith("/documents/")}


def the_same(world: World) -> None:
    """The index has followed: the answers are those of the database."""
    for person in world.fresh():
        for asked in questions(world.office):
            here = expected(person, asked)
            found = search(person, asked, facets=FACETS)
            assert found.counted
            assert found.total == len(here), asked
            assert {one.pk for _hit, one in everything(person, asked, 1000)} == {one.pk for one in here}
            if "kind" not in asked.chosen:
                kinds = {count.value: count.count for count in found.facets[Facet.KIND]}
                assert kinds == Counter(one.kind.name for one in here)
            issuers = {count.value: count.count for count in found.facets[Facet.ISSUER]}
            assert issuers == Counter(one.issuer_name for one in here)
        for document in world.documents[:4]:
            near = {one.pk for _hit, one in similar(person, document)}
            assert near <= {one.pk for one in expected(person, Asked())} - {document.pk}
            if not access.may_see(person, document):
                assert near == set()
        offered = suggested(person, WORDS[1][:4])
        assert documents_in(offered) <= {one.pk for one in expected(person, Asked(WORDS[1]))}


def exported(person: Person, asked: Asked) -> set[str]:
    export = ask_search_export(person=person, asked=asked, columns=["code"], format="csv")
    jobs.run(Job.objects.get(subject=f"export:{export.pk}").pk)
    blob = Export.objects.get(pk=export.pk).blob
    assert blob is not None
    rows = list(csv.reader(io.StringIO(path_of(blob.sha256).read_text("utf-8-sig"))))
    return {row[0] for row in rows[1:-1]}


@pytest.mark.parametrize(
    ("engine", "seed"),
    [("tantivy", 3), ("tantivy", 11), ("tantivy", 2026), ("elasticsearch", 2026)],
    indirect=["engine"],
)
def test_search_tells_everybody_what_the_database_tells(office: Office, engine: str, seed: int) -> None:
    world = World(office, seed)
    run_index()
    the_same(world)
    for step in range(1, STEPS + 1):
        world.step()
        if step % ASKED_EVERY == 0:
            never_more(world)
            for behind in world.fresh()[step // ASKED_EVERY % 3 :: 3]:
                assert exported(behind, Asked(WORDS[2])) <= {one.code for one in expected(behind, Asked(WORDS[2]))}
            run_index()
            the_same(world)
    for person in world.fresh():
        assert exported(person, Asked(WORDS[0])) == {one.code for one in expected(person, Asked(WORDS[0]))}
    assert not index_care.compare()
