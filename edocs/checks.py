"""What production refuses to start with (design: Settings)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from signing.providers.pkcs12 import soft_keys


@register(deploy=False)
def refuse_unsafe_settings(app_configs: Any, **kwargs: Any) -> list[Error]:
    """No empty secret, no open host list, no debugging, no soft keys unless somebody said so."""
    found = []
    if not settings.SECRET_KEY:
        found.append(Error("SECRET_KEY is empty.", hint="Set it to 50 random characters.", id="edocs.E001"))
    if not settings.DEMO and settings.SECRET_KEY.startswith("insecure") and not settings.TESTING and not settings.DEBUG:
        found.append(Error("SECRET_KEY is the demonstration's.", id="edocs.E002"))
    if not settings.ALLOWED_HOSTS:
        found.append(Error("ALLOWED_HOSTS is empty.", hint="Name the address people use.", id="edocs.E003"))
    if "*" in settings.ALLOWED_HOSTS:
        found.append(Error("ALLOWED_HOSTS allows every name.", hint="Name the address people use.", id="edocs.E004"))
    if settings.DEBUG and settings.BEHIND_HTTPS:
        found.append(Error("DEBUG is on behind HTTPS.", hint="Unset DEBUG in production.", id="edocs.E005"))
    return found


@register(deploy=False)
def refuse_soft_keys(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Keys in files are for the demonstration; a real office keeps them in tokens, or says that it does not."""
    soft = soft_keys(Path(settings.KEYS_DIR) / "keys")
    if soft and not settings.ALLOW_SOFT_KEYS:
        return [
            Error(
                f"{len(soft)} private keys lie in files ({', '.join(soft[:3])}).",
                hint="Bring them into a token and remove the files, or set ALLOW_SOFT_KEYS (administrators.md, Keys).",
                id="edocs.E006",
            )
        ]
    if settings.ALLOW_SOFT_KEYS and not (settings.DEMO or settings.DEBUG or settings.TESTING):
        return [Warning("ALLOW_SOFT_KEYS is set: whoever copies a key file can try its password.", id="edocs.W001")]
    return []
