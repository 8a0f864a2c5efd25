"""Whatever is secret is taken out, in every shape it may have."""

import json
from pathlib import Path

import pytest

import env_example
from cli.bundle import hiding
from common import settings

CANARY = "canary-7f3a91c2d4e6"


@pytest.mark.parametrize("package", env_example.PACKAGES)
def test_every_secret_setting_is_known_by_its_name(package: str) -> None:
    told = settings.variables(env_example.settings_of(package))
    assert [one.name for one in told if one.secret and not hiding.is_secret(one.name)] == []


@pytest.mark.parametrize("name", ["NATS_NKEY_SEED_FILE", "NATS_CREDS_FILE", "BACKUP_IDENTITY_FILE"])
def test_files_that_hold_secrets_are_known(name: str, tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text(f"-- head --\n\n{CANARY}\nshort\n")
    assert hiding.is_secret(name)
    assert hiding.learn({name: str(file)}) == [(name.removesuffix("_FILE"), CANARY)]
    assert CANARY.encode() not in hiding.clean(f"it is {CANARY}!".encode())


def test_what_is_no_secret_or_not_there_is_no_harm() -> None:
    environ = {"NATS_URL": "nats://elsewhere", "X_KEY": "short", "Y_KEY": "", "Z_KEY_FILE": "/no"}
    assert hiding.learn(environ) == []


@pytest.mark.parametrize(
    "text",
    [
        "plain {0}",
        '{{"deep": [{{"about": "x {0} y"}}]}}',
        '{{"{0}": 1}}',
        'one\n{{"event": "{0}"}}\ntwo',
        "Traceback\n  ValueError: {0}\n",
    ],
)
def test_a_configured_secret_goes_from_every_shape(text: str) -> None:
    hiding.learn({"S3_SECRET_KEY": CANARY})
    cleaned = hiding.clean(text.format(CANARY).encode())
    assert CANARY.encode() not in cleaned
    assert b"***" in cleaned


@pytest.mark.parametrize(
    "secret",
    [
        "Authorization: Bearer abcdef1234567",
        "https://user:pass1@host/",
        "SUAGMJH5XLGZKQQWAWKRZJIGMOU4HPFUYLXJMXOO5NLFEO2OOQJ5LPRDPM",
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "password=hunter2",
        "somebody@example.org",
    ],
)
def test_what_looks_like_a_secret_or_a_person_goes_too(secret: str) -> None:
    told = secret.rpartition(" ")[2].rpartition("=")[2].partition("@")[0]
    assert told.encode() not in hiding.clean(f"said {secret} twice".encode())


def test_json_stays_json_and_keeps_what_is_no_secret() -> None:
    before = {
        "name": "OPENAI_API_KEY",
        "secret": True,
        "api_key": "x1",
        "token": "",
        "tokens": 12,
        "cost": 0.5,
        "none": None,
        "list": ["a", {"password": "p"}],
        "mail": "who@example.org",
    }
    after = json.loads(hiding.clean(json.dumps(before).encode()))
    changed = {"api_key": "***", "list": ["a", {"password": "***"}], "mail": "***@example.org"}
    assert after == {**before, **changed}


def test_what_is_no_text_does_no_harm() -> None:
    assert hiding.clean(b"\xff\xfe{\x00") == "\ufffd\ufffd{\x00".encode()
    assert hiding.clean(b"") == b""
