"""The few errors that services raise on purpose; each carries a translated sentence: what, to which, what now."""

from __future__ import annotations


class Refusal(Exception):
    """A service says no. ``message`` is shown to the person; ``code`` is stable for tests and the journal."""

    code = "refused"
    status = 409

    def __init__(self, message: object, *, code: str = "", field: str = "") -> None:
        super().__init__(str(code or self.code))
        self.message = message
        self.code = code or self.code
        self.field = field

    def __str__(self) -> str:
        return str(self.message)


class NotPermitted(Refusal):
    """The person may not do this."""

    code = "not_permitted"
    status = 403


class WrongState(Refusal):
    """The thing is no longer (or not yet) in a state that allows this; usually somebody else was quicker."""

    code = "wrong_state"
    status = 409


class Invalid(Refusal):
    """What was given cannot be accepted as it is; nothing was changed."""

    code = "invalid"
    status = 422


class Unavailable(Refusal):
    """A part of the machine does not answer; nothing was lost, and trying again later is right."""

    code = "unavailable"
    status = 503
