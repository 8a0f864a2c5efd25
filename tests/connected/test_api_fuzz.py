"""Schemathesis over the whole API: no 5xx, answers as described, no way around the key."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

pytestmark = pytest.mark.connected

KEY = "k" * 40
AUTH = {"Authorization": f"Bearer {KEY}"}
SEED = 20260714
CHECKS = (
    *("not_a_server_error", "status_code_conformance", "content_type_conformance"),
    *("response_headers_conformance", "response_schema_conformance", "negative_data_rejection"),
    *("ignored_auth", "use_after_free"),
)
"""Not among them: values that fit the description are refused where only words can say why."""

CONFIG = f"""
[checks]
enabled = false
{"".join(f"{name}.enabled = true" + chr(10) for name in CHECKS)}
[[operations]]
include-path = "/api/v1/jobs/{{job_id}}"

[operations.checks]
use_after_free.enabled = false
"""
"""To delete a job is to stop it; it stays to be looked at."""


@pytest.fixture
def gateway() -> Iterator[str]:
    program = Path(__file__).parents[1] / "seeded_gateway.py"
    process = subprocess.Popen(
        [sys.executable, str(program), KEY], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
    finally:
        process.kill()
        process.communicate()


@pytest.mark.timeout(600)
def test_the_api_keeps_its_word_whatever_is_sent(gateway: str, tmp_path: Path) -> None:
    described = tmp_path / "openapi.json"
    described.write_bytes(httpx.get(f"{gateway}/api/v1/openapi.json", headers=AUTH).content)
    (tmp_path / "schemathesis.toml").write_text(CONFIG)
    argv = [
        *(str(Path(sys.executable).with_name("schemathesis")), "run", str(described)),
        *("--url", gateway, "-H", f"Authorization: Bearer {KEY}"),
        *("--phases", "examples,coverage,fuzzing,stateful", "--seed", str(SEED)),
        *("--max-examples", "4", "--no-shrink", "--continue-on-failure", "--no-color"),
        *("--generation-database", "none", "--workers", "1", "--warnings", "off"),
        *("--request-timeout", "60", "--suppress-health-check", "too_slow"),
    ]
    found = subprocess.run(argv, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout[-12_000:]
