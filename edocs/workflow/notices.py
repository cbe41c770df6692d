"""How the notices of handling read: kind → sentence and tone. The shell registers them (``edocs/web/sources.py``).

Facts: ``code``, ``summary``, ``by``; where they apply ``reason``, ``note``, ``answer``, ``result``.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

HANDLING_NOTICES = {
    "submitted": (_("%(by)s put %(code)s before you: %(summary)s"), "look"),
    "instructed": (_("%(by)s has already instructed %(code)s: %(summary)s"), "plain"),
    "assigned": (_("%(by)s gave you %(code)s: %(summary)s"), "look"),
    "informed": (_("For information from %(by)s: %(code)s, %(summary)s"), "plain"),
    "returned": (_("%(by)s returned %(code)s: “%(reason)s”"), "look"),
    "returned_to_sender": (_("%(by)s returned %(code)s to its sender: “%(reason)s”"), "plain"),
    "recalled": (_("%(by)s took %(code)s back: %(summary)s"), "plain"),
    "no_longer_needed": (_("%(code)s was finished by %(by)s; your part is no longer needed"), "plain"),
    "done": (_("%(by)s finished %(code)s: %(result)s"), "ok"),
    "handed_over": (_("%(by)s gave you what %(was)s had: %(code)s, %(summary)s"), "look"),
    "reopened": (_("%(by)s opened %(code)s again: “%(reason)s”"), "look"),
    "extension_asked": (_("%(by)s asks for more time on %(code)s: “%(reason)s”"), "look"),
    "extension_granted": (_("%(by)s granted more time on %(code)s"), "ok"),
    "extension_refused": (_("%(by)s refused more time on %(code)s: “%(answer)s”"), "bad"),
}
