"""What people made, as JSON files in a git repository: with a history, without secrets."""

import shutil
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from cli.backup.settings import BackupSettings
from common.errors import UNREADABLE, Terminal, UsageError
from common.kv import parts_of
from common.redact import redacted
from common.runtime import Runtime
from common.settings import environment

BUCKETS = ("watches", "library")
"""Where people's own things are; others have no place in a history that is passed on."""
TRIES = 3
WAIT_S = 2.0
TIMEOUT_S = 120
AUTHOR = ("-c", "user.name=paperbus", "-c", "user.email=paperbus@localhost")
MASK = "***"


class Committed(msgspec.Struct, frozen=True, kw_only=True):
    """What became of it."""

    folder: str
    files: int
    commit: str = ""
    """Empty when nothing had changed."""
    pushed: bool = False
    remote: str = ""
    problem: str = ""
    """Why it could not be pushed; the commit is there."""

    @property
    def is_fine(self) -> bool:
        """Whether all that was asked is done."""
        return not self.problem

    def words(self) -> str:
        """The same in one line."""
        done = f"committed as {self.commit[:12]}" if self.commit else "nothing had changed"
        where = f", pushed to {self.remote}" if self.pushed else ""
        problem = f"; not pushed: {self.problem}" if self.problem else ""
        return f"{self.files} files in {self.folder}: {done}{where}{problem}"


async def gathered(runtime: Runtime) -> dict[str, bytes]:
    """A file for each thing a person made. Raises Unavailable."""
    found = {}
    for bucket in BUCKETS:
        for name, entry in await runtime.kv(bucket).items():
            if entry.value:
                found[f"{bucket}/{_file_of(name)}.json"] = shown(entry.value)
    return found


def _file_of(key: str) -> str:
    """A name that a folder can hold: whatever a key may say, it stays one file."""
    plain = "_".join(parts_of(key))
    return "".join(one if one.isalnum() or one in "-_:" else "-" for one in plain)[:150] or "-"


def shown(body: bytes) -> bytes:
    """A value for people to read: sorted, and with secrets masked."""
    try:
        value = msgspec.json.decode(body)
    except UNREADABLE:
        value = body.decode(errors="replace")
    text = msgspec.json.encode(masked(value), order="sorted")
    return msgspec.json.format(text, indent=2) + b"\n"


def masked(value: Any) -> Any:
    """The value with whatever is called a secret, or looks like one, masked."""
    if isinstance(value, dict):
        return {
            name: MASK if "secret" in str(name).lower() else masked(one)
            for name, one in value.items()
        }
    if isinstance(value, list):
        return [masked(one) for one in value]
    return redacted(value) if isinstance(value, str) else value


def commit(
    settings: BackupSettings, files: Mapping[str, bytes], at: str, say: Callable[[str], None]
) -> Committed:
    """Write, commit and push. Raises UsageError, Terminal."""
    if not settings.backup_git_folder:
        raise UsageError("BACKUP_GIT_FOLDER", "is not set; name the folder of the repository")
    folder = Path(settings.backup_git_folder).expanduser()
    repository = Repository(folder, settings.backup_git_branch)
    repository.prepare()
    for bucket in BUCKETS:
        shutil.rmtree(folder / bucket, ignore_errors=True)
    for name, body in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
    made = repository.commit(f"User data of {at[:19]}Z")
    done = Committed(folder=str(folder), files=len(files), commit=made)
    if not settings.backup_git_remote:
        return done
    problem = repository.push(settings.backup_git_remote, say)
    remote = redacted(settings.backup_git_remote)
    return msgspec.structs.replace(done, remote=remote, pushed=not problem, problem=problem)


class Repository:
    """A folder under git; the branch is the one that is named, wherever HEAD was."""

    def __init__(self, folder: Path, branch: str) -> None:
        self._folder = folder
        self._branch = branch

    def prepare(self) -> None:
        """Make it if it is not there, and take the branch. Raises Terminal."""
        self._folder.mkdir(parents=True, exist_ok=True)
        if not (self._folder / ".git").exists():
            self._must("init", "--quiet")
        reference = f"refs/heads/{self._branch}"
        head = self._run("symbolic-ref", "--quiet", "HEAD")
        if head.stdout.strip() == reference:
            return
        if head.returncode and self._is_ahead(reference):
            # What was committed while HEAD was detached stays in the history.
            self._must("branch", "--force", self._branch, "HEAD")
        self._must("symbolic-ref", "HEAD", reference)

    def commit(self, message: str) -> str:
        """The new commit, or empty when nothing has changed."""
        known = [name for name in BUCKETS if self._has(name)]  # git refuses what it never met
        if not known:
            return ""
        self._must("add", "--all", "--", *known)
        if self._run("diff", "--cached", "--quiet", "--", *known).returncode == 0:
            return ""
        self._must(*AUTHOR, "commit", "--quiet", "--message", message, "--only", "--", *known)
        return self._must("rev-parse", "HEAD").strip()

    def push(self, remote: str, say: Callable[[str], None]) -> str:
        """Push, again when it fails; what is wrong, or empty."""
        words = ""
        for number in range(1, TRIES + 1):
            done = self._run("push", "--quiet", remote, f"HEAD:refs/heads/{self._branch}")
            if done.returncode == 0:
                return ""
            words = redacted(done.stderr.strip())[-300:]
            if number < TRIES:
                say(f"push failed, try {number} of {TRIES}")
                time.sleep(WAIT_S * number)
        return words or "git gives no reason"

    def _is_ahead(self, reference: str) -> bool:
        """Whether HEAD has all that the branch has, so that nothing is lost by going on there."""
        there = self._run("rev-parse", "--verify", "--quiet", reference).stdout.strip()
        if not there:
            return self._run("rev-parse", "--verify", "--quiet", "HEAD").returncode == 0
        return self._run("merge-base", "--is-ancestor", there, "HEAD").returncode == 0

    def _has(self, name: str) -> bool:
        known = self._run("ls-files", "--", name).stdout.strip()
        return bool(known) or (self._folder / name).exists()

    def _must(self, *words: str) -> str:
        done = self._run(*words)
        if done.returncode != 0:
            said = redacted(done.stderr.strip())[-300:]
            raise Terminal(f"git {words[0]} in {self._folder}: {said}", reason="git")
        return done.stdout

    def _run(self, *words: str) -> subprocess.CompletedProcess[str]:
        argv = ["git", "-C", str(self._folder), *words]
        try:
            return subprocess.run(
                argv,
                capture_output=True,
                text=True,
                timeout=TIMEOUT_S,
                check=False,
                env={**environment(), "GIT_TERMINAL_PROMPT": "0"},
            )
        except FileNotFoundError as error:
            raise UsageError("git", "is not installed") from error
        except subprocess.TimeoutExpired as error:
            raise Terminal(f"git {words[0]} took over {TIMEOUT_S} s", reason="git") from error
