"""The command `python -m standalone.sinks`: receive webhooks and mail, and keep them."""

import asyncio
import socket
from pathlib import Path

import click

from standalone.sinks.failures import Failures
from standalone.sinks.mail import MailSink, smtp_protocol
from standalone.sinks.signature import SecretError, decode_secret
from standalone.sinks.webhook import WebhookSink
from standalone.upstream.serving import listen, refuse, serve

PORT = click.IntRange(0, 65535)


@click.command()
@click.option("--webhook-port", type=PORT, required=True, help="Port for HTTP; 0 picks one.")
@click.option("--smtp-port", type=PORT, required=True, help="Port for SMTP; 0 picks one.")
@click.option(
    "--data", type=click.Path(path_type=Path), required=True, help="Folder to keep it in."
)
@click.option("--secret-file", type=click.Path(path_type=Path), help="Secret of the signatures.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
def main(
    webhook_port: int, smtp_port: int, data: Path, secret_file: Path | None, host: str
) -> None:
    """Receive webhooks and mail and keep them: webhooks.jsonl and mail/*.eml."""
    failures = Failures()
    try:
        secret = decode_secret(secret_file.read_text()) if secret_file else None
        mail = MailSink(data / "mail", failures)
    except SecretError as error:
        refuse(f"{secret_file}: {error}")
    except OSError as error:
        refuse(f"{error.filename}: {error.strerror}")
    app = WebhookSink(data / "webhooks.jsonl", failures, mail, secret=secret)
    web, smtp = listen(host, webhook_port), listen(host, smtp_port)
    asyncio.run(_serve(app, mail, web, smtp))


async def _serve(app: WebhookSink, mail: MailSink, web: socket.socket, smtp: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: smtp_protocol(mail), sock=smtp)
    host, port = web.getsockname()[:2]
    ready = f"sinks ready: http://{host}:{port} and smtp://{host}:{smtp.getsockname()[1]}"
    try:
        await serve(app, web, ready)
    finally:
        server.close()


if __name__ == "__main__":
    main(prog_name="python -m standalone.sinks")
