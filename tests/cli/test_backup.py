"""Backups without servers: what is kept where, in which order, what goes, and what is told."""

import asyncio
import json
import os
import subprocess
import time
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner

from cli.__main__ import main
from cli.backup import bodies, configuration, manifest, order, pruning, sealing, shown, userdata
from cli.backup.archive import Archive, pool_name
from cli.backup.manifest import Listed, Manifest, ObjectsPart, Part, StreamPart
from cli.backup.record import failed, record_of
from cli.backup.settings import BackupSettings
from cli.backup.targets import InBucket, InFolder, target_of
from common import topology
from common.errors import Terminal, UsageError
from common.floors import Floor
from common.secret import Secret
from common.settings import ObjectsSettings, load
from common.snapshots import Cut, torn

DAY = 86_400.0
NOW = 1_800_000_000.0


def said(_: str) -> None:
    """Nobody listens."""


def test_every_stream_is_cut_once_and_comes_back_once() -> None:
    every = sorted(order.declared())
    assert sorted(order.cutting()) == sorted(order.restoring()) == every
    assert {stream.name for stream in topology.STREAMS} < set(every)


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ("KV_sources", "PAPERS"),  # a cursor ahead of the log would lose papers
        ("KV_jobs", "REQUESTS"),
        ("REQUESTS", "PAPERS"),  # a request that is gone must have left its traces in the log
        ("ADVISORIES", "PAPERS"),
        ("PAPERS", "KV_deliveries"),  # a log ahead of the records would tell people twice
        ("NOTICES", "KV_deliveries"),
        ("PAPERS", "KV_spend"),
        ("KV_deliveries", "KV_watches"),
    ],
)
def test_causes_are_cut_before_what_they_explain(first: str, then: str) -> None:
    cutting = order.cutting()
    assert cutting.index(first) < cutting.index(then)


def test_a_system_counts_as_empty_until_the_log_is_back() -> None:
    assert order.restoring()[-3:] == order.HELD == ("KV_watches", "KV_library", "PAPERS")


@pytest.mark.parametrize("recipient", [False, True])
def test_what_is_sealed_comes_back_and_only_for_the_right_one(
    tmp_path: Path, recipient: bool
) -> None:
    body = os.urandom(100_000) + b"a" * 100_000
    plain, sealed, back = (tmp_path / name for name in ("plain", "sealed", "back"))
    plain.write_bytes(body)
    public = sealing.make_identity(tmp_path / "key") if recipient else ""
    sealed = sealed.with_name("sealed" + sealing.suffix(public))
    sealing.seal(plain, sealed, public)
    assert len(sealed.read_bytes()) < len(body)
    sealing.unseal(sealed, back, tmp_path / "key" if recipient else None)
    assert back.read_bytes() == body
    if recipient:
        assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600
        with pytest.raises(UsageError, match="BACKUP_IDENTITY_FILE"):
            sealing.unseal(sealed, back)
        sealing.make_identity(tmp_path / "other")
        with pytest.raises(UsageError, match="does not open"):
            sealing.unseal(sealed, back, tmp_path / "other")
        with pytest.raises(UsageError, match="is there already"):
            sealing.make_identity(tmp_path / "other")
    assert not list(tmp_path.glob("*.open"))


@pytest.mark.parametrize("wrong", [b"", b"no key", b"\xff", b"AGE-SECRET-KEY-1"])
def test_a_file_that_is_no_identity_is_named(tmp_path: Path, wrong: bytes) -> None:
    (tmp_path / "plain").write_bytes(b"x")
    public = sealing.make_identity(tmp_path / "key")
    sealing.seal(tmp_path / "plain", tmp_path / "x.gz.age", public)
    (tmp_path / "wrong").write_bytes(wrong)
    with pytest.raises(UsageError, match="holds no identity"):
        sealing.unseal(tmp_path / "x.gz.age", tmp_path / "back", tmp_path / "wrong")


def test_a_damaged_file_cannot_be_unpacked(tmp_path: Path) -> None:
    (tmp_path / "x.gz").write_bytes(b"\x1f\x8b no gzip")
    with pytest.raises(Terminal, match="unpacked"):
        sealing.unseal(tmp_path / "x.gz", tmp_path / "back")


