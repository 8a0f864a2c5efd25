"""Nothing secret leaks; ordinary text is kept."""

from urllib.parse import quote

import pytest

from common.redact import redacted, remember

CANARY = "Zq7Kp2Xw9Lm4Rt6V"

LEAKS = [
    f"Authorization: Bearer {CANARY}",
    f"authorization={CANARY}",
    f"{{'Authorization': 'Bearer {CANARY}'}}",
    f'{{"authorization": "Basic {CANARY}"}}',
    f'{{"authorization":"Bearer {CANARY}","x":1}}',
    f"Proxy-Authorization: Basic {CANARY}",
    f"sent Bearer {CANARY} to the endpoint",
    f"api_key={CANARY}",
    f"api-key: {CANARY}",
    f"OPENAI_API_KEY={CANARY}",
    f"?apikey={CANARY}&page=2",
    f"https://x.example/?access_token={CANARY}",
    f"S3_SECRET_KEY={CANARY}",
    f"s3_access_key='{CANARY}'",
    f"aws_secret_access_key = {CANARY}",
    f"GATEWAY_SHARED_KEY={CANARY}",
    f"client_secret: {CANARY}",
    f"password={CANARY}",
    f'"password": "two words {CANARY}"',
    f"'smtp_password': 'with blank {CANARY}'",
    f"passwd: {CANARY}",
    f"Cookie: session={CANARY}; theme=dark",
    f"Set-Cookie: id={CANARY}; HttpOnly",
    f"http://s3/x?X-Amz-Signature={CANARY}&a=1",
    f"X-Amz-Credential={CANARY}/20260101",
    f"eyJhbGciOiJIUzI1NiJ9.{CANARY}.{CANARY}",
    f"sk-{CANARY}",
    f"sk-proj-{CANARY}",
    f"pk-{CANARY}",
    f"whsec_{CANARY}",
    f"ghp_{CANARY}abcd1234",
    f"nats://user:{CANARY}@host:4222",
    f"nats://{CANARY}@host:4222",
    f"amqp+ssl://u:{CANARY}@host/x",
    f"a\nhttps://u:{CANARY}@host\nb",
    f"-----BEGIN EC PRIVATE KEY-----\n{CANARY}\n-----END EC PRIVATE KEY-----",
    f"-----BEGIN USER NKEY SEED-----\npassword {CANARY}".replace("password ", "password="),
]

KEPT = [
    "",
    "paper arxiv:2401.00001 was fetched in 3.2 s",
    "prompt_tokens=512 completion_tokens=90",
    "tokens: 512, cost 0.01",
    "We study secret sharing and password managers.",
    "A key idea: sparse attention",
    "keyword: transformers",
    "http://127.0.0.1:9000/paperbus/pdf/aa/bb",
    "https://arxiv.org/abs/2401.00001v2?x=1",
    "write to a.person@example.org",
    "https://example.org/@user/page",
    "task-based risk-averse desk-rejected",
    "eyJ is how a JWT begins",
    "authors: A. Basic, B. Bearer",
]


@pytest.mark.parametrize("text", LEAKS)
def test_nothing_leaks(text: str) -> None:
    assert CANARY not in redacted(text)
    assert "***" in redacted(text)


def test_the_seed_of_an_nkey_is_taken_out() -> None:
    seed = "SU" + "ACSSL3UAHUDXKFSNVUZRF5UHPMWZ6BFDTJ7M6USDXIEDNPPQYYYCU3VY"[:56]
    assert len(seed) == 58
    assert seed not in redacted(f"seed {seed} given")


@pytest.mark.parametrize("text", KEPT)
def test_ordinary_text_is_kept(text: str) -> None:
    assert redacted(text) == text


@pytest.mark.parametrize("text", [*LEAKS, *KEPT])
def test_twice_changes_nothing_more(text: str) -> None:
    assert redacted(redacted(text)) == redacted(text)


def test_what_stands_around_a_secret_is_kept() -> None:
    assert redacted("GET http://u:p@host/a?token=abc&page=2 failed") == (
        "GET http://***@host/a?token=***&page=2 failed"
    )


@pytest.mark.parametrize("form", ["{}", "x{}y", "Incorrect key: {}.", "/hook/{}?a=1"])
def test_what_is_remembered_is_taken_out_whatever_it_looks_like(form: str) -> None:
    secret = "plain words/and+signs"
    remember(secret)
    for spelling in (secret, quote(secret, safe=""), secret.encode().hex()):
        assert redacted(form.format(spelling)) == form.format("***")


def test_a_short_secret_is_not_searched_for() -> None:
    remember("paperbus")
    assert redacted("paperbus is up") == "paperbus is up"
