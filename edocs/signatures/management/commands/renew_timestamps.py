"""``manage.py renew_timestamps``: which files' proofs end, when and why; and have them time-stamped again now."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from edocs.signatures.services import archive

TOGETHER = 200


class Command(BaseCommand):
    help = "Has files whose proofs end soon time-stamped again; with --dry-run says which would lapse, and when."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="say it, and change nothing")
        parser.add_argument("--days", type=int, default=settings.SIGNING_RENEW_DAYS, help="how far to look ahead")
        parser.add_argument("--json", action="store_true", help="one JSON object a line, for programs")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["dry_run"]:
            while rows := archive.survey(TOGETHER):
                archive.keep_survey(rows)
            with transaction.atomic():
                asked = archive.ask_to_renew(list(archive.ending(days=options["days"])))
            self.stdout.write(f"{asked} files will be time-stamped again.")
            return
        counted = curable = 0
        for lapse in archive.lapses(days=options["days"]):
            counted, curable = counted + 1, curable + lapse.curable
            self.stdout.write(json.dumps(_facts(lapse), ensure_ascii=False) if options["json"] else _line(lapse))
        if not options["json"]:
            unseen = archive.ours().filter(blob__archive=None, blob__verdict__isnull=False).count()
            self.stdout.write(f"{counted} files lapse within {options['days']} days, {curable} of them can be renewed.")
            if unseen:
                self.stdout.write(f"{unseen} files were not looked at yet; the worker does so by itself.")


def _facts(lapse: archive.Lapse) -> dict[str, Any]:
    return {
        "document": lapse.version.file.document_id,
        "code": lapse.version.file.document.code,
        "file": lapse.version.file.name,
        "sha256": lapse.version.blob_id,
        "until": lapse.archive.until.isoformat(),
        "cause": lapse.archive.cause,
        "authority": lapse.archive.authority,
        "stamps": lapse.archive.stamps,
        "later": lapse.later,
        "refused": lapse.refused,
        "curable": lapse.curable,
    }


def _line(lapse: archive.Lapse) -> str:
    said = lapse.refused or "; ".join(
        f"{field}: {one['verdict']}{'' if one['time_is_trusted'] else ' without a trusted time'}, "
        f"if renewed in time: {one['if_renewed']}"
        for field, one in lapse.later.items()
    )
    day = f"{timezone.localtime(lapse.archive.until):%d/%m/%Y}"
    renewable = "can be renewed" if lapse.curable else "CANNOT BE RENEWED"
    name = lapse.version.file.document.code or f"#{lapse.version.file.document_id}"
    return f"{day}  {name}  {lapse.archive.cause} ({lapse.archive.authority or '-'})  {renewable}  [{said}]"
