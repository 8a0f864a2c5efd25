from click.testing import CliRunner

from gateway.__main__ import main


def test_routes_are_printed_without_any_server() -> None:
    found = CliRunner().invoke(main, ["routes"])
    assert found.exit_code == 0
    assert "  GET    /api/v1/search" in found.output.splitlines()
    assert "P GET    /health/live" in found.output.splitlines()


def test_an_open_address_without_a_key_is_exit_code_2() -> None:
    found = CliRunner().invoke(main, ["config", "validate"], env={"GATEWAY_HOST": "0.0.0.0"})
    assert found.exit_code == 2
    assert "GATEWAY_SHARED_KEY" in found.output


def test_the_key_is_not_shown() -> None:
    key = "canary-" * 8
    found = CliRunner().invoke(main, ["config", "show"], env={"GATEWAY_SHARED_KEY": key})
    assert found.exit_code == 0
    assert key not in found.output
