"""A line with distance: forwards a TCP port and delays every byte by a fixed time each way."""

from __future__ import annotations

import asyncio
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_CHUNK = 1 << 16
_RESOLUTION = 0.002


@contextmanager
def delayed(port: int, one_way_ms: float) -> Iterator[int]:
    """Give a port of this machine behind which ``port`` lies ``2 * one_way_ms`` of round trip away."""
    loop = asyncio.new_event_loop()
    started = threading.Event()
    listening: list[int] = []

    async def serve() -> None:
        server = await asyncio.start_server(lambda r, w: _forward(r, w, port, one_way_ms / 1000), "127.0.0.1", 0)
        listening.append(server.sockets[0].getsockname()[1])
        started.set()

    def run() -> None:
        asyncio.set_event_loop(loop)
        loop.run_until_complete(serve())
        loop.run_forever()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    started.wait(10)
    try:
        yield listening[0]
    finally:
        loop.call_soon_threadsafe(_end, loop)
        thread.join(5)


def _end(loop: asyncio.AbstractEventLoop) -> None:
    for task in asyncio.all_tasks(loop):
        task.cancel()
    loop.call_later(0.1, loop.stop)


async def _forward(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int, delay: float) -> None:
    there, back = await asyncio.open_connection("127.0.0.1", port)
    with suppress(asyncio.CancelledError):
        await asyncio.gather(_pump(reader, back, delay), _pump(there, writer, delay))


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, delay: float) -> None:
    """Pass on what is read when it is due; reading goes on meanwhile, so only the time is delayed."""
    loop = asyncio.get_running_loop()
    due: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

    async def write() -> None:
        while True:
            at, data = await due.get()
            # A timer may be a millisecond late; many small pieces must not add that up.
            if at - loop.time() > _RESOLUTION:
                await asyncio.sleep(at - loop.time())
            if not data:
                writer.close()
                return
            writer.write(data)
            await writer.drain()

    writing = asyncio.create_task(write())
    with suppress(ConnectionError):
        while data := await reader.read(_CHUNK):
            due.put_nowait((loop.time() + delay, data))
    due.put_nowait((loop.time() + delay, b""))
    with suppress(ConnectionError):
        await writing
