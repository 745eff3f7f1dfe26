#!/usr/bin/env python3
"""Checks the mock and the load client: that they bear bad input, and that no fault of a gateway goes unseen.

`make check` runs it with both compiled under the address and undefined-behaviour sanitizers.
"""

import json
import os
import random
import socket
import subprocess
import threading
import time
import unittest
from pathlib import Path

from driver.processes import ask, free_port

TOOLS = Path(os.environ.get("BENCH_TOOLS", Path(__file__).resolve().parent / "build"))
STREAM = '{"model":"mock-model","stream":true,"max_tokens":%d,"seed":%d}'
PLAIN = '{"model":"mock-model"}'


def request(body, *headers):
    lines = ["POST /v1/chat/completions HTTP/1.1", "Host: x", *headers, f"Content-Length: {len(body)}", "", body]
    return "\r\n".join(lines).encode()


class MockTest(unittest.TestCase):
    def setUp(self):
        self.port = free_port()
        self.mock = subprocess.Popen([str(TOOLS / "mock"), "--port", str(self.port), "--model", "mock-model"])
        self.addCleanup(self.mock.wait)
        self.addCleanup(self.mock.terminate)
        give_up = time.monotonic() + 20
        while ask(self.port) != 200:
            self.assertLess(time.monotonic(), give_up, "the mock does not answer")
            time.sleep(0.002)

    def exchange(self, *pieces, close=True):
        """All bytes that come back for the pieces, each sent by itself."""
        with socket.create_connection(("127.0.0.1", self.port), 5) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for piece in pieces:
                connection.sendall(piece)
            answer = b""
            while close and (more := connection.recv(65536)):
                answer += more
            return answer

    def test_answers_pipelined_requests_in_order(self):
        answer = self.exchange(request(PLAIN) + request(STREAM % (3, 1)) + request(PLAIN, "Connection: close"))

        self.assertEqual(answer.count(b"HTTP/1.1 200 OK"), 3)
        first_completion, stream_end, last_completion = (
            answer.index(b"chat.completion\""), answer.index(b"[DONE]"), answer.rindex(b"chat.completion\""))
        self.assertLess(first_completion, stream_end)
        self.assertLess(stream_end, last_completion)

    def test_reads_a_request_byte_by_byte(self):
        answer = self.exchange(*(bytes([byte]) for byte in request(PLAIN, "Connection: close")))

        self.assertTrue(answer.startswith(b"HTTP/1.1 200 OK"))

    def test_reads_a_chunked_request(self):
        chunks = "".join(f"{len(part):x};note\r\n{part}\r\n" for part in (PLAIN[:5], PLAIN[5:]))
        head = "POST /v1/chat/completions HTTP/1.1\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"

        answer = self.exchange(head.encode(), chunks.encode(), b"0\r\nTrailer: x\r\n\r\n")

        self.assertTrue(answer.startswith(b"HTTP/1.1 200 OK"))

    def test_refuses_the_wrong_model(self):
        self.assertIn(b" 404 ", self.exchange(request('{"model":"other"}', "Connection: close")))

    def test_refuses_malformed_heads(self):
        for lines in ("Content-Length: -1", "Content-Length: 99999999999999999999", "Transfer-Encoding: gzip"):
            answer = self.exchange(f"POST /v1/chat/completions HTTP/1.1\r\n{lines}\r\n\r\n".encode())
            self.assertTrue(answer.startswith(b"HTTP/1.1 400"), lines)

    def test_survives_noise_and_clients_that_leave(self):
        noise = random.Random(1)
        samples = [request(PLAIN), request(STREAM % (50, 0)), request(STREAM % (50, 5)),
                   b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"]
        for _ in range(1500):
            sample = bytearray(noise.choice(samples) * noise.randint(1, 3))
            for _ in range(noise.randint(0, 4)):
                sample[noise.randrange(len(sample))] = noise.randrange(256)
            cut = noise.randint(1, len(sample))
            try:
                self.exchange(bytes(sample[:cut]), bytes(sample[cut:]), close=False)
            except OSError:
                pass

        self.assertEqual(ask(self.port), 200)
        self.assertIsNone(self.mock.poll())

    def load(self, *arguments):
        return run_load(self.port, *arguments)

    def test_serves_the_load_client(self):
        for arguments in (["--body", "307200"], ["--stream"], ["--stream", "--events", "7", "--gap-ms", "3"], []):
            figures = self.load("--requests", "50", "--connections", "9", *arguments)
            self.assertEqual((figures["failed"], figures["lost_events"], figures["requests"]), (0, 0, 50), figures)

    def test_keeps_a_rate(self):
        figures = self.load("--requests", "100", "--rate", "400", "--connections", "8")

        self.assertEqual((figures["failed"], figures["requests"]), (0, 100), figures)
        # A quarter of a second at that rate, milliseconds in a closed loop.
        self.assertGreater(figures["seconds"], 0.1)


def run_load(port, *arguments):
    command = [str(TOOLS / "load"), "--port", str(port), "--deadline", "10", *arguments]
    return json.loads(subprocess.run(command, capture_output=True, text=True, timeout=30, check=True).stdout)


def event(number):
    return 'data: {"choices":[{"delta":{"content":"T%016x-%06x"}}]}\n\n' % (1, number)


USAGE, DONE = 'data: {"choices":[],"usage":{"prompt_tokens":1}}\n\n', "data: [DONE]\n\n"


def chunked(*parts, end="0\r\n\r\n"):
    framed = "".join(f"{len(part):x}\r\n{part}\r\n" for part in parts) + end
    return f"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{framed}".encode()


def whole(body, length=None, status="200 OK"):
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body) if length is None else length}\r\n\r\n{body}".encode()


