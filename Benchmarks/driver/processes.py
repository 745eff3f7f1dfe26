"""Child processes: started pinned to a core, watched through /proc, ended by their own pid."""

import ctypes
import os
import resource
import signal
import socket
import subprocess
import time
from pathlib import Path

PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None, use_errno=True)


class StartError(Exception):
    """A process ended, or did not answer, before it was ready."""


def choose_cores():
    """The core of the gateways and the core of mock, load client and driver; the same one when there is only one."""
    available = sorted(os.sched_getaffinity(0))
    return available[0], available[1 % len(available)]


def raise_file_limit():
    """Lifts the soft limit of open files; the children inherit it."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


def free_port():
    """A loopback port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def ask(port, method="GET", path="/health", body=b"", key="sk-client", timeout=5.0):
    """The status of one small request, or None when there is no answer."""
    head = (
        f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {key}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    try:
        with socket.create_connection(("127.0.0.1", port), timeout) as connection:
            connection.sendall(head.encode() + body)
            answer = connection.makefile("rb")
            words = answer.readline().split()
            answer.read()
            return int(words[1]) if len(words) > 1 and words[1].isdigit() else None
    except OSError:
        return None


class Process:
    """One child and the processes below it."""

    def __init__(self, name, command, core, folder):
        self.name = name
        self.log = Path(folder) / f"{name}.log"
        # Proxy settings of the user must not send loopback traffic elsewhere.
        environment = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}

        def prepare():
            os.sched_setaffinity(0, {core})
            # Should the driver be killed, its children go too.
            LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)

        with open(self.log, "ab") as log:
            self.started = time.perf_counter()
            try:
                # In the driver's session: Linux shares a core between sessions first (autogroup), and the idle priority
                # of native/awake.c would not yield to processes of another one.
                self.child = subprocess.Popen(
                    command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=folder, env=environment,
                    preexec_fn=prepare,
                )
            except OSError as error:
                raise StartError(f"{name} cannot be started: {error}") from error

    def wait_until(self, is_ready, timeout, pause=0.0005):
        """Milliseconds from the start of the process until `is_ready()`; StartError when it does not come to that."""
        while time.perf_counter() - self.started < timeout:
            if is_ready():
                return (time.perf_counter() - self.started) * 1000
            if self.child.poll() is not None:
                raise StartError(f"{self.name} ended with status {self.child.returncode}:\n{self.log_tail()}")
            time.sleep(pause)
        raise StartError(f"{self.name} was not ready after {timeout:.0f} s:\n{self.log_tail()}")

    def log_tail(self):
        return self.log.read_text(errors="replace")[-2000:]

    def pids(self):
        """The child and all its living descendants."""
        found, waiting = [], [self.child.pid]
        while waiting:
            pid = waiting.pop()
            found.append(pid)
            for children in Path(f"/proc/{pid}/task").glob("*/children"):
                waiting += [int(word) for word in read(children).split()]
        return found

    def cpu_ns(self):
        """CPU time of all living threads. Time of threads that have ended is missing; gateways keep theirs."""
        total = 0
        for pid in self.pids():
            for schedstat in Path(f"/proc/{pid}/task").glob("*/schedstat"):
                words = read(schedstat).split()
                total += int(words[0]) if words else 0
        return total

    def memory_kb(self):
        """Resident and proportional set size of the tree in KB."""
        sizes = {"Rss:": 0, "Pss:": 0}
        for pid in self.pids():
            for line in read(f"/proc/{pid}/smaps_rollup").splitlines():
                words = line.split()
                if words and words[0] in sizes:
                    sizes[words[0]] += int(words[1])
        return sizes["Rss:"], sizes["Pss:"]

    def stop(self, patience=5.0):
        """Asks the child to end; after `patience` seconds ends the tree."""
        pids = self.pids()
        if self.child.poll() is None:
            self.child.terminate()
            try:
                self.child.wait(patience)
            except subprocess.TimeoutExpired:
                for pid in pids:
                    end(pid)
        self.child.wait()


def end(pid):
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def read(path):
    """A file of /proc, or nothing when its process has gone."""
    try:
        return Path(path).read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""
