"""What is outside the system: the endpoints of models, and the mail server."""

import asyncio
import ssl

from cli.doctor.finding import Finding
from cli.doctor.probing import PATIENCE_S, ask
from cli.doctor.settings import DoctorSettings
from common.redact import redacted
from common.settings import EmbedSettings

OPENAI = "https://api.openai.com/v1"
REFUSED = (401, 403)


async def look(own: DoctorSettings, embed: EmbedSettings) -> list[Finding]:
    """The endpoint of summaries, and that of embeddings where it is another one."""
    found = []
    if own.openai_base_url or own.openai_api_key:
        url = own.openai_base_url or OPENAI
        found.append(await _endpoint("summaries", url, own.openai_api_key.reveal(), "OPENAI"))
    else:
        says = "no endpoint is set: summaries are made of the papers' own sentences"
        found.append(Finding(check="models", about="summaries", says=says))
    if embed.embedding_kind == "openai":
        key = embed.embedding_api_key.reveal()
        found.append(await _endpoint("embeddings", embed.embedding_base_url, key, "EMBEDDING"))
    return found


async def _endpoint(about: str, url: str, key: str, name: str) -> Finding:
    answer = await ask(
        f"{url.rstrip('/')}/models", {"authorization": f"Bearer {key}"} if key else None
    )
    return judged(about, redacted(url), answer.status, answer.error, name)


def judged(about: str, url: str, status: int, error: str, name: str) -> Finding:
    """What an answer means; an endpoint that knows no list of models is there all the same."""
    if status in REFUSED:
        says, mend = f"{url} refuses the key ({status})", f"set {name}_API_KEY"
    elif status == 0 or status >= 500:
        why = redacted(error) if error else f"answers {status}"
        says, mend = f"{url}: {why}", f"check {name}_BASE_URL; papers wait and go on by themselves"
    else:
        return Finding(check="models", about=about, says=f"{url} answers")
    return Finding(check="models", about=about, level="degraded", says=says, mend=mend)


async def smtp(own: DoctorSettings) -> list[Finding]:
    """Whether the mail server greets; nothing is sent."""
    if not own.smtp_host:
        says = "SMTP_HOST is not set: no mail is sent"
        return [Finding(check="mail", about="smtp", says=says)]
    place = f"{own.smtp_host}:{own.smtp_port}"
    try:
        async with asyncio.timeout(PATIENCE_S):
            said = await _greeting(own)
    except (OSError, TimeoutError) as error:
        said = str(error) or f"no greeting within {PATIENCE_S:g} s"
    if said.startswith("220"):
        return [Finding(check="mail", about="smtp", says=f"{place} greets")]
    return [
        Finding(
            check="mail",
            about="smtp",
            level="degraded",
            says=f"{place}: {redacted(said)[:200]}",
            mend="check SMTP_HOST, SMTP_PORT and SMTP_TLS; mail waits for two days",
        )
    ]


async def _greeting(own: DoctorSettings) -> str:
    secure = ssl.create_default_context() if own.smtp_tls == "tls" else None
    reader, writer = await asyncio.open_connection(own.smtp_host, own.smtp_port, ssl=secure)
    try:
        return (await reader.readline()).decode(errors="replace").strip()
    finally:
        writer.close()
