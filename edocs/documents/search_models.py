"""What people keep of their searching: saved and shared searches, who is told of new results, the last words typed."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Sharing(models.TextChoices):
    """Who else finds a saved search in their list; everybody gets their own results from it."""

    NOBODY = "nobody", pgettext_lazy("sharing", "Only me")
    UNIT = "unit", pgettext_lazy("sharing", "My unit")
    EVERYBODY = "everybody", pgettext_lazy("sharing", "Everybody")


class SavedSearch(models.Model):
    """A search kept under a name (tìm kiếm đã lưu); R-STA-06."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_searches")
    name = models.CharField(_("name"), max_length=100)
    query = models.TextField(help_text=_("as it stands in the address"))
    shared = models.CharField(_("shared with"), max_length=10, choices=Sharing.choices, default=Sharing.NOBODY)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("saved search")
        verbose_name_plural = _("saved searches")
        ordering = ["name", "id"]
        constraints = [models.UniqueConstraint(fields=["person", "name"], name="one_saved_search_of_a_name")]

    def __str__(self) -> str:
        return self.name


class SearchFollower(models.Model):
    """Somebody who is told when something new fits a saved search."""

    search = models.ForeignKey(SavedSearch, models.CASCADE, related_name="followers")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    since = models.DateTimeField(help_text=_("documents entered or issued from then on are new"))
    told = models.JSONField(default=list, help_text=_("documents that were told already, the last ones"))
    fresh = models.PositiveIntegerField(default=0, help_text=_("told since the search was last opened"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["search", "person"], name="one_follows_a_search_once")]

    def __str__(self) -> str:
        return f"{self.person_id} follows {self.search_id}"


class RecentSearch(models.Model):
    """Words that a person searched for a while ago, offered again while typing; seen by nobody else."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    words = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "words"], name="one_recent_search_of_these_words")]
        indexes = [models.Index(fields=["person", "-at"], name="recent_searches")]

    def __str__(self) -> str:
        return self.words
