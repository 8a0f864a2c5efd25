"""The registry of switches fits the topology."""

import pytest

from common.controls.flags import BY_NAME, FLAGS, Flag, flag_named, pausing
from common.errors import UsageError
from common.topology import CONSUMERS, WORKERS, consumer_for


def test_names_are_unique_and_can_be_typed() -> None:
    assert len(BY_NAME) == len(FLAGS)
    assert all(name == name.lower() and name.replace("-", "").isalpha() for name in BY_NAME)


@pytest.mark.parametrize("flag", FLAGS, ids=lambda flag: flag.name)
def test_a_switch_holds_back_durables_of_its_own_service(flag: Flag) -> None:
    assert flag.service in WORKERS
    assert flag.text.endswith(".")
    assert bool(flag.durables) == (flag.how == "pauses")
    for event in flag.durables:
        assert flag in pausing(consumer_for(flag.service, event))


def test_every_step_of_a_paper_can_be_switched_off() -> None:
    rows = [consumer for consumer in CONSUMERS if consumer.row]
    assert [consumer.durable for consumer in rows if not pausing(consumer)] == []


def test_an_unknown_name_is_told_with_those_there_are() -> None:
    with pytest.raises(UsageError, match=r"'nonsense' is no switch; known are .*indexing"):
        flag_named("nonsense")
