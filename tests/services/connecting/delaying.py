"""A line to a server on this machine that delays every byte, as one to another region does."""

from __future__ import annotations

import queue
import socket
import threading
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def delayed(port: int, one_way: float, *, rewrite: tuple[bytes, bytes] = (b"", b"")) -> Iterator[int]:
    """Give a port whose connections reach `port`, each byte `one_way` seconds late, either way.

    `rewrite` replaces one text by another of the same length.
    """
    ends: list[socket.socket] = []
    threads: list[threading.Thread] = []

    def start(target: object, *args: object) -> None:
        thread = threading.Thread(target=target, args=args)  # type: ignore[arg-type]
        threads.append(thread)
        thread.start()

    def accept() -> None:
        with suppress(OSError):
            while True:
                near, _ = listener.accept()
                far = socket.create_connection(("127.0.0.1", port))
                for end in (near, far):
                    end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    ends.append(end)
                for source, sink in ((near, far), (far, near)):
                    line: queue.Queue[tuple[float, bytes]] = queue.Queue()
                    start(_take, source, line, one_way, rewrite)
                    start(_give, sink, line)

    listener = socket.create_server(("127.0.0.1", 0))
    start(accept)
    try:
        yield listener.getsockname()[1]
    finally:
        for end in (listener, *ends):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        for thread in threads:
            thread.join()


def _take(
    source: socket.socket,
    line: queue.Queue[tuple[float, bytes]],
    one_way: float,
    rewrite: tuple[bytes, bytes],
) -> None:
    data = b"-"
    while data:
        data = b""
        with suppress(OSError):
            data = source.recv(1 << 16)
        if rewrite[0]:
            data = data.replace(*rewrite)
        line.put((time.perf_counter() + one_way, data))


def _give(sink: socket.socket, line: queue.Queue[tuple[float, bytes]]) -> None:
    while True:
        due, data = line.get()
        time.sleep(max(0.0, due - time.perf_counter()))
        if not data:
            with suppress(OSError):
                sink.shutdown(socket.SHUT_RDWR)
            return
        with suppress(OSError):
            sink.sendall(data)
