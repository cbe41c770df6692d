"""Links between documents, and explicit grants."""

import pytest
from guardian.shortcuts import get_users_with_perms

from edocs.documents import access
from edocs.documents.services.linking import link_documents, share_document, unlink_documents, unshare_document
from edocs.errors import Invalid, NotPermitted
from tests.factories import Office, incoming

pytestmark = pytest.mark.django_db


def test_documents_are_linked_by_number_as_far_as_one_sees_them(office: Office) -> None:
    first, second = incoming(office), incoming(office, number="15", symbol="QĐ-UBND")
    link = link_documents(source=first, code="15/qd-ubnd", kind="refers", by=office.clerk)
    assert link.target == second
    share_document(document=first, person=office.officer, by=office.clerk)
    with pytest.raises(Invalid):
        link_documents(source=first, code="15/QĐ-UBND", kind="refers", by=office.officer)
    with pytest.raises(NotPermitted):
        unlink_documents(link=link, by=office.officer)
    unlink_documents(link=link, by=office.clerk)
    assert not first.links_out.exists()


def test_a_document_is_not_linked_to_itself(office: Office) -> None:
    only = incoming(office)
    with pytest.raises(Invalid):
        link_documents(source=only, code=only.code, kind="refers", by=office.clerk)


@pytest.mark.requirement("R-SEC-2")
def test_an_explicit_grant_opens_the_document_and_taking_it_back_closes_it(office: Office) -> None:
    document = incoming(office)
    with pytest.raises(NotPermitted):
        share_document(document=document, person=office.stranger, by=office.officer)
    share_document(document=document, person=office.officer, by=office.clerk)
    assert access.may_see(office.officer, document)
    assert office.officer in get_users_with_perms(document)
    assert not access.may_see(office.stranger, document)
    unshare_document(document=document, person=office.officer, by=office.clerk)
    assert not access.may_see(office.officer, document)
    assert office.officer not in get_users_with_perms(document)


def test_taking_a_grant_back_leaves_other_reasons(office: Office) -> None:
    document = incoming(office)
    share_document(document=document, person=office.clerk, by=office.clerk)
    unshare_document(document=document, person=office.clerk, by=office.clerk)
    assert access.may_see(office.clerk, document)
