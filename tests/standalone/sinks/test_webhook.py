"""The running sinks: webhooks and mail kept, refused as told, stopped at once."""

import base64
import smtplib
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest
from standardwebhooks import Webhook

SECRET = "whsec_" + base64.b64encode(b"0123456789abcdef0123456789abcdef").decode()


class Sinks(NamedTuple):
    process: "subprocess.Popen[str]"
    client: httpx.Client
    smtp_port: int
    data: Path


@pytest.fixture
def sinks(tmp_path: Path) -> Iterator[Sinks]:
    (tmp_path / "secret").write_text(SECRET)
    ports = ["--webhook-port", "0", "--smtp-port", "0"]
    files = ["--data", str(tmp_path / "data"), "--secret-file", str(tmp_path / "secret")]
    command = [sys.executable, "-m", "standalone.sinks", *ports, *files]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        line = process.stderr.readline()
        assert line.startswith("sinks ready: http://"), line
        port = int(line.rpartition(":")[2])
        with httpx.Client(base_url=line.split()[2], timeout=60) as client:
            yield Sinks(process, client, port, tmp_path / "data")
        process.kill()


def headers(body: str, name: str = "msg_1", secret: str = SECRET) -> dict[str, str]:
    at = datetime.now(UTC)
    signature = Webhook(secret).sign(name, at, body)
    return {
        "webhook-id": name,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": signature,
    }


def mail(port: int, subject: str = "A digest of Erdős") -> dict[str, tuple[int, bytes]]:
    message = EmailMessage()
    message["From"], message["To"] = "paperbus@example.org", "ada@example.org"
    message["Subject"], message["Message-ID"] = subject, "<1@example.org>"
    message.set_content("Text")
    message.add_alternative("<p>HTML</p>", subtype="html")
    with smtplib.SMTP("127.0.0.1", port, timeout=60) as smtp:
        return smtp.send_message(message)


def test_webhooks_are_checked_and_kept(sinks: Sinks) -> None:
    body = '{"paper":"arxiv:2606.00001"}'
    wrong = "whsec_" + base64.b64encode(b"x" * 32).decode()
    good = sinks.client.post("/hook", content=body, headers=headers(body))
    bad = sinks.client.post("/hook", content=body, headers=headers(body, "msg_2", wrong))
    own = sinks.client.post(
        "/other", params={"secret": wrong}, content=body, headers=headers(body, "msg_3", wrong)
    )
    assert (good.status_code, bad.status_code, own.status_code) == (200, 401, 200)
    received = sinks.client.get("/received").json()
    assert [one["headers"]["webhook-id"] for one in received] == ["msg_1", "msg_2", "msg_3"]
    assert [one["verified"] for one in received] == [True, False, True]
    assert received[0]["body"] == {"paper": "arxiv:2606.00001"}
    assert len((sinks.data / "webhooks.jsonl").read_bytes().splitlines()) == 3


def test_webhooks_are_refused_as_told(sinks: Sinks) -> None:
    told = sinks.client.post("/control", json={"status": 500, "times": 2, "retry_after_s": 1})
    assert told.status_code == 200
    sinks.client.post("/control", json={"status": 503, "keep": True})
    answers = [
        sinks.client.post("/hook", content="{}", headers=headers("{}", f"msg_{n}"))
        for n in range(4)
    ]
    assert [one.status_code for one in answers] == [500, 500, 503, 200]
    assert answers[0].headers["retry-after"] == "1"
    received = sinks.client.get("/received").json()
    assert [one["headers"]["webhook-id"] for one in received] == ["msg_2", "msg_3"]
    assert sinks.client.post("/control", content="nonsense").status_code == 400
    assert sinks.client.get("/nix").status_code == 404


def test_mail_is_kept_and_refused_as_told(sinks: Sinks) -> None:
    sinks.client.post("/control", json={"status": 451, "sink": "mail"})
    sinks.client.post("/control", json={"status": 554, "sink": "mail"})
    for status in (451, 554):
        with pytest.raises(smtplib.SMTPDataError) as caught:
            mail(sinks.smtp_port)
        assert caught.value.smtp_code == status
    assert mail(sinks.smtp_port) == {}
    (stored,) = sinks.client.get("/mail").json()
    assert stored["sender"] == "paperbus@example.org"
    assert stored["recipients"] == ["ada@example.org"]
    assert (stored["subject"], stored["message_id"]) == ("A digest of Erdős", "<1@example.org>")
    assert b"HTML" in (sinks.data / "mail" / stored["file"]).read_bytes()


def test_sigterm_stops_it_at_once(sinks: Sinks) -> None:
    with smtplib.SMTP("127.0.0.1", sinks.smtp_port, timeout=60):
        sinks.process.terminate()
        assert sinks.process.wait(timeout=60) == 0


def test_bad_options_are_told_in_a_sentence(sinks: Sinks, tmp_path: Path) -> None:
    (tmp_path / "bad").write_text("not base64!")
    (tmp_path / "file").touch()
    for arguments, words in [
        (["--smtp-port", str(sinks.smtp_port)], "the port is in use"),
        (["--secret-file", str(tmp_path / "bad")], "not base64"),
        (["--secret-file", str(tmp_path / "none")], "No such file"),
        (["--data", str(tmp_path / "file")], "Not a directory"),
    ]:
        given = ["--webhook-port", "0", "--smtp-port", "0", "--data", str(tmp_path), *arguments]
        command = [sys.executable, "-m", "standalone.sinks", *given]
        ended = subprocess.run(command, capture_output=True, text=True, check=False)
        assert ended.returncode == 2
        assert words in ended.stderr
        assert "Traceback" not in ended.stderr
