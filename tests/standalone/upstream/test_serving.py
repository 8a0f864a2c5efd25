"""Listening: a free port, a busy one, an address that is not ours."""

import pytest

from standalone.upstream.serving import listen


def test_port_0_picks_one() -> None:
    with listen("127.0.0.1", 0) as sock:
        assert sock.getsockname()[1] > 0


def test_a_busy_port_and_a_foreign_address(capsys: pytest.CaptureFixture[str]) -> None:
    with listen("127.0.0.1", 0) as sock:
        for host, port in [sock.getsockname(), ("192.0.2.1", 0), ("127.0.0.1", 70000)]:
            with pytest.raises(SystemExit) as caught:
                listen(host, port)
            assert caught.value.code == 2
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 3
    assert "in use; choose another" in told[0]