@pytest.mark.parametrize(
    ("given", "kind", "shown_as"),
    [
        ("some/folder", InFolder, "some/folder"),
        ("/else/where", InFolder, "/else/where"),
        ("s3://bucket/a/b", InBucket, "s3://bucket/a/b"),
        ("s3://bucket", InBucket, "s3://bucket/"),
        ("s3://", UsageError, "names no bucket"),
        ("ftp://host/x", UsageError, "neither a folder"),
    ],
)
def test_the_setting_names_the_target(given: str, kind: type[Any], shown_as: str) -> None:
    settings = BackupSettings(backup_target=given, backup_s3_url="http://127.0.0.1:9")
    store = ObjectsSettings(s3_access_key=Secret("a" * 12), s3_secret_key=Secret("b" * 12))
    if kind is UsageError:
        with pytest.raises(UsageError, match=shown_as):
            target_of(settings, store)
        return
    found = target_of(settings, store)
    assert isinstance(found, kind)
    assert found.shown == shown_as


@pytest.mark.parametrize("wrong", ["age1", "AGE-SECRET-KEY-1ABC", "ssh-rsa x"])
def test_what_is_no_public_key_is_refused_at_once(wrong: str) -> None:
    with pytest.raises(UsageError, match="BACKUP_RECIPIENT"):
        load(BackupSettings, {"BACKUP_RECIPIENT": wrong})


