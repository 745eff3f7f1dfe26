"""Peers that stop reading or writing when told, and what that costs the gateway.

The sockets here block like those of simple servers, so that a counter which stands still means a full pipe.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable

#: Little hides in the kernel, and loopback (segments of 64 KiB) is not slowed down.
SMALL_BUFFER = 256 << 10


class BlockingProvider:
    """A server that plays one function for every connection, in a thread each. Use as a context manager."""

    def __init__(self, play: Callable[[socket.socket], None]) -> None:
        self._play = play
        self._open: list[socket.socket] = []

    def __enter__(self) -> BlockingProvider:
        self._server = socket.create_server(("127.0.0.1", 0))
        # Accepted sockets inherit these.
        self._server.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SMALL_BUFFER)
        self._server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL_BUFFER)
        self.url = f"http://127.0.0.1:{self._server.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_) -> None:
        for each in [self._server, *self._open]:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._server.accept()
                self._open.append(connection)
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError, EOFError):
            self._play(connection)
        connection.close()


def read_head(connection: socket.socket) -> tuple[int, bytes]:
    """Reads a request's head; answers its Content-Length and what came behind it."""
    data = b""
    while b"\r\n\r\n" not in data:
        more = connection.recv(4096)
        if not more:
            raise EOFError
        data += more
    head, _, rest = data.partition(b"\r\n\r\n")
    lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    return int(lengths[0].split(b":")[1]) if lengths else 0, rest


def slow_client(port: int) -> socket.socket:
    """A connection to the gateway with small buffers."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL_BUFFER)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SMALL_BUFFER)
    connection.settimeout(30)
    connection.connect(("127.0.0.1", port))
    return connection


def settled(count: Callable[[], int], still: float = 0.6, seconds: float = 20) -> int:
    """Waits until a counter that has begun to move stands still, and answers it."""
    deadline = time.monotonic() + seconds
    last, since = count(), time.monotonic()
    while last == 0 or time.monotonic() - since < still:
        assert time.monotonic() < deadline, f"the counter never stands still; it is at {last}"
        time.sleep(0.02)
        if count() != last:
            last, since = count(), time.monotonic()
    return last


def memory(gateway) -> int:
    """The gateway's memory in bytes, without the program itself."""
    with open(f"/proc/{gateway._process.pid}/status") as status:
        line = next(line for line in status if line.startswith("RssAnon:"))
    return int(line.split()[1]) << 10
