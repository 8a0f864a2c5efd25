"""Where backups go and how they are kept."""

from typing import Annotated

import msgspec
from msgspec import Meta

from common.secret import Secret


class BackupSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What backups need; the store's own S3 settings hold where none are given here."""

    backup_target: str = "data/backups"
    """Where backups go: a folder, or s3://bucket/prefix."""
    backup_s3_url: str = ""
    """Address of the S3 for backups; empty means that of the objects."""
    backup_s3_access_key: Secret = Secret()
    """Access key for backups; empty means that of the objects."""
    backup_s3_secret_key: Secret = Secret()
    """Secret key for backups; empty means that of the objects."""
    backup_s3_region: str = "us-east-1"
    """Region the requests for backups are signed for."""
    backup_recipient: Annotated[str, Meta(pattern=r"^(age1[a-z0-9]{20,})?$")] = ""
    """Public key of age; when set, backups can be read only with the identity that fits."""
    backup_identity_file: str = ""
    """File with the identity of age; only verify and restore read it."""
    backup_keep_days: Annotated[int, Meta(ge=1, le=3650)] = 30
    """Backups older than so many days are removed; the newest good one always stays."""
    backup_git_folder: str = ""
    """Git repository that keeps user data as text; empty means none."""
    backup_git_remote: str = ""
    """Where that repository is pushed to; empty means nowhere."""
    backup_git_branch: Annotated[str, Meta(pattern=r"^[A-Za-z0-9][\w./-]*$")] = "main"
    """Branch that user data is committed to."""
    feeds_dir: str = "config/feeds"
    """Folder with one TOML file for each feed."""
