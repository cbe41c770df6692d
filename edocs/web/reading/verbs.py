"""Journal events in words, for the history of a document."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from edocs.journal.models import Event

SENTENCES: dict[str, str | Promise] = {
    "document.register": gettext_lazy("registered it as %(arrival_number)s"),
    "document.doubt": gettext_lazy("registered “%(file)s” although its signatures are not certain"),
    "document.cancel": gettext_lazy("cancelled the registration: %(reason)s"),
    "document.submit": gettext_lazy("put it before a leader"),
    "document.instruct": gettext_lazy("gave an instruction"),
    "document.assign_directly": gettext_lazy("handed it over directly"),
    "document.file_for_information": gettext_lazy("kept it for information"),
    "document.return_to_clerk": gettext_lazy("returned it to the clerk: %(reason)s"),
    "document.return_to_sender": gettext_lazy("returned it to the sender: %(reason)s"),
    "document.forward": gettext_lazy("passed it to another leader"),
    "assignment.accept": gettext_lazy("accepted the work"),
    "assignment.acknowledge": gettext_lazy("took note"),
    "assignment.pass_on": gettext_lazy("passed the work on: “%(text)s”"),
    "assignment.note": gettext_lazy("noted: “%(text)s”"),
    "assignment.return": gettext_lazy("returned the work: %(reason)s"),
    "assignment.recall": gettext_lazy("took the work back"),
    "assignment.finish": gettext_lazy("finished the work: %(result)s"),
    "assignment.return_result": gettext_lazy("gave the result back: %(reason)s"),
    "assignment.answer": gettext_lazy("answers it with an outgoing document"),
    "assignment.ask_extension": gettext_lazy("asked for more time: %(reason)s"),
    "assignment.decide_extension": gettext_lazy("decided on the request for more time"),
    "document.reopen": gettext_lazy("took it up again"),
    "document.sign": gettext_lazy("signed it"),
    "document.number": gettext_lazy("gave it number %(code)s"),
    "document.prove": gettext_lazy("time stamp and proofs were added to the signature"),
    "document.proof_failed": gettext_lazy("the signature could not be proven: %(reason)s"),
    "document.restamp": gettext_lazy("the file was time-stamped again"),
    "document.restamp_failed": gettext_lazy("the file could not be time-stamped again: %(reason)s"),
    "document.seal": gettext_lazy("sealed it"),
    "document.issue": gettext_lazy("issued it"),
    "document.take_back": gettext_lazy("returned it after signing: %(reason)s"),
    "document.link": gettext_lazy("linked it with another document"),
    "document.unlink": gettext_lazy("took a link back"),
    "document.share": gettext_lazy("let %(name)s read it"),
    "document.unshare": gettext_lazy("no longer lets somebody read it"),
    "document.case_file": gettext_lazy("put it into the case file %(code)s"),
    "document.case_file_out": gettext_lazy("took it out of the case file %(code)s"),
    "case_file.open": gettext_lazy("opened the file as %(code)s"),
    "case_file.change": gettext_lazy("set right what is entered about the file"),
    "case_file.put": gettext_lazy("put %(what)s in as number %(ordinal)s"),
    "case_file.take_out": gettext_lazy("took %(what)s out: %(reason)s"),
    "case_file.close": gettext_lazy("closed the file: %(note)s"),
    "case_file.reopen": gettext_lazy("reopened the file: %(reason)s"),
    "draft.start": gettext_lazy("began the draft"),
    "draft.change": gettext_lazy("changed the draft"),
    "draft.upload": gettext_lazy("brought a file"),
    "draft.cancel": gettext_lazy("gave the draft up"),
    "draft.recipients": gettext_lazy("changed the recipients"),
    "draft.attachment.remove": gettext_lazy("removed an attachment"),
    "approval.submit": gettext_lazy("submitted it for approval"),
    "approval.approve": gettext_lazy("approved it"),
    "approval.return": gettext_lazy("returned it: %(reason)s"),
    "approval.withdraw": gettext_lazy("took it back from approval"),
    "approval.prepare_again": gettext_lazy("had it prepared for signing again"),
    "signature.move": gettext_lazy("moved the place of the signature"),
    "signing.again": gettext_lazy("had it signed again"),
    "signing.failed": gettext_lazy("could not sign it (%(code)s)"),
    "signing.refused": gettext_lazy("was refused a signature (%(code)s)"),
    "approval.initials": gettext_lazy("approved it with initials"),
    "attachment.seal": gettext_lazy("signed an attachment as the agency"),
    "attachment.unmarked": gettext_lazy("left an attachment as it was brought"),
    "copy.ask": gettext_lazy("asked for a certified copy"),
    "copy.give_up": gettext_lazy("gave up a certified copy"),
    "document.copy": gettext_lazy("certified a copy"),
    "document.hand_over": gettext_lazy("handed it over to somebody else"),
    "document.number_anew": gettext_lazy("gave it another number, %(code)s: %(reason)s"),
    "document.sign_outside": gettext_lazy("brought the signature of %(name)s, %(organisation)s"),
    "joint.bring": gettext_lazy("brought the file that another agency signed"),
    "joint.refuse": gettext_lazy("the file that another agency signed was not taken"),
    "signing.prepare": gettext_lazy("had it prepared for a key that is elsewhere"),
    "draft.convert.late": gettext_lazy("its PDF was ready after a newer version and was not used"),
    "file.version": gettext_lazy("added version %(ordinal)s of the file"),
}


class _Facts(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "…"


def sentence_of(event: Event) -> str:
    """What somebody did, without the name: "registered it as 1218"."""
    sentence = SENTENCES.get(event.verb)
    return str(sentence) % _Facts(event.after or {}) if sentence is not None else _("did “%s”") % event.verb
