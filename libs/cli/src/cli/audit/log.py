"""Everything the log says, learnt message by message in stream order."""

from collections import Counter
from collections.abc import Callable, Iterable

from cli.audit.facts import Fact, Ref, RowHead, fact_of, read_event, read_fact, read_row
from cli.audit.paper import Code, Death, Indexed, Paper, Retry
from cli.audit.path import announced_again, past_its_end, unguarded, wrong_start
from cli.audit.secrecy import Needles
from cli.audit.verdict import Finding, Twice
from common import topology
from common.errors import UNREADABLE
from common.events import Event, PaperEmbedded, SummaryReady
from common.ledger import Row, State
from common.letters.letter import HEADERS
from common.scan import Read

EXTRACTIVE = "extractive"
PLACE = [HEADERS[name] for name in ("service", "stream", "seq")]
_NO_NEEDLES = Needles()
_ROWS = {(one.service, one.event.subject): one.row or "" for one in topology.CONSUMERS}
_SERVICES = {one.row: one.service for one in topology.CONSUMERS if one.row}


class Log:
    """What was read so far; ``wanted`` are sequences of messages that advisories are about."""

    def __init__(self, needles: Needles = _NO_NEEDLES, wanted: Iterable[int] = ()) -> None:
        self.papers: dict[str, Paper] = {}
        self.refs: dict[str, tuple[str, Ref]] = {}
        """Key of each object, the paper it belongs to, and what the facts say of it."""
        self.paid: dict[str, tuple[str, Fact]] = {}
        """Recipe of each summary that a model was paid for."""
        self.remade: Counter[str] = Counter()
        """How often a summary was made again for a recipe, since its body was lost."""
        self.deaths: list[Death] = []
        self.letters: Counter[tuple[str, str, int]] = Counter()
        """Service, paper and version of each dead letter that has not been dropped."""
        self.lettered: set[str] = set()
        """Keys of objects that a dead letter names; its replay will need them."""
        self.buried: set[tuple[str, str, str]] = set()
        """Service, stream and sequence of each message that died."""
        self.named: dict[int, tuple[str, Event]] = {}
        """What lies at the wanted sequences: subject and event."""
        self.found: list[Finding] = []
        self.facts = self.messages = self.seq = self.gone = 0
        self.needles = needles
        self._wanted = frozenset(wanted)
        self._marks: dict[tuple[str, int, int], Row] = {}
        self._codes: dict[Code, Code] = {}
        self._takers: dict[str, Callable[[Read], None]] = {
            topology.LEDGER: self._take_row,
            topology.DEAD: self._take_letter,
            topology.RETRY: self._take_retry,
        }

    def take(self, message: Read) -> None:
        """Learn of one message."""
        self.gone += message.seq - self.seq - 1
        self.seq = message.seq
        self.messages += 1
        try:
            first = message.subject.partition(".")[0]
            self._takers.get(first, self._take_fact)(message)
        except UNREADABLE as error:
            self._say("A2", f"message {message.seq} on {message.subject}", f"unreadable: {error}")
        if message.seq in self._wanted:
            self._remember(message)
        self.look_for_secrets(message)

    def look_for_secrets(self, message: Read) -> None:
        """A10: no configured secret lies in a message, on whatever stream."""
        found = self.needles.names_in(message.body)
        if PLACE[0] in message.headers:  # a letter tells in its headers what went wrong
            found += self.needles.names_in("\n".join(message.headers.values()).encode())
        for name in found:
            about = f"message {message.seq} on {message.subject}"
            self._say("A10", about, f"holds the secret {name}")

    def paper(self, name: str, message: Read) -> Paper:
        """What is known of a paper, touched by this message."""
        known = self.papers.get(name)
        if known is None:
            known = self.papers[name] = Paper()
        known.touched = (message.seq, message.at_s)
        return known

    def _take_row(self, message: Read) -> None:
        row = read_row(message.body)
        paper = self.paper(row.paper, message)
        before = paper.rows.get(row.row)
        if words := unguarded(message, paper.seqs.get(row.row, 0)):
            self._say("A2", f"{row.paper} {row.row}", words)
        if words := past_its_end(row, before) if before else "":
            self._say("A3", f"{row.paper} {row.row}", words)
        if before and announced_again(row, before):
            words = f"was announced twice at version {row.version}, epoch {row.epoch}"
            self.found.append(Twice("A12", row.paper, words))
        if words := "" if before else wrong_start(row):
            self._say("A2", f"{row.paper} {row.row}", words)
        paper.rows[row.row] = self._mark(row)
        paper.seqs[row.row] = message.seq
        if subject := fact_of(row):
            paper.promise(self._code(subject, row.version, row.epoch))
        if row.state == "dead":
            service = _SERVICES.get(row.row, row.row)
            place = (row.row, row.version, row.epoch, message.seq, message.at_s)
            self.deaths.append(Death(row.paper, service, *place))

    def _take_fact(self, message: Read) -> None:
        fact = read_fact(message.body)
        self.facts += 1
        paper = self.paper(fact.paper, message)
        if not paper.state(self._code(message.subject, fact.version, fact.epoch)):
            words = (
                f"{message.subject} was stated again at epoch {fact.epoch}, message {message.seq}"
            )
            self.found.append(Twice("A4", f"{fact.paper}v{fact.version}", words))
            return
        for ref in fact.refs:
            self._take_ref(fact, ref)
        if message.subject == PaperEmbedded.subject:
            newest = Indexed(fact.version, fact.epoch, fact.passages)
            paper.indexed = max(paper.indexed or newest, newest)
        if message.subject == SummaryReady.subject:
            self._take_summary(fact)

    def _take_ref(self, fact: Fact, ref: Ref) -> None:
        _, known = self.refs.setdefault(ref.key, (fact.paper, ref))
        if known == ref:
            return
        about = f"{fact.paper}v{fact.version}"
        if fact.summary is ref and self._is_asked_again(fact):
            self.refs[ref.key] = (fact.paper, ref)
            self.remade[fact.recipe] += 1
        elif fact.summary is ref:
            words = f"two summaries for one recipe, {ref.key}"
            self.found.append(Twice("A7", about, words))
        else:
            self._say("A5", about, f"{ref.key} is described in two ways")

    def _is_asked_again(self, fact: Fact) -> bool:
        """Whether the epoch was raised; without, two summaries of one recipe were a race."""
        known = self.paid.get(fact.recipe)
        return known is not None and fact.epoch > known[1].epoch

    def _take_summary(self, fact: Fact) -> None:
        about = f"{fact.paper}v{fact.version}"
        if fact.summary is not None and fact.recipe not in fact.summary.key:
            self._say("A7", about, f"{fact.summary.key} does not belong to recipe {fact.recipe}")
        if fact.recipe and fact.model != EXTRACTIVE:
            self.paid.setdefault(fact.recipe, (fact.paper, fact))

    def _take_letter(self, message: Read) -> None:
        service, stream, seq = (message.headers.get(name, "") for name in PLACE)
        self.buried.add((service, stream, seq))
        try:
            fact = read_fact(message.body)
        except UNREADABLE:
            return  # what was no message of ours belongs to no paper
        self.letters[service, fact.paper, fact.version] += 1
        self.lettered.update(ref.key for ref in fact.refs)

    def _take_retry(self, message: Read) -> None:
        _, service, subject = message.subject.split(".", 2)
        event = read_event(message.body)
        row = _ROWS.get((service, subject), "")
        retry = Retry(service, row, event.version, event.epoch, message.seq)
        self.paper(event.paper, message).retries += (retry,)

    def _remember(self, message: Read) -> None:
        try:
            self.named[message.seq] = (message.subject, read_event(message.body))
        except UNREADABLE:
            return

    def _mark(self, row: RowHead) -> Row:
        key = (row.state, row.version, row.epoch)
        mark = self._marks.get(key)
        if mark is None:
            state: State = row.state  # type: ignore[assignment]
            mark = Row(paper="", row="", state=state, version=row.version, epoch=row.epoch, at="")
            self._marks[key] = mark
        return mark

    def _code(self, subject: str, version: int, epoch: int) -> Code:
        code = (subject, version, epoch)
        return self._codes.setdefault(code, code)

    def _say(self, check: str, about: str, words: str) -> None:
        self.found.append(Finding(check, about, words))
