"""Why something is not done; each reason has a stable code, which is all that the page learns."""

from __future__ import annotations

STATUS = {
    "bad_request": 400,
    "unsigned": 403,
    "other_origin": 403,
    "other_server": 403,
    "other_person": 403,
    "not_paired": 401,
    "wrong_code": 403,
    "too_many_codes": 429,
    "expired": 403,
    "used": 403,
    "busy": 409,
    "declined": 403,
    "wrong_pin": 403,
    "pin_guarded": 403,
    "pin_locked": 403,
    "token_missing": 404,
    "certificate_missing": 404,
    "token_failed": 502,
}
"""Every code, with the status of HTTP that carries it."""


class Refused(Exception):
    """Not done.  ``detail`` is for the person at this computer, never for the page."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(detail or code)
        self.code = code
        self.detail = detail

    @property
    def status(self) -> int:
        """The status of HTTP."""
        return STATUS[self.code]


class BadConfiguration(Exception):
    """The configuration cannot be used; the text says which line and what to write."""
