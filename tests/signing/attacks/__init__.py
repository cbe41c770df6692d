"""Attacks of the published classes and lawful files, all made by code; see ``test_attacks.py`` and ``__main__.py``."""

from tests.signing.attacks import forgery, lawfully, people, rights, shadows
from tests.signing.attacks.world import ATTACKS, LAWFUL, Sample

SAMPLES: dict[str, list[Sample]] = {"attacks": ATTACKS, "lawful": LAWFUL}

__all__ = ["SAMPLES", "forgery", "lawfully", "people", "rights", "shadows"]
