"""A mail server on loopback that answers by a table."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Server:
    """A mail server that answers by a table; an empty answer hangs up."""

    def __init__(self, **answers: str) -> None:
        self.answers = answers
        self.heard: list[str] = []
        self.letters: list[bytes] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            writer.write(f"{self.answers.get('hello', '220 ready')}\r\n".encode())
            while line := (await reader.readline()).decode().strip():
                self.heard.append(line)
                if not await self._answer(line.split(" ")[0].split(":")[0].lower(), reader, writer):
                    return
        except (ConnectionError, asyncio.IncompleteReadError):
            return
        finally:
            writer.close()

    async def _answer(
        self, verb: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        plain = {
            "ehlo": "250-here\r\n250 AUTH PLAIN",
            "auth": "235 in",
            "data": "354 go",
            "quit": "221 bye",
        }
        answer = self.answers.get(verb, plain.get(verb, "250 ok"))
        if answer:
            writer.write(f"{answer}\r\n".encode())
        if verb == "data" and answer.startswith("354"):
            self.letters.append(await reader.readuntil(b"\r\n.\r\n"))
            answer = self.answers.get("end", "250 queued")
            writer.write(f"{answer}\r\n".encode() if answer else b"")
        await writer.drain()
        return bool(answer) and verb != "quit"


@asynccontextmanager
async def serving(server: Server) -> AsyncIterator[int]:
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    try:
        yield listening.sockets[0].getsockname()[1]
    finally:
        listening.close()
