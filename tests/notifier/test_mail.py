"""Mail through a real SMTP conversation, and what each answer of the server means."""

from collections.abc import Callable

import pytest

from common.events import SummaryReady
from common.settings import Secret
from common.watches import Watch
from mail_server import Server, serving
from notifier.mail import MailChannel
from notifier.settings import NotifierSettings
from notifier.telling import Outcome, Telling
from unheard import port_of, unheard

Make = Callable[..., Watch]


def channel(port: int, **more: object) -> MailChannel:
    known = {"smtp_host": "127.0.0.1", "smtp_port": port, "smtp_tls": "none"}
    own = {**known, "smtp_from": "bus@example.org", "smtp_timeout_s": 60, **more}
    return MailChannel(NotifierSettings(**own))  # type: ignore[arg-type]


async def sent(
    server: Server, watch: Watch, event: SummaryReady, *, claim: bool = True, **more: object
) -> tuple[Outcome, bool]:
    """The outcome, and whether the hand-over was announced before."""
    handed = False

    async def handing() -> bool:
        nonlocal handed
        handed = True
        return claim

    async with serving(server) as port:
        telling = Telling("msg_1", watch, event, 1, ())
        return await channel(port, **more).send(telling, handing), handed


async def test_a_letter_arrives_for_one_recipient(make_watch: Make, summary: SummaryReady) -> None:
    server = Server()
    found, handed = await sent(server, make_watch(mail=True), summary)

    assert (found.state, found.code, handed) == ("sent", 250, True)
    said = [line.upper() for line in server.heard if line.upper().startswith(("MAIL", "RCPT"))]
    assert said[0].startswith("MAIL FROM:<BUS@EXAMPLE.ORG>")
    assert said[1:] == ["RCPT TO:<W1@EXAMPLE.ORG>"]
    assert b"Message-ID: <msg_1@example.org>" in server.letters[0]


@pytest.mark.parametrize(
    ("answers", "state", "down", "handed"),
    [
        ({"hello": "421 busy"}, "retry", "smtp", False),
        ({"hello": "554 go away"}, "retry", "smtp", False),
        ({"rcpt": "550 unknown user"}, "failed", "", False),
        ({"rcpt": "450 greylisted"}, "retry", "w1@example.org", False),
        ({"rcpt": ""}, "retry", "smtp", False),
        ({"mail": "553 not from you"}, "failed", "", False),
        ({"data": "452 full"}, "retry", "w1@example.org", True),
        ({"end": "554 spam"}, "failed", "", True),
        ({"end": "451 later"}, "retry", "w1@example.org", True),
        ({"end": ""}, "unknown", "", True),
    ],
)
async def test_what_an_answer_means(
    make_watch: Make,
    summary: SummaryReady,
    answers: dict[str, str],
    state: str,
    down: str,
    handed: bool,
) -> None:
    found, was_handed = await sent(Server(**answers), make_watch(mail=True), summary)

    assert (found.state, found.down, was_handed) == (state, down, handed)


async def test_a_refused_sign_in_tells_nothing_secret(
    make_watch: Make, summary: SummaryReady
) -> None:
    server = Server(auth="535 wrong password hunter2")
    found, _ = await sent(
        server,
        make_watch(mail=True),
        summary,
        smtp_user="bus",
        smtp_password=Secret("hunter2"),
    )

    assert (found.state, found.down) == ("retry", "smtp")
    assert "SMTP_PASSWORD" in found.said
    assert "hunter2" not in found.said


async def test_a_lost_claim_hands_nothing_over(make_watch: Make, summary: SummaryReady) -> None:
    server = Server()
    found, _ = await sent(server, make_watch(mail=True), summary, claim=False)

    assert found.state == "lost"
    assert server.letters == []


async def test_nobody_there_and_no_server_set(make_watch: Make, summary: SummaryReady) -> None:
    async def handing() -> bool:
        return True

    telling = Telling("msg_1", make_watch(mail=True), summary, 1, ())
    with unheard() as held:
        port = port_of(held)
        assert (await channel(port).send(telling, handing)).state == "retry"
    assert (await channel(port, smtp_host="").send(telling, handing)).state == "failed"
