"""Settings of the notifier."""

import pytest

from common.errors import UsageError
from common.settings import load
from notifier.settings import Settings


@pytest.mark.parametrize(
    ("environ", "field"),
    [
        ({"SMTP_HOST": "h"}, "SMTP_FROM"),
        ({"SMTP_HOST": "h", "SMTP_FROM": "Bus <b@c.org>"}, "SMTP_FROM"),
        ({"PUBLIC_URL": "paperbus.example"}, "PUBLIC_URL"),
        ({"SMTP_TLS": "maybe"}, "SMTP_TLS"),
        ({"SMTP_PORT": "0"}, "SMTP_PORT"),
        ({"WEBHOOK_TIMEOUT_S": "99"}, "WEBHOOK_TIMEOUT_S"),
    ],
)
def test_a_wrong_setting_names_its_variable(environ: dict[str, str], field: str) -> None:
    with pytest.raises(UsageError) as caught:
        load(Settings, environ).notifier.check()
    assert caught.value.field == field


def test_nothing_needs_to_be_set() -> None:
    load(Settings, {}).notifier.check()


def test_the_password_is_never_shown() -> None:
    own = load(Settings, {"SMTP_PASSWORD": "hunter2"}).notifier
    assert "hunter2" not in repr(own)
    assert own.smtp_password.reveal() == "hunter2"
