"""What is measured: the mock itself, reverse proxies as yardsticks, the gateway under test, any other by command."""

import os
import shlex
import shutil
from dataclasses import dataclass
from pathlib import Path

from driver.processes import Process, StartError, ask, free_port

TEMPLATES = Path(__file__).resolve().parent.parent / "peers"
MODEL = "mock-model"
UPSTREAM_KEY = "sk-bench"
CLIENT_KEY = "sk-client"
START_TIMEOUT = 30.0


def tool(name):
    """The path of an installed program, also where servers are kept; None when it is missing."""
    return shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/local/sbin:/usr/sbin:/sbin")


@dataclass
class Launch:
    """Where a peer is to listen, whom it calls, and a folder for its files."""

    folder: Path
    port: int
    mock_port: int

    def values(self):
        return {"folder": self.folder, "port": self.port, "mock_port": self.mock_port, "key": UPSTREAM_KEY}


def fill(template, launch, **more):
    """Writes a template with its @NAMES@ filled in into the folder of the launch."""
    text = (TEMPLATES / template).read_text()
    for name, value in (launch.values() | more).items():
        text = text.replace(f"@{name.upper()}@", str(value))
    path = launch.folder / template
    path.write_text(text)
    return str(path)


def nginx_command(launch, master="on"):
    config = fill("nginx.conf", launch, master=master)
    return [tool("nginx"), "-e", "stderr", "-p", str(launch.folder), "-c", config]


def haproxy_command(launch):
    return [tool("haproxy"), "-db", "-f", fill("haproxy.cfg", launch)]


def api_switch_command(launch, gateway):
    config = fill("api-switch.yaml", launch)
    data = launch.folder / "data"
    return [gateway, "serve", "--data-dir", str(data), "--config", config, "--port", str(launch.port)]


def custom_command(launch, command):
    try:
        return [word.format(**launch.values()) for word in shlex.split(command)]
    except (KeyError, IndexError, ValueError) as error:
        raise StartError(f"--command cannot be filled in: {error!r}") from error


class Peer:
    """One stop of the tour. Without a command it is the mock itself, which costs no gateway."""

    def __init__(self, name, command=None, model=MODEL, key=CLIENT_KEY):
        self.name, self.command, self.model, self.key = name, command, model, key
        self.process, self.port = None, None

    @property
    def is_gateway(self):
        return self.command is not None

    def start(self, folder, core, mock_port, timeout=START_TIMEOUT):
        """Starts it and waits for the first served chat; milliseconds to /health and to the chat."""
        if not self.is_gateway:
            self.port = mock_port
            return None
        home = Path(folder) / self.name
        home.mkdir(exist_ok=True)
        self.port = free_port()
        self.process = Process(self.name, self.command(Launch(home, self.port, mock_port)), core, home)
        try:
            health = self.process.wait_until(lambda: ask(self.port) == 200, timeout)
            chat = self.process.wait_until(self.serves_chat, timeout)
        except BaseException:
            self.stop()
            raise
        return health, chat

    def serves_chat(self):
        body = b'{"model":"%s","messages":[{"role":"user","content":"hi"}]}' % self.model.encode()
        return ask(self.port, "POST", "/v1/chat/completions", body, self.key) == 200

    def stop(self):
        if self.process:
            self.process.stop()
        self.process = None


def make_peers(names, gateway, command, model):
    """The peers of the given names; StartError when one of them cannot be run here."""
    return [make_peer(name, gateway, command, model) for name in names]


def make_peer(name, gateway, command, model):
    if name == "direct":
        return Peer("direct", key=UPSTREAM_KEY)
    if name in ("nginx", "haproxy"):
        if not tool(name):
            raise StartError(f"{name} is not installed; install it or leave it out with --peers")
        return Peer(name, nginx_command if name == "nginx" else haproxy_command)
    if name == "apiswitch":
        if not gateway or not os.access(gateway, os.X_OK):
            raise StartError(f"no gateway at {gateway}: build it (swift build -c release) or give --gateway PATH")
        path = str(Path(gateway).resolve())
        return Peer(name, lambda launch: api_switch_command(launch, path), model)
    if name == "command" and command:
        return Peer(name, lambda launch: custom_command(launch, command), model)
    raise StartError(f"unknown peer {name}: direct, nginx, haproxy, apiswitch, or command with --command")
