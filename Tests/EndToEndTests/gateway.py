"""Starts, watches and stops the built binary."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import time
from pathlib import Path

import yaml

import wire

START_SECONDS = 20
STOP_SECONDS = 15


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def binary() -> str:
    path = os.environ.get("API_SWITCH_BINARY", "")
    assert path and os.access(path, os.X_OK), "set API_SWITCH_BINARY to the built api-switch (make test does)"
    return path


def clean_environment(home: Path, extra: dict[str, str] | None = None) -> dict[str, str]:
    """Nothing of the developer's machine: no proxies, no keys, no real home."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LD_LIBRARY_PATH", "TMPDIR") if name in os.environ}
    return {**kept, "HOME": str(home), "XDG_DATA_HOME": str(home / "xdg-data"), **(extra or {})}


def channel(name: str, url: str, models: list, type: str = "openai", **more) -> dict:
    """One channel of the YAML file. Its key tells which channel sent it."""
    return {"name": name, "type": type, "base_url": url, "api_key": key_of(name), "models": models, **more}


def key_of(channel_name: str) -> str:
    return "upstream-key-of-" + re.sub(r"[^A-Za-z0-9-]", "-", channel_name)


class Gateway:
    """One data folder and the process that serves it."""

    def __init__(self, folder: Path, config: dict | str | None = None, environment: dict[str, str] | None = None):
        self.folder = folder
        self.data_dir = folder / "data"
        self.config_file = folder / "config.yaml"
        self._environment = clean_environment(folder, environment)
        self._process: subprocess.Popen | None = None
        self.port = 0
        if config is not None:
            self.write_config(config)

    def write_config(self, config: dict | str) -> None:
        text = config if isinstance(config, str) else yaml.safe_dump(config, sort_keys=False, allow_unicode=True)
        self.config_file.write_text(text)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def output(self) -> str:
        log = self.folder / "output.log"
        return log.read_text(errors="replace") if log.exists() else ""

    def spawn(self, port: int | None = None, with_config: bool = True) -> subprocess.Popen:
        """Starts the process and does not wait for anything."""
        self.port = port or free_port()
        command = [binary(), "serve", "--data-dir", str(self.data_dir), "--port", str(self.port)]
        if with_config and self.config_file.exists():
            command += ["--config", str(self.config_file)]
        with open(self.folder / "output.log", "ab") as log:
            self._process = subprocess.Popen(
                command, stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, env=self._environment
            )
        return self._process

    def start(self, with_config: bool = True) -> Gateway:
        """Starts and waits until `GET /health` answers 200; tries another port when a stranger took ours."""
        for _ in range(3):
            process = self.spawn(with_config=with_config)
            deadline = time.monotonic() + START_SECONDS
            while process.poll() is None and time.monotonic() < deadline:
                if self.healthy():
                    return self
                time.sleep(0.01)
            if process.poll() is None or "in use" not in self.output:
                break
        self.kill()
        raise AssertionError(f"api-switch did not become healthy (exit {process.poll()}):\n{self.output[-4000:]}")

    def healthy(self) -> bool:
        try:
            return wire.call(self.port, "GET", "/health", timeout=2).status == 200
        except (OSError, EOFError):
            return False

    def terminate(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)

    def wait(self, seconds: float = STOP_SECONDS) -> int:
        """The exit status."""
        assert self._process is not None
        try:
            return self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"api-switch did not exit within {seconds} s:\n{self.output[-4000:]}") from None

    def stop(self) -> int:
        self.terminate()
        return self.wait()

    def kill(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait()

    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def restart(self, with_config: bool = False) -> Gateway:
        code = self.stop()
        assert code == 0, f"SIGTERM ended with {code}:\n{self.output[-4000:]}"
        return self.start(with_config)

    # What clients do

    def call(self, method: str, target: str, headers: dict | list = (), body=None, timeout: float = 15) -> wire.Reply:
        return wire.call(self.port, method, target, headers, body, timeout)

    def chat(self, model: str | None = "m", stream: bool = False, headers: dict | list = (), **more) -> wire.Reply:
        body: dict = {} if model is None else {"model": model}
        body["messages"] = [{"role": "user", "content": "Hi"}]
        if stream:
            body["stream"] = True
        return self.call("POST", "/v1/chat/completions", headers, {**body, **more})

    def wire(self, timeout: float = 15) -> wire.Wire:
        return wire.Wire(self.port, timeout)

    # What the owner does

    def cli(self, *arguments: str, check: bool = True, stdin: str | None = None) -> subprocess.CompletedProcess:
        """Runs a command of the binary against the same data folder."""
        result = subprocess.run(
            [binary(), *arguments, "--data-dir", str(self.data_dir)],
            capture_output=True, text=True, timeout=30, env=self._environment, input=stdin,
        )  # fmt: skip
        if check:
            assert result.returncode == 0, (
                f"api-switch {' '.join(arguments)} exited with {result.returncode}:\n{result.stdout}\n{result.stderr}"
            )
        return result

    def cli_json(self, *arguments: str):
        output = self.cli(*arguments, "--json").stdout
        try:
            # Rows of the log come one a line, so that a long one can be read while it is written.
            return [json.loads(line) for line in output.splitlines()] if arguments[0] == "logs" else json.loads(output)
        except ValueError:
            raise AssertionError(f"api-switch {' '.join(arguments)} --json printed no JSON:\n{output[:2000]}") from None
