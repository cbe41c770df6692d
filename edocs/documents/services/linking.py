"""How documents stand to each other, and who else may read one."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from guardian.shortcuts import assign_perm, remove_perm

from edocs import clock
from edocs.documents import access
from edocs.documents.choices import LinkKind
from edocs.documents.models import Document, DocumentLink
from edocs.documents.queries import by_code
from edocs.documents.services.files import touch
from edocs.errors import Invalid, NotPermitted
from edocs.journal.services import record
from edocs.office.models import Person
from edocs.office.services import tell

SHARED = "share"
MAY_SHARE = ("clerk", "leader", "unit_head")


def link_documents(*, source: Document, code: str, kind: str, by: Person) -> DocumentLink:
    """Say how a document stands to another one, named by its number and symbol (domain §1.6, §2.13).

    Raises NotPermitted, Invalid (no such number that ``by`` may see, or more than one, or itself).
    """
    if not access.may_see(by, source):
        raise NotPermitted(_("You cannot change this document."))
    if kind not in LinkKind.values:
        raise Invalid(_("Choose how the documents are linked."), field="kind")
    target = by_code(by, code.strip())
    if target is None:
        raise Invalid(
            _("No single document with number “%(code)s” was found among those you may see. Write number and symbol.")
            % {"code": code.strip()[:45]},
            field="code",
        )
    if target.pk == source.pk:
        raise Invalid(_("A document is not linked to itself."), field="code")
    with transaction.atomic():
        link, made = DocumentLink.objects.get_or_create(
            source=source, target=target, kind=kind, defaults={"by": by, "at": clock.now()}
        )
        if made:
            record("document.link", source, by=by, after={"to": target.pk, "code": target.code, "kind": kind})
            touch(source)
    return link


def unlink_documents(*, link: DocumentLink, by: Person) -> None:
    """Take back a link; whoever made it, or the clerical office. A reply's link stays."""
    if link.by_id != by.pk and not by.has_role("clerk"):
        raise NotPermitted(_("Only whoever linked the documents, or the clerical office, takes the link back."))
    if link.kind == LinkKind.REPLIES:
        raise Invalid(_("The link between an answer and the document it answers stays."))
    with transaction.atomic():
        record("document.unlink", link.source, by=by, before={"to": link.target_id, "kind": link.kind})
        link.delete()


def may_share(person: Person, document: Document) -> bool:
    """Whether a person may let others read the document: its author, its signer, a clerk, leader or unit head."""
    return person.pk in (document.author_id, document.signer_id) or person.has_role(*MAY_SHARE)


def share_document(*, document: Document, person: Person, by: Person) -> None:
    """Let one more person read a document (R-SEC-2); the grant is explicit and can be taken back."""
    if not access.may_see(by, document) or not may_share(by, document):
        raise NotPermitted(_("You cannot let others read this document."))
    if not person.is_active:
        raise Invalid(_("The account of %(name)s is not in use.") % {"name": person.full_name}, field="person")
    with transaction.atomic():
        assign_perm("documents.view_document", person, document)
        access.grant(document, [f"u:{person.pk}"], reason=SHARED)
        record("document.share", document, by=by, after={"person": person.pk, "name": person.full_name})
        touch(document)
        facts = {"summary": document.summary, "by": by.full_name}
        tell([person], "shared", facts=facts, address=f"/documents/{document.pk}/")


def unshare_document(*, document: Document, person: Person, by: Person) -> None:
    """Take an explicit grant back; other reasons to read the document stay."""
    if not access.may_see(by, document) or not may_share(by, document):
        raise NotPermitted(_("You cannot change who reads this document."))
    with transaction.atomic():
        remove_perm("documents.view_document", person, document)
        access.withdraw(document, [f"u:{person.pk}"], reason=SHARED)
        record("document.unshare", document, by=by, before={"person": person.pk, "name": person.full_name})
        touch(document)