async def test_a_folder_takes_a_file_as_a_whole_and_shows_no_half_one(tmp_path: Path) -> None:
    target = InFolder(tmp_path / "target")
    await target.prepare()
    (tmp_path / "file").write_bytes(b"one")
    await target.put("a/b/c", tmp_path / "file")
    (tmp_path / "target" / "a" / f"half{'.fresh'}").write_bytes(b"")
    assert {name: one.size_bytes for name, one in (await target.names("")).items()} == {"a/b/c": 3}
    assert list(await target.names("a/b/")) == ["a/b/c"]
    assert await target.names("a/c") == {}
    await target.get("a/b/c", tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == b"one"
    await target.remove("a/b/c")
    await target.remove("a/b/c")
    with pytest.raises(Terminal, match="is not in"):
        await target.get("a/b/c", tmp_path / "out")


async def archive(tmp_path: Path, *idents: str, ages: dict[str, float] | None = None) -> Archive:
    """A target with small backups; ``ages`` in days."""
    staging = tmp_path / "staging"
    staging.mkdir(exist_ok=True)
    made = Archive(InFolder(tmp_path / "target"), staging)
    await made.target.prepare()
    for ident in idents:
        await made.write(await small(made, ident))
        for path in (tmp_path / "target" / ident).rglob("*"):
            at = NOW - (ages or {}).get(ident, 0) * DAY
            os.utime(path, (at, at))
    return made


async def small(made: Archive, ident: str) -> Manifest:
    """A backup of nearly nothing, with one body of its own."""
    plain = made.staging / "x"
    plain.write_text(f"{ident}\n")
    part = await made.store(f"{ident}/streams/PAPERS.snapshot", plain)
    digest = ident[:8].ljust(64, "0")
    one = Listed(key=f"pdf/{digest}", sha256=digest, size_bytes=5, changed_s=1.5)
    bodies.write_list([one], plain)
    listed = await made.store(f"{ident}/objects.jsonl", plain)
    bodies.write_digests([one], plain)
    digests = await made.store(f"{ident}/objects.digests", plain, is_open=True)
    await made.store(pool_name(digest), plain)
    return Manifest(
        id=ident,
        version="1",
        state_version=1,
        started="2026-06-10T00:00:00.000000Z",
        cut="2026-06-10T00:00:01.000000Z",
        ended="2026-06-10T00:00:02.500000Z",
        streams=(StreamPart(part=part, cut=Cut(config={"name": "PAPERS"}, state=STATE)),),
        floors=(Floor(stream="PAPERS", durable="indexer-paper-fetched", seq=3),),
        objects=ObjectsPart(part=listed, count=1, size_bytes=5, digests=digests),
        config=part,
    )


STATE = {"messages": 7, "last_seq": 9}
IDS = ("20260101T000000Z", "20260201T000000Z", "20260301T000000Z")


async def test_a_backup_says_what_it_is_and_every_file_is_checked(tmp_path: Path) -> None:
    made = await archive(tmp_path, *IDS)
    assert await made.ids() == list(IDS)
    newest = await made.read("latest")
    assert (newest.id, newest.messages, newest.objects.included) == (IDS[-1], 7, True)
    assert manifest.decode(manifest.encode(newest)) == newest
    await made.check(newest, said)
    assert (await made.fetch(newest.parts[0])).read_text() == f"{IDS[-1]}\n"
    with pytest.raises(UsageError, match="paperbus backup list"):
        await made.read("20250101T000000Z")
    stored = tmp_path / "target" / newest.parts[0].name
    stored.write_bytes(stored.read_bytes() + b"x")
    with pytest.raises(Terminal, match=r"PAPERS.*damaged"):
        await made.check(newest, said)
    with pytest.raises(Terminal, match="damaged"):
        await made.fetch(newest.parts[0])
    stored.unlink()
    with pytest.raises(Terminal, match="is not in"):
        await made.check(newest, said)


@pytest.mark.parametrize(
    ("body", "words"),
    [(b"{", "damaged"), (b"{}", "damaged"), (b'{"format": 2}', "newer"), (b"\xff", "damaged")],
)
def test_a_manifest_that_cannot_be_read_is_no_backup(body: bytes, words: str) -> None:
    with pytest.raises(Terminal, match=words):
        manifest.decode(body)


@pytest.mark.parametrize(
    ("ages", "gone"),
    [
        ({}, set()),
        ({"a": 40}, set()),  # the newest one stays, however old it is
        ({"a": 40, "b": 31}, {"a"}),
        ({"a": 40, "b": 31, "c": 1}, {"a", "b"}),
        ({"a": 30, "b": 29}, set()),
    ],
)
def test_what_is_past_its_time_goes_but_never_the_newest(
    ages: dict[str, float], gone: set[str]
) -> None:
    good = {ident: NOW - days * DAY for ident, days in ages.items()}
    assert pruning.past(good, NOW, 30) == gone


async def test_pruning_takes_whole_backups_and_bodies_nobody_names(tmp_path: Path) -> None:
    made = await archive(tmp_path, *IDS, ages=dict(zip(IDS, (60, 40, 1), strict=True)))
    target = tmp_path / "target"
    (target / "20260228T000000Z").mkdir()
    (target / "20260228T000000Z" / "half").write_bytes(b"x")  # was begun and never finished
    (target / "notes.txt").write_bytes(b"mine")
    for path in target.rglob("*"):
        if path.name in ("half", "notes.txt") or "objects/" in path.as_posix():
            os.utime(path, (NOW - 5 * DAY, NOW - 5 * DAY))
    fresh = target / "objects" / "ff" / ("f" * 64 + ".gz")
    fresh.parent.mkdir()
    fresh.write_bytes(b"of a backup under way")
    os.utime(fresh, (NOW, NOW))
    found = await pruning.plan(made, NOW, 30)
    assert (found.backups, found.kept) == (IDS[:2], 1)
    before = set(await made.target.names(""))
    assert set(found.files) < before
    await pruning.prune(made, found)
    left = set(await made.target.names(""))
    assert left == before - set(found.files)
    assert {name.split("/")[0] for name in left} == {IDS[2], "objects", "notes.txt"}
    assert set(await made.pool()) == {"f" * 64, IDS[2][:8].ljust(64, "0")}
    assert (await pruning.plan(made, NOW, 30)).files == ()
    words = shown.together(shown.pruned(found, dry_run=True))
    assert f"would be removed: backup {IDS[0]}" in words


def test_a_list_of_objects_comes_back(tmp_path: Path) -> None:
    one = Listed(key="pdf/ä b", sha256="0" * 64, size_bytes=3, changed_s=0.25)
    bodies.write_list([one], tmp_path / "list")
    assert bodies.read_list(tmp_path / "list") == {one.key: one}
    (tmp_path / "list").write_bytes(b"{")
    with pytest.raises(Terminal, match="damaged"):
        bodies.read_list(tmp_path / "list")


@pytest.mark.parametrize(
    ("newest_first", "count"),
    [
        ([], 0),
        ([{}], 0),
        ([{"Nats-Batch-Id": "a", "Nats-Batch-Commit": "1"}, {"Nats-Batch-Id": "a"}], 0),
        ([{"Nats-Batch-Id": "a"}, {}], 1),
        ([{"Nats-Batch-Id": "b"}, {"Nats-Batch-Id": "a", "Nats-Batch-Commit": "1"}], 1),
        ([{"Nats-Batch-Id": "b"}, {"Nats-Batch-Id": "b"}, {"Nats-Batch-Id": "a"}], 2),
    ],
)
def test_a_batch_without_its_end_is_seen(newest_first: list[dict[str, str]], count: int) -> None:
    assert torn(newest_first) == count


def test_settings_are_kept_without_secrets_and_feeds_as_they_are(tmp_path: Path) -> None:
    feeds = tmp_path / "feeds"
    feeds.mkdir()
    (feeds / "a.toml").write_text("name = 'ä'\n")
    (feeds / "b.txt").write_text("no feed")
    secret = "very-secret-value"
    settings = BackupSettings(backup_s3_secret_key=Secret(secret), backup_keep_days=7)
    found = configuration.read(settings, feeds)
    body = msgspec.json.encode(found)
    assert secret.encode() not in body
    assert configuration.decode(body) == found
    assert (found.settings["BACKUP_S3_SECRET_KEY"], found.settings["BACKUP_KEEP_DAYS"]) == (
        "***",
        "7",
    )
    (tmp_path / "new").mkdir()
    assert configuration.write_feeds(found, tmp_path / "new") == ["a.toml"]
    assert (tmp_path / "new" / "a.toml").read_text() == "name = 'ä'\n"
    assert configuration.write_feeds(found, tmp_path / "new") == [], "what is there stays"
    assert configuration.read(settings, tmp_path / "none").feeds == {}


async def test_what_is_told_of_a_backup(tmp_path: Path) -> None:
    made = await small(await archive(tmp_path), IDS[0])
    record = record_of(made, "there")
    assert (record.state, record.took_s, record.verdict) == ("ok", 2.5, "read back")
    words = shown.together(shown.made(record))
    assert "without the index" in words
    assert "not encrypted" in words
    assert IDS[0] in shown.line(made)
    lost = failed("2026-06-10T00:00:00Z", "2026-06-10T00:00:03Z", target="t", why="no bus")
    assert (lost.id, lost.state, lost.took_s, lost.verdict) == (
        "20260610T000000Z",
        "failed",
        3.0,
        "no bus",
    )


@pytest.mark.parametrize(
    ("count", "words"), [(0, "0 B"), (1023, "1023 B"), (1536, "1.5 KiB"), (3 << 40, "3.0 TiB")]
)
def test_sizes_are_for_people(count: int, words: str) -> None:
    assert shown.size(count) == words


def run_command(tmp_path: Path, *words: str) -> tuple[int, str]:
    environ = {"BACKUP_TARGET": str(tmp_path / "target"), "BACKUP_GIT_FOLDER": ""}
    done = CliRunner().invoke(main, ["--data", str(tmp_path), "backup", *words], env=environ)
    return done.exit_code, done.output


def test_the_command_lists_and_prunes(tmp_path: Path) -> None:
    now = time.time()
    ages = {IDS[0]: (NOW - now) / DAY + 60, IDS[1]: (NOW - now) / DAY + 1}
    asyncio.run(archive(tmp_path, *IDS[:2], ages=ages))
    code, output = run_command(tmp_path, "list", "--json")
    assert (code, [one["id"] for one in json.loads(output)]) == (0, list(IDS[:2]))
    code, output = run_command(tmp_path, "prune", "--dry-run")
    assert (code, f"would be removed: backup {IDS[0]}" in output) == (0, True), output
    assert run_command(tmp_path, "prune")[0] == 0
    assert IDS[0] not in run_command(tmp_path, "list")[1]


@pytest.mark.parametrize(
    ("words", "said_to_them"),
    [
        (("restore", "20200101T000000Z"), "BACKUP: 20200101T000000Z is not in"),
        (("verify",), "BACKUP: latest is not in"),
        (("key", "."), "FILE: . "),
    ],
)
def test_the_command_says_what_is_wrong(
    tmp_path: Path, words: tuple[str, ...], said_to_them: str
) -> None:
    code, output = run_command(tmp_path, *words)
    assert (code, said_to_them in output) == (2, True), output


def git(folder: Path, *words: str) -> str:
    """What git says."""
    argv = ["git", "-C", str(folder), *userdata.AUTHOR, *words]
    return subprocess.run(argv, check=True, capture_output=True, text=True).stdout


SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLw"
WATCH = {"id": "w", "name": "Bees", "channel": {"url": "https://x.org", "secret": SECRET}}
FILES = {"watches/watch_w.json": userdata.shown(msgspec.json.encode(WATCH))}


def test_user_data_is_committed_pushed_and_holds_no_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(userdata, "WAIT_S", 0.0)
    remote = tmp_path / "remote.git"
    settings = BackupSettings(
        backup_git_folder=str(tmp_path / "repo"), backup_git_remote=str(remote)
    )
    told: list[str] = []
    lost = userdata.commit(settings, FILES, "2026-06-10T00:00:00Z", told.append)
    assert (lost.is_fine, len(told), bool(lost.commit)) == (False, userdata.TRIES - 1, True)
    subprocess.run(["git", "init", "--quiet", "--bare", str(remote)], check=True)
    again = userdata.commit(settings, FILES, "2026-06-10T00:00:01Z", told.append)
    assert (again.is_fine, again.pushed, again.commit) == (True, True, ""), again.words()
    text = git(remote, "show", "main:watches/watch_w.json")
    assert SECRET not in text
    assert json.loads(text)["channel"] == {"secret": "***", "url": "https://x.org"}
    gone = userdata.commit(settings, {}, "2026-06-10T00:00:02Z", told.append)
    assert gone.commit
    assert git(remote, "ls-tree", "-r", "--name-only", "main") == ""


@pytest.mark.parametrize("ahead", [True, False])
def test_a_detached_head_loses_nothing(tmp_path: Path, ahead: bool) -> None:
    repo = tmp_path / "repo"
    settings = BackupSettings(backup_git_folder=str(repo))
    first = userdata.commit(settings, FILES, "2026-06-10T00:00:00Z", said)
    (repo / "mine.txt").write_text("kept")
    git(repo, "add", "mine.txt")
    git(repo, "commit", "-q", "-m", "mine")
    git(repo, "checkout", "-q", "--detach", "HEAD" if ahead else first.commit)
    if ahead:
        (repo / "more.txt").write_text("also kept")
        git(repo, "add", "more.txt")
        git(repo, "commit", "-q", "-m", "detached")
    other = {**FILES, "watches/new.json": b"{}\n"}
    done = userdata.commit(settings, other, "2026-06-10T00:00:01Z", said)
    assert git(repo, "symbolic-ref", "HEAD").strip() == "refs/heads/main"
    names = set(git(repo, "ls-tree", "-r", "--name-only", done.commit).split())
    assert names == {*other, "mine.txt", *(["more.txt"] if ahead else [])}


def test_without_a_folder_there_is_no_history() -> None:
    with pytest.raises(UsageError, match="BACKUP_GIT_FOLDER"):
        userdata.commit(BackupSettings(), {}, "2026-06-10T00:00:00Z", said)


def test_parts_name_each_file_once() -> None:
    part = Part(name="a", sha256="b", size_bytes=1)
    objects = ObjectsPart(part=part, count=0, size_bytes=0)
    assert (objects.included, objects.parts) == (False, (part,))
