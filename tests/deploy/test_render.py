"""What is committed is what fleet and code say now."""

import re

import pytest

from common import topology
from render import __main__ as render
from render import code, fleet

TAG = re.compile(r":(?:v|RELEASE\.)?\d+[\w.\-]*$")


def test_every_generated_file_is_as_it_would_be_written_now() -> None:
    assert sorted(render.stale()) == [], "run `make deploy`"


def test_the_scripts_that_people_run_are_programs() -> None:
    made = {name for part in render.PARTS for name in part() if name.endswith(".sh")}
    wanted = {"deploy/compose/init.sh", "deploy/secrets.sh", "deploy/k8s/secrets.sh"}
    assert wanted <= made
    for name in made:
        file = fleet.ROOT / name
        assert file.read_text().startswith("#!/bin/sh\n"), name
        assert file.stat().st_mode & 0o111 == 0o111, f"{name}: chmod +x"


def test_the_fleet_has_every_worker_and_no_other() -> None:
    assert sorted(fleet.load().workers) == sorted(topology.WORKERS)


@pytest.mark.parametrize("name", sorted(fleet.load().images))
def test_every_image_has_one_exact_tag(name: str) -> None:
    image = fleet.load().images[name]
    assert TAG.search(image), f"{image} has no tag that stays what it is"


@pytest.mark.parametrize("worker", topology.WORKERS)
def test_a_worker_asks_for_no_more_than_it_may_take(worker: str) -> None:
    size = fleet.load().workers[worker]
    assert 0 < size.cpu <= size.cpu_limit
    assert 0 < size.memory <= size.memory_limit
    assert 1 <= size.replicas <= size.max_replicas


def test_the_stores_of_a_worker_follow_from_its_settings() -> None:
    assert code.stores_of("fetcher") == ("nats", "objects")
    assert code.stores_of("indexer") == ("nats", "objects", "qdrant")


def test_secrets_are_known_by_their_type_alone() -> None:
    assert "s3_secret_key" in code.secrets_of("indexer")
    assert "smtp_password" in code.all_secrets()
    assert "smtp_password" not in code.secrets_of("fetcher")
    assert {"S3_SECRET_KEY", "S3_SECRET_KEY_FILE"} <= code.names_of("fetcher")