class LoadTest(unittest.TestCase):
    """Against a server that answers each connection's request with given bytes and closes."""

    def serve(self, answer, pieces=1):
        listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(listener.close)

        def run():
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection:
                    connection.recv(65536)
                    size = max(1, len(answer) // pieces)
                    for at in range(0, len(answer), size):
                        connection.sendall(answer[at:at + size])

        threading.Thread(target=run, daemon=True).start()
        return listener.getsockname()[1]

    def stream(self, answer, pieces=1):
        return run_load(self.serve(answer, pieces), "--requests", "1", "--stream", "--events", "3")

    def assert_fault(self, figures, kind, lost=0):
        self.assertEqual((figures["failed"], figures["failures"][kind], figures["lost_events"]), (1, 1, lost), figures)

    def test_accepts_a_sound_stream_however_it_is_cut(self):
        sound = chunked(event(0) + event(1), event(2)[:30], event(2)[30:], USAGE, DONE)

        for pieces in (1, 7, len(sound)):
            figures = self.stream(sound, pieces)
            self.assertEqual((figures["failed"], figures["events"]), (0, 3), figures)

    def test_sees_a_lost_event(self):
        self.assert_fault(self.stream(chunked(event(0), event(2), USAGE, DONE)), "content", lost=1)
        self.assert_fault(self.stream(chunked(event(0), event(1), USAGE, DONE)), "content", lost=1)

    def test_sees_repeated_and_surplus_events(self):
        self.assert_fault(self.stream(chunked(event(0), event(0), event(1), event(2), USAGE, DONE)), "content")
        self.assert_fault(self.stream(chunked(event(0), event(1), event(2), event(3), USAGE, DONE)), "content")
        self.assert_fault(self.stream(chunked(event(1), event(0), event(2), USAGE, DONE)), "content", lost=1)

    def test_sees_a_missing_end(self):
        self.assert_fault(self.stream(chunked(event(0), event(1), event(2), USAGE)), "content")
        self.assert_fault(self.stream(chunked(event(0), event(1), event(2), DONE)), "content")
        self.assert_fault(self.stream(chunked(event(0), event(1), event(2), USAGE, DONE, end="")), "closed")

    def test_sees_broken_framing(self):
        self.assert_fault(self.stream(chunked(event(0), end="zz\r\n")), "framing", lost=2)
        self.assert_fault(self.stream(chunked(event(0), event(1), event(2), USAGE, DONE) + b"more"), "framing")
        self.assert_fault(self.stream(b"nonsense\r\n\r\n"), "framing", lost=3)

    def test_sees_an_incomplete_or_refused_completion(self):
        sound = '{"usage":{"total_tokens":1}}'
        for answer, kind in ((whole(sound, length=len(sound) + 1), "closed"), (whole("{}"), "content"),
                             (whole(sound, status="502 Bad Gateway"), "status"), (b"", "closed")):
            self.assert_fault(run_load(self.serve(answer), "--requests", "1"), kind)

    def test_gives_up_at_the_deadline(self):
        silent = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(silent.close)

        figures = run_load(silent.getsockname()[1], "--requests", "2", "--stream", "--deadline", "0.3")

        self.assertEqual((figures["failures"]["deadline"], figures["lost_events"]), (1, 100))

    def test_counts_a_refused_connection(self):
        figures = run_load(free_port(), "--seconds", "0.1")

        self.assertGreater(figures["failures"]["connect"], 0)


if __name__ == "__main__":
    unittest.main()
