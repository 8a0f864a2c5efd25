"""What can go wrong with a request beyond a wrong value, each with its status."""

from common.errors import ServiceError


class Refused(ServiceError):
    """A request the gateway answers with ``status``; the message is shown to the person."""

    status = 400


class Missing(Refused):
    """What was asked for is not here."""

    status = 404


class Conflict(Refused):
    """The thing changed meanwhile, or the same key was used for something else."""

    status = 409


class Unprocessable(Refused):
    """An idempotency key came again with another body."""

    status = 422


class Forbidden(Refused):
    """Not from there: a foreign page, or an unknown host name."""

    status = 403


class Unknown(Refused):
    """Nobody has signed in."""

    status = 401


class TooMany(Refused):
    """Come again after ``retry_s`` seconds."""

    status = 429

    def __init__(self, message: str, *, retry_s: int) -> None:
        super().__init__(message)
        self.retry_s = retry_s


class SwitchedOff(TooMany):
    """The operator switched this off; come again after ``retry_s`` seconds."""

    status = 503
