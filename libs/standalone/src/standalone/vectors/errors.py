"""Errors as Qdrant answers them, and how the engine's own become one of these."""

from types import TracebackType


class RequestError(Exception):
    """A request that is answered with an HTTP status and a sentence."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.message = message
        self.status = status


def wrong_input(message: str) -> RequestError:
    """Something in the request does not fit the collection."""
    return RequestError(f"Wrong input: {message}")


def bad_body(message: str) -> RequestError:
    """The body is not of the shape this call takes."""
    return RequestError(f"Format error in JSON body: {message}")


def invalid(message: str) -> RequestError:
    """The body has the right shape and a value out of range."""
    return RequestError(f"Validation error in JSON body: [{message}]", status=422)


def not_found(message: str) -> RequestError:
    """What the request names does not exist."""
    return RequestError(f"Not found: {message}", status=404)


def no_collection(name: str) -> RequestError:
    """The collection (or alias) does not exist."""
    return not_found(f"Collection `{name}` doesn't exist!")


def conflict(message: str) -> RequestError:
    """What the request wants to make exists already."""
    return RequestError(f"Wrong input: {message}", status=409)


class EngineCall:
    """Context in which the engine's exceptions become a RequestError."""

    def __enter__(self) -> None:
        return None

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        # The engine raises plain Exception, so the exact class is compared, not the family.
        if error is not None and kind in (Exception, ValueError, TypeError, OverflowError):
            raise _translated(str(error)) from error


def _translated(message: str) -> RequestError:
    first = message.split("\n", 1)[0]
    if first.startswith("No point with id"):
        return not_found(f"{first} found")
    if first.startswith("Service runtime error"):
        return RequestError(f"Service internal error: {first}", status=500)
    return wrong_input(first)


engine_call = EngineCall()
