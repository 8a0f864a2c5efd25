"""What the doctor is told beside the addresses that every command has."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from common.secret import Secret


class DoctorSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Where the doctor looks; what is not set is not looked at."""

    data_dir: str = ""
    """Folder of a system on this machine: its disk and its logs are looked at."""
    openai_api_key: Secret = Secret()
    """Key of the model endpoint of the summaries."""
    openai_base_url: str = ""
    """Address of the model endpoint of the summaries, with /v1."""
    smtp_host: str = ""
    """Mail server."""
    smtp_port: Annotated[int, Meta(ge=1, le=65535)] = 587
    """Port of the mail server."""
    smtp_tls: Literal["starttls", "tls", "none"] = "starttls"
    """How the mail server is spoken to."""
