"""Why a file was not taken, as a sentence: what is wrong with which file, and what to do now."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from edocs.errors import Invalid, Refusal, Unavailable
from edocs.limited import FileRefused, RefusalCode, clean_name

#: One sentence for every code; ``%(name)s`` is the file's name, cleaned.
SENTENCES: dict[RefusalCode, str | Promise] = {
    RefusalCode.EMPTY: _(
        "“%(name)s” is empty (0 bytes). It was probably not saved or copied completely; choose it again."
    ),
    RefusalCode.TOO_LARGE: _("“%(name)s” is larger than this office takes. Make it smaller or send it in parts."),
    RefusalCode.ENCRYPTED: _(
        "“%(name)s” is protected by a password. Save it without the password, then choose it again."
    ),
    RefusalCode.DAMAGED: _(
        "“%(name)s” is damaged and cannot be read. Open it in the program it was made with, save it again and retry."
    ),
    RefusalCode.TRUNCATED: _("The end of “%(name)s” is missing. It was not copied completely; fetch or scan it again."),
    RefusalCode.WRONG_KIND: _(
        "“%(name)s” is not of a kind that is taken here: what it holds decides, not its name. "
        "See the kinds listed beside the field."
    ),
    RefusalCode.MACRO: _("“%(name)s” holds macros (program code). Save it without macros, then choose it again."),
    RefusalCode.BOMB: _(
        "“%(name)s” unpacks to far more than an honest file and was not opened. Ask its sender for another copy."
    ),
    RefusalCode.TIMEOUT: _(
        "“%(name)s” could not be read in time. Try again in a minute; if it happens again, save the file anew."
    ),
    RefusalCode.TOO_MANY_PAGES: _("“%(name)s” has more pages than are taken here. Split it into parts."),
    RefusalCode.NO_SUCH_PAGE: _("“%(name)s” does not have this page. Reload the page to see how many there are."),
    RefusalCode.NOT_INSTALLED: _(
        "“%(name)s” was kept, but it cannot be turned into PDF: LibreOffice is not installed on this server. "
        "Save it as PDF and upload that, or ask the administrator to install LibreOffice."
    ),
}
#: Not the file's fault: trying again, here or after the administrator acted, can help.
PASSING = frozenset({RefusalCode.TIMEOUT, RefusalCode.NOT_INSTALLED})


def sentence_for(code: RefusalCode | str, *, name: str) -> str:
    """The sentence for a code, in the language of the reader."""
    return str(SENTENCES[RefusalCode(code)]) % {"name": clean_name(name)}


def refusal_for(refused: FileRefused, *, name: str, field: str = "file") -> Refusal:
    """The error a service raises for a file that ``edocs.limited`` refused; its code is that of the refusal."""
    kind = Unavailable if refused.code in PASSING else Invalid
    return kind(sentence_for(refused.code, name=name), code=refused.code.value, field=field)
