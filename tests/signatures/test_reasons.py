"""Every reason of a judgement has its sentence, in both languages."""

from __future__ import annotations

import pytest
from django.utils import translation

from edocs.limited import RefusalCode
from edocs.signatures.sentences import REASONS
from signing import verdicts

OF_THE_COMMAND = {"not_found", "not_a_file", "not_readable", "trust_unreadable"}
CODES = verdicts.REASONS | OF_THE_COMMAND | {f"refused_{code.value}" for code in RefusalCode}


def test_no_code_lacks_a_sentence_and_no_sentence_a_code() -> None:
    assert set(REASONS) == CODES


@pytest.mark.parametrize("code", sorted(CODES))
def test_a_reason_is_said_in_both_languages(code: str) -> None:
    with translation.override("en"):
        english = str(REASONS[code])
    with translation.override("vi"):
        vietnamese = str(REASONS[code])
    assert english.endswith(".")
    assert vietnamese.endswith(".")
    assert vietnamese != english


def test_a_reason_has_one_weight() -> None:
    kinds = (verdicts.FAILING_REASONS, verdicts.DOUBTS, verdicts.NOTICES)
    assert sum(map(len, kinds)) == len(verdicts.REASONS)
