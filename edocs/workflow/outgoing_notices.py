"""How the notices about drafts read: kind → sentence and tone. The shell registers them (``edocs/web/sources.py``).

Facts: ``summary``, ``by``, ``reason``, ``name``.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

OUTGOING_NOTICES = {
    "approval.content": (_("%(by)s asks you to check the content of “%(summary)s”"), "look"),
    "approval.format": (_("%(by)s asks you to check the format of “%(summary)s”"), "look"),
    "approval.sign": (_("“%(summary)s” waits for your signature"), "look"),
    "approval.outside": (_("“%(summary)s” is to be signed by another agency: send them the file"), "look"),
    "joint.refused": (_("“%(name)s” was not taken for “%(summary)s”: %(reason)s"), "bad"),
    "approval.returned": (_("%(by)s asks you to look at “%(summary)s” again: %(reason)s"), "look"),
    "approval.withdrawn": (_("%(by)s took “%(summary)s” back from approval"), "plain"),
    "approval.not_prepared": (_("“%(summary)s” could not be prepared for signing: %(reason)s"), "bad"),
    "draft.returned": (_("%(by)s returned “%(summary)s”: %(reason)s"), "look"),
    "draft.converted": (_("“%(name)s” was turned into PDF for “%(summary)s”"), "ok"),
    "draft.not_converted": (_("“%(name)s” was kept but not turned into PDF: %(reason)s"), "bad"),
}
