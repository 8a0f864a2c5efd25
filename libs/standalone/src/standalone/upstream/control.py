"""The `/control` routes: statistics, faults, announcements while running."""

import msgspec

from standalone.upstream.asgi import Answer, json_answer
from standalone.upstream.faults import Fault, FaultError, Script, decode_faults
from standalone.upstream.records import DayError, Record, decode_lines
from standalone.upstream.statistics import Asked, Statistics
from standalone.upstream.store import Store


class Overview(msgspec.Struct, frozen=True, kw_only=True):
    """What `GET /control` tells."""

    papers: int
    newest: str
    asked: Asked
    faults_happened: int
    faults_pending: list[Fault]


class Control:
    """Answers `/control`; it changes the store, the script and the statistics it is given."""

    def __init__(self, store: Store, script: Script, statistics: Statistics) -> None:
        self._store = store
        self._script = script
        self._statistics = statistics

    def answer(self, method: str, path: str, body: bytes) -> Answer:
        """Return the answer to a request; mistakes are told as `{"error": …}` with status 400."""
        try:
            return self._answer(method, path.rstrip("/"), body)
        except (FaultError, DayError) as error:
            return json_answer({"error": str(error)}, 400)

    def _answer(self, method: str, path: str, body: bytes) -> Answer:
        match method, path:
            case "GET", "/control":
                return json_answer(self._overview())
            case "POST", "/control/faults":
                self._script.add(decode_faults(body))
                return json_answer({"pending": self._script.pending})
            case "DELETE", "/control/faults":
                self._script.clear()
                return json_answer({"pending": []})
            case "POST", "/control/announce":
                return json_answer(self._store.announce(decode_records(body)))
            case "POST", "/control/reset":
                self._statistics.reset()
                return json_answer(self._statistics.asked())
            case _:
                return json_answer({"error": f"no such control: {method} {path}"}, 404)

    def _overview(self) -> Overview:
        return Overview(
            papers=len(self._store.listed),
            newest=self._store.newest.isoformat(),
            asked=self._statistics.asked(),
            faults_happened=self._script.happened,
            faults_pending=self._script.pending,
        )


def decode_records(body: bytes) -> list[Record]:
    """Decode records from a JSON array or from JSON lines. Raises DayError."""
    if not body.lstrip().startswith(b"["):
        records = decode_lines(body.splitlines(), "announcement")
    else:
        try:
            items = msgspec.json.decode(body, type=list[msgspec.Raw])
        except (msgspec.DecodeError, RecursionError) as error:
            raise DayError(f"announcement: {error}") from error
        records = decode_lines([bytes(item) for item in items], "announcement")
    if not records:
        raise DayError("announcement: no record in it")
    return records
