"""The command line that changes the configuration: `channel`, `entry`, `key`, `settings` (product.md §9)."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import termios
import threading

import pytest

from conftest import quiet_settings
from gateway import Gateway, binary, channel, key_of
from wire import eventually

KEY = "sk-0123456789abcdefghij"
ODD_NAMES = ["My relay", "team/relay", "深度求索 甲", "it's #1: “x”"]


def two(primary, fallback) -> dict:
    return {
        "channels": [channel("primary", primary.url, ["m", "n"]), channel("fallback", fallback.url, ["m"])],
        "settings": quiet_settings(),
    }


@pytest.fixture(params=["running", "stopped"])
def gateway(request, make_gateway, primary, fallback) -> Gateway:
    """The same commands work on a gateway that runs and on one that does not."""
    gateway = make_gateway(two(primary, fallback))
    if request.param == "stopped":
        gateway.stop()
    return gateway


@pytest.fixture
def live(make_gateway, primary, fallback) -> Gateway:
    return make_gateway(two(primary, fallback))


def change(gateway: Gateway, *arguments: str, stdin: str = "") -> dict:
    """Runs a changing command; answers its JSON after checking what all of them have."""
    result = gateway.cli(*arguments, "--json", stdin=stdin)
    said = json.loads(result.stdout)
    assert isinstance(said["changes"], list) and isinstance(said["revision"], int), said
    assert said["gateway_notified"] == (gateway.running() and said["changes"] != []), said
    return said


def refused(gateway: Gateway, *arguments: str, stdin: str = "") -> str:
    """Runs a command that must fail in one line and change nothing; answers what it says."""
    before = state(gateway)
    result = gateway.cli(*arguments, check=False, stdin=stdin)
    assert result.returncode != 0 and result.stdout == "", result
    assert result.stderr.startswith("api-switch: ") and result.stderr.count("\n") == 1, result.stderr
    assert state(gateway) == before
    return result.stderr


def state(gateway: Gateway) -> tuple:
    return gateway.cli("export", "--include-keys").stdout, channels(gateway)["revision"]


def channels(gateway: Gateway) -> dict:
    return gateway.cli_json("channel", "list")


def channel_named(gateway: Gateway, name: str) -> dict:
    return next(one for one in channels(gateway)["channels"] if one["name"] == name)


def order(gateway: Gateway) -> list[str]:
    entries = gateway.cli_json("entry", "list")["entries"]
    assert [entry["position"] for entry in entries] == list(range(1, len(entries) + 1))
    return [f"{entry['channel']}/{entry['model']}" for entry in entries]


def entry_at(gateway: Gateway, address: str) -> dict:
    return gateway.cli_json("entry", "list")["entries"][order(gateway).index(address)]


def served(gateway: Gateway, model: str, by: str, **more):
    """Waits until a request is answered by a channel: the signal to the gateway takes a moment."""
    return eventually(lambda: (r := gateway.chat(model, **more)).channel == by and r, 3, f"{model} served by {by}")


# channel


def test_channel_list_shows_where_each_channel_calls(gateway, primary):
    listed = channels(gateway)["channels"]

    assert [one["name"] for one in listed] == ["primary", "fallback"]
    assert listed[0]["request_url"] == f"{primary.url}/v1/chat/completions" and listed[0]["problem"] is None
    assert listed[0]["models"] == ["m", "n"] and listed[0]["enabled"] is True
    text = gateway.cli("channel", "list").stdout
    assert f"{primary.url}/v1/chat/completions" in text and key_of("primary") not in text
    assert key_of("primary") not in json.dumps(listed)


def test_a_channel_that_is_added_with_models_serves_them(gateway, make_provider):
    third = make_provider()

    said = change(
        gateway, "channel", "add", "--name", "third", "--type", "openai", "--base-url", third.url, "--api-key", "-",
        "--model", "x", "--model", "vendor/y", "--header", "X-Team: blue", stdin=f"{KEY}\r\n",
    )  # fmt: skip

    assert said["changes"] == ["channel third added", "entry x added to third", "entry vendor/y added to third"]
    assert said["channel"]["request_url"] == f"{third.url}/v1/chat/completions"
    if not gateway.running():
        gateway.start(with_config=False)
    served(gateway, "x", "third")
    served(gateway, "vendor/y", "third")
    assert third.last().header("authorization") == f"Bearer {KEY}" and third.last().header("x-team") == "blue"


@pytest.mark.parametrize(
    ("type", "url", "expected"),
    [
        ("openai", "api.deepseek.com/", "https://api.deepseek.com/v1/chat/completions"),
        ("openai", None, "https://api.openai.com/v1/chat/completions"),
        ("claude", None, "https://api.anthropic.com/v1/messages"),
        ("anthropic", "https://api.minimaxi.com", "https://api.minimaxi.com/anthropic/v1/messages"),
        ("gemini", None, "https://generativelanguage.googleapis.com/v1beta/models/MODEL:generateContent"),
        ("custom", "http://127.0.0.1:1/x/v9", "http://127.0.0.1:1/x/v9/chat/completions"),
    ],
)
def test_channel_add_shows_the_effective_request_url(make_gateway, type, url, expected):
    gateway = make_gateway(start=False)
    where = ["--base-url", url] if url else []

    text = gateway.cli("channel", "add", "--name", "c", "--type", type, *where).stdout

    assert expected in text
    assert [one["request_url"] for one in channels(gateway)["channels"]] == [expected]


def test_azure_shows_the_version_of_the_channel_and_no_key_of_its_query(make_gateway):
    gateway = make_gateway(start=False)

    said = change(
        gateway, "channel", "add", "--name", "az", "--type", "azure", "--base-url",
        "https://x.openai.azure.com/?api-version=2024-10-21&code=hidden-in-the-query", "--api-version", "2024-02-01",
    )  # fmt: skip

    expected = "/openai/deployments/MODEL/chat/completions?api-version=2024-02-01"
    assert said["channel"]["request_url"] == f"https://x.openai.azure.com{expected}"
    assert "hidden-in-the-query" not in json.dumps(said) + gateway.cli("channel", "list").stdout


def test_everything_a_channel_has_can_be_given(make_gateway):
    gateway = make_gateway(start=False, environment={"THE_KEY": KEY})
    proxy = "http://user:proxy-password@127.0.0.1:1080"

    said = change(
        gateway, "channel", "add", "--name", "c", "--type", "openai", "--api-key-env", "THE_KEY", "--notes", "mine",
        "--header", "X-Secret: header-secret-value", "--proxy", proxy, "--connect-timeout", "2.5",
        "--response-timeout", "30",
    )["channel"]  # fmt: skip

    assert (said["notes"], said["connect_timeout"], said["response_timeout"]) == ("mine", 2.5, 30)
    assert (said["proxy"], said["api_key"]) == ("http://…@127.0.0.1:1080", "sk-…ghij")
    assert list(said["headers"]) == ["X-Secret"] and "header-secret-value" not in json.dumps(said)
    exported = gateway.cli("export", "--include-keys").stdout
    assert all(text in exported for text in (KEY, proxy, "header-secret-value"))


def test_channel_edit_keeps_what_is_not_given(make_gateway):
    gateway = make_gateway(start=False)
    change(
        gateway, "channel", "add", "--name", "c", "--type", "openai", "--api-key", KEY, "--notes", "mine",
        "--header", "X-A: one", "--header", "X-B: two", "--connect-timeout", "3", "--model", "m",
    )  # fmt: skip
    before = channel_named(gateway, "c")

    said = change(
        gateway, "channel", "edit", "C", "--name", "d", "--header", "x-a:", "--header", "X-B: three", "--proxy", "none",
        "--connect-timeout", "default", "--model", "m", "--model", "n",
    )  # fmt: skip

    after = said["channel"]
    assert list(after["headers"]) == ["X-B"] and after["proxy"] == "none" and after["connect_timeout"] is None
    assert after["models"] == ["m", "n"] and after["name"] == "d"
    kept = ("type", "base_url", "api_key", "notes", "enabled", "request_url")
    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}
    assert change(gateway, "channel", "edit", "d", "--notes", "mine", "--model", "n")["changes"] == []


def test_another_type_takes_its_own_default_address_but_keeps_a_typed_one(make_gateway):
    gateway = make_gateway(start=False)
    change(gateway, "channel", "add", "--name", "default", "--type", "openai")
    change(gateway, "channel", "add", "--name", "typed", "--type", "openai", "--base-url", "https://relay.test")

    for name in ("default", "typed"):
        change(gateway, "channel", "edit", name, "--type", "anthropic")

    assert channel_named(gateway, "default")["base_url"] == "https://api.anthropic.com"
    assert channel_named(gateway, "typed")["request_url"] == "https://relay.test/v1/messages"


def test_a_new_key_is_used_by_the_next_request(live, primary):
    said = change(live, "channel", "edit", "primary", "--api-key", "-", stdin=f"  {KEY}\n")

    assert said["changes"] == ["channel primary: api_key changed"] and KEY not in json.dumps(said)
    eventually(lambda: live.chat("n") and primary.last().header("authorization") == f"Bearer {KEY}", 3)


def test_a_channel_is_switched_off_and_on(live):
    assert change(live, "channel", "disable", "PRIMARY")["changes"] == ["channel primary: enabled true → false"]
    served(live, "m", "fallback")
    assert change(live, "channel", "disable", "primary")["changes"] == [], "twice is fine"
    assert entry_at(live, "primary/m")["enabled"] is True and entry_at(live, "primary/m")["state"] == "off"

    change(live, "channel", "enable", "primary")

    served(live, "m", "primary")
    assert change(live, "channel", "enable", "primary")["changes"] == []


def test_removing_a_channel_needs_a_yes(gateway):
    assert "--yes" in refused(gateway, "channel", "remove", "primary")

    assert change(gateway, "channel", "remove", "primary", "--yes")["changes"] == [
        "channel primary removed with 2 entries"
    ]

    assert order(gateway) == ["fallback/m"]
    if gateway.running():
        served(gateway, "m", "fallback")


def on_a_terminal(gateway: Gateway, *arguments: str, typed: str) -> tuple[int, str, str]:
    """Runs a command whose input is a terminal; answers exit code, standard output, and all that was shown."""
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [binary(), *arguments, "--data-dir", str(gateway.data_dir)],
        stdin=slave, stdout=subprocess.PIPE, stderr=slave, text=True, env=gateway._environment,
    )  # fmt: skip
    os.close(slave)
    shown: list[bytes] = []

    def watch():
        try:
            while data := os.read(master, 4096):
                shown.append(data)
        except OSError:
            pass  # Linux ends a terminal nobody holds any more like this.

    watcher = threading.Thread(target=watch)
    watcher.start()
    # What is typed before the echo is off would be thrown away, as at every password prompt.
    eventually(lambda: b": " in b"".join(shown) or b"[y/N]" in b"".join(shown), 10, "the question")
    eventually(lambda: b"[y/N]" in b"".join(shown) or not echoes(master), 10, "the echo to be off")
    os.write(master, typed.encode())
    output = process.communicate(timeout=30)[0]
    watcher.join(10)
    os.close(master)
    return process.returncode, output, b"".join(shown).decode()


def echoes(terminal: int) -> bool:
    return bool(termios.tcgetattr(terminal)[3] & termios.ECHO)


@pytest.mark.parametrize(("answer", "is_removed"), [("y", True), ("Yes", True), ("", False), ("n", False)])
def test_a_terminal_is_asked_before_a_channel_goes(make_gateway, primary, fallback, answer, is_removed):
    gateway = make_gateway(two(primary, fallback))

    code, output, shown = on_a_terminal(gateway, "channel", "remove", "primary", typed=answer + "\n")

    assert "Remove channel 'primary' and its 2 entries? [y/N]" in shown
    assert (code == 0, "removed" in output) == (is_removed, is_removed), shown
    assert ("primary/m" not in order(gateway)) == is_removed


def test_a_key_that_is_typed_is_not_shown(make_gateway):
    gateway = make_gateway(start=False)

    code, output, shown = on_a_terminal(
        gateway, "channel", "add", "--name", "c", "--type", "openai", "--api-key", "-", typed=KEY + "\n"
    )

    assert code == 0 and KEY not in output + shown
    assert KEY in gateway.cli("export", "--include-keys").stdout


BAD_CHANNELS = {
    "a scheme": (["--name", "c", "--type", "openai", "--base-url", "ftp://x"], "must begin with https://"),
    "a query": (["--name", "c", "--type", "openai", "--base-url", "https://x/?key=secret"], "must not hold a query"),
    "a password": (["--name", "c", "--type", "openai", "--base-url", "https://u:secret@x"], "API key field"),
    "no address": (["--name", "c", "--type", "custom"], "--base-url"),
    "a type": (["--name", "c", "--type", "opnai"], "openai, anthropic, gemini, azure, custom"),
    "a taken name": (["--name", "PRIMARY", "--type", "openai"], "choose another name"),
    "a name": (["--name", " c", "--type", "openai"], "without control characters or spaces"),
    "no key": (["--name", "c", "--type", "openai", "--api-key", "-"], "pipe it in"),
    "two keys": (["--name", "c", "--type", "openai", "--api-key", "a", "--api-key-env", "B"], "not both"),
    "no variable": (["--name", "c", "--type", "openai", "--api-key-env", "secret_put_here"], "export it"),
    "a key": (["--name", "c", "--type", "openai", "--api-key", "two words"], "api_key"),
    "a header": (["--name", "c", "--type", "openai", "--header", "secret-header"], "Name: value"),
    "a framing header": (["--name", "c", "--type", "openai", "--header", "Content-Length: 1"], "headers"),
    "a proxy": (["--name", "c", "--type", "openai", "--proxy", "ftp://u:secret@x"], "socks5"),
    "a number": (["--name", "c", "--type", "openai", "--connect-timeout", "soon"], "number of seconds"),
    "a decimal": (["--name", "c", "--type", "openai", "--connect-timeout", "1.2345"], "number of seconds"),
    "a range": (["--name", "c", "--type", "openai", "--response-timeout", "0"], "from 0.1 to"),
    "a model": (["--name", "c", "--type", "openai", "--model", "m", "--model", " "], "model"),
}  # fmt: skip


@pytest.mark.parametrize(("arguments", "said"), BAD_CHANNELS.values(), ids=BAD_CHANNELS)
def test_a_channel_that_cannot_be_is_refused_and_nothing_changes(live, arguments, said):
    message = refused(live, "channel", "add", *arguments)

    assert said in message and "secret" not in message, message


def test_edits_that_cannot_be_change_nothing(live):
    bad_url = refused(live, "channel", "edit", "primary", "--base-url", "http://h:0", "--model", "x")
    assert "number from 1 to 65535" in bad_url
    assert "'fallback'" in refused(live, "channel", "edit", "primary", "--name", "fallback", "--model", "x")
    for verb in (["edit"], ["remove", "--yes"], ["enable"], ["disable"]):
        assert "'ghost'" in refused(live, "channel", verb[0], "ghost", *verb[1:])
    assert live.chat("m").channel == "primary"


# entry


def test_entry_list_shows_the_order_and_the_state(gateway):
    assert order(gateway) == ["primary/m", "primary/n", "fallback/m"]
    assert entry_at(gateway, "primary/m") == {
        "position": 1, "channel": "primary", "model": "m", "name": None, "kind": "chat", "auto": True,
        "enabled": True, "state": "ready", "cooldown_seconds": None, "reason": None,
    }  # fmt: skip
    assert re.search(r"^2 +primary +n +chat +auto +ready$", gateway.cli("entry", "list").stdout, re.MULTILINE)


def test_entry_list_works_before_the_gateway_ever_ran(make_gateway):
    gateway = make_gateway(start=False)
    change(gateway, "channel", "add", "--name", "c", "--type", "openai", "--model", "m")

    assert order(gateway) == ["c/m"]
    assert [entry["model"] for entry in gateway.cli_json("status")["entries"]] == ["m"]


def test_an_entry_is_added_at_the_end_and_serves(gateway):
    said = change(gateway, "entry", "add", "fallback", "org/model", "--name", "alias", "--no-auto")

    assert (said["entry"]["position"], said["entry"]["name"], said["entry"]["auto"]) == (4, "alias", False)
    if not gateway.running():
        gateway.start(with_config=False)
    assert served(gateway, "alias", "fallback").json["model"] == "org/model"


def test_the_kind_of_an_entry_decides_what_it_serves(live):
    change(live, "entry", "edit", "1", "--kind", "embedding")
    served(live, "auto", "primary")
    eventually(lambda: live.chat("auto").json["model"] == "n", 3, "auto to pass over an embedding model")

    assert change(live, "entry", "edit", "1", "--kind", "embedding")["changes"] == []
    assert change(live, "entry", "edit", "1", "--kind", "default")["entry"]["kind"] == "chat"


@pytest.mark.parametrize("address", ["primary/m", "PRIMARY/m", "1"])
def test_an_entry_is_named_by_channel_and_model_or_by_number(gateway, address):
    assert change(gateway, "entry", "disable", address)["entry"]["enabled"] is False
    assert change(gateway, "entry", "disable", address)["changes"] == []
    if gateway.running():
        served(gateway, "m", "fallback")
    assert change(gateway, "entry", "enable", address)["entry"]["enabled"] is True
    assert change(gateway, "entry", "remove", address)["changes"] == ["entry m removed from primary"]
    assert order(gateway) == ["primary/n", "fallback/m"]


MOVES = [
    (["fallback/m", "--top"], ["fallback/m", "primary/m", "primary/n"]),
    (["3", "--up"], ["primary/m", "fallback/m", "primary/n"]),
    (["1", "--down"], ["primary/n", "primary/m", "fallback/m"]),
    (["1", "--to", "3"], ["primary/n", "fallback/m", "primary/m"]),
    (["3", "--to", "1"], ["fallback/m", "primary/m", "primary/n"]),
    (["1", "--up"], ["primary/m", "primary/n", "fallback/m"]),
    (["3", "--down"], ["primary/m", "primary/n", "fallback/m"]),
]


@pytest.mark.parametrize(("arguments", "expected"), MOVES, ids=[" ".join(move[0]) for move in MOVES])
def test_an_entry_is_moved(make_gateway, primary, fallback, arguments, expected):
    gateway = make_gateway(two(primary, fallback))
    gateway.stop()
    before = order(gateway)

    said = change(gateway, "entry", "move", *arguments)

    assert order(gateway) == expected
    assert said["changes"] == ([] if before == expected else ["entries reordered"])
    assert expected[said["entry"]["position"] - 1] == f"{said['entry']['channel']}/{said['entry']['model']}"


def test_the_order_is_what_auto_serves(live):
    served(live, "auto", "primary")

    change(live, "entry", "move", "fallback/m", "--top")
    served(live, "auto", "fallback")
    change(live, "entry", "move", "fallback/m", "--down")
    served(live, "auto", "primary")
    change(live, "entry", "edit", "primary/m", "--no-auto")
    eventually(lambda: live.chat("auto").channel == "fallback", 3)
    live.restart()

    assert live.chat("auto").channel == "fallback", "the order survives a restart"


def test_a_second_name_is_given_and_taken_away(live):
    said = change(live, "entry", "rename", "fallback/m", "快 fast/one")
    assert said["entry"]["name"] == "快 fast/one"
    served(live, "快 fast/one", "fallback")

    assert change(live, "entry", "rename", "fallback/m", "")["entry"]["name"] is None
    served(live, "快 fast/one", "primary")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["add", "ghost", "m"], "'ghost'"),
        (["add", "primary", "m"], "already has an entry"),
        (["add", "primary", "x", "--kind", "embeding"], "embedding"),
        (["add", "primary", ""], "model"),
        (["remove", "primary/ghost"], "'primary/ghost'"),
        (["remove", "0"], "entry list"),
        (["remove", "4"], "entry list"),
        (["remove", "primary"], "CHANNEL/MODEL"),
        (["enable", "ghost/m"], "'ghost/m'"),
        (["rename", "1", " x"], "name"),
        (["move", "1"], "--top"),
        (["move", "1", "--top", "--to", "2"], "--top"),
        (["move", "1", "--to", "0"], "from 1 to 3"),
        (["move", "1", "--to", "4"], "from 1 to 3"),
    ],
    ids=" ".join,
)
def test_an_entry_change_that_cannot_be_is_refused(live, arguments, said):
    assert said in refused(live, "entry", *arguments)


@pytest.mark.parametrize("name", ODD_NAMES)
@pytest.mark.parametrize("model", ["org/模型 v1", "a/b/c"])
def test_odd_names_work_everywhere(make_gateway, make_provider, name, model):
    provider = make_provider()
    gateway = make_gateway({"channels": [channel("other", provider.url, ["z"])], "settings": quiet_settings()})
    change(gateway, "channel", "add", "--name", name, "--type", "openai", "--base-url", provider.url)
    change(gateway, "entry", "add", name, model, "--name", f"{name} alias")
    address = f"{name}/{model}"

    change(gateway, "entry", "move", address, "--top")
    assert order(gateway)[0] == address and address.split("/")[0] in gateway.cli("entry", "list").stdout
    assert eventually(lambda: (r := gateway.chat("auto")).json["model"] == model and r, 3).status == 200
    assert gateway.chat(f"{name} alias").json["model"] == model
    change(gateway, "entry", "disable", address)
    change(gateway, "channel", "edit", name, "--name", f"{name} 2")
    change(gateway, "entry", "enable", f"{name} 2/{model}")
    change(gateway, "entry", "remove", f"{name} 2/{model}")
    change(gateway, "channel", "remove", f"{name} 2", "--yes")

    assert order(gateway) == ["other/z"]


def test_the_first_slash_that_makes_sense_ends_the_channel(make_gateway):
    gateway = make_gateway(start=False)
    change(gateway, "channel", "add", "--name", "a", "--type", "openai", "--model", "b/m")
    change(gateway, "channel", "add", "--name", "a/b", "--type", "openai", "--model", "m", "--model", "n")

    assert change(gateway, "entry", "disable", "a/b/m")["entry"]["channel"] == "a"
    assert change(gateway, "entry", "disable", "a/b/n")["entry"]["channel"] == "a/b"
    assert change(gateway, "entry", "disable", "2")["entry"]["channel"] == "a/b"


# key


def bearer(key: str) -> dict:
    return {"Authorization": f"Bearer {key}"}


def test_a_key_is_shown_once_and_opens_the_gateway(live):
    change(live, "settings", "set", "require_access_key", "true")
    eventually(lambda: live.chat("m").status == 401, 3)

    said = change(live, "key", "create", "笔记本 laptop")

    key = said["key"]
    assert re.fullmatch(r"sk-[\w-]{43}", key) and said["access_key"]["masked"] == f"…{key[-4:]}"
    eventually(lambda: live.chat("m", headers=bearer(key)).status == 200, 3)
    listed = live.cli("key", "list").stdout + json.dumps(live.cli_json("key", "list"))
    assert key not in listed and key[-4:] in listed and "笔记本 laptop" in listed

    assert change(live, "key", "disable", "笔记本 Laptop")["access_key"]["enabled"] is False
    eventually(lambda: live.chat("m", headers=bearer(key)).status == 401, 3)
    assert change(live, "key", "disable", "笔记本 laptop")["changes"] == []
    change(live, "key", "enable", "笔记本 laptop")
    eventually(lambda: live.chat("m", headers=bearer(key)).status == 200, 3)
    change(live, "key", "revoke", "笔记本 laptop")
    eventually(lambda: live.chat("m", headers=bearer(key)).status == 401, 3)


def test_key_create_says_that_it_is_the_only_time(gateway):
    text = gateway.cli("key", "create", "laptop").stdout

    key = re.search(r"^\s*(sk-[\w-]{43})$", text, re.MULTILINE)
    assert key and "cannot be shown again" in text
    assert gateway.cli_json("key", "list") == {
        "access_keys": [{"name": "laptop", "masked": f"…{key[1][-4:]}", "enabled": True}],
        "required": False,
        "revision": channels(gateway)["revision"],
    }
    for file in gateway.data_dir.rglob("*"):
        assert not file.is_file() or key[1].encode() not in file.read_bytes(), f"the key lies in {file.name}"


def test_key_changes_that_cannot_be_are_refused(live):
    change(live, "key", "create", "laptop")

    assert "choose another name" in refused(live, "key", "create", "LAPTOP")
    assert "name" in refused(live, "key", "create", "")
    for verb in ("revoke", "enable", "disable"):
        assert "'ghost'" in refused(live, "key", verb, "ghost")


# settings


def test_settings_get_shows_value_default_and_range(gateway):
    settings = {one["name"]: one for one in gateway.cli_json("settings", "get")["settings"]}

    assert settings["recovery_probe"] == {
        "name": "recovery_probe", "value": False, "default": True, "range": "true or false"
    }  # fmt: skip
    assert settings["max_attempts"]["value"] == 6 and settings["auto_order"]["value"] == "custom"
    assert gateway.cli_json("settings", "get", "cooldown") == settings["cooldown"]
    line = next(line for line in gateway.cli("settings", "get").stdout.splitlines() if line.startswith("cooldown "))
    assert re.fullmatch(r"cooldown +300 +300 +a number of seconds from 10 to 86400", line)


def test_a_setting_is_changed_and_live(gateway):
    said = change(gateway, "settings", "set", "strict_model_names", "true")

    assert said["changes"] == ["setting strict_model_names false → true"] and said["setting"]["value"] is True
    assert change(gateway, "settings", "set", "strict_model_names", "true")["changes"] == []
    if not gateway.running():
        gateway.start(with_config=False)
    eventually(lambda: gateway.chat("nobody-has-this").status == 404, 3)


def test_an_empty_text_is_a_value_too(gateway):
    change(gateway, "settings", "set", "disable_on_codes", "401,500-599")
    assert change(gateway, "settings", "set", "disable_on_codes", "")["setting"]["value"] == ""


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["set", "cooldwn", "60"], "did you mean 'cooldown'?"),
        (["set", "connect-timeout", "60"], "did you mean 'connect_timeout'?"),
        (["get", "cooldwn"], "did you mean 'cooldown'?"),
        (["set", "cooldown", "5"], "from 10 to 86400"),
        (["set", "strict_model_names", "perhaps"], "true or false"),
        (["set", "auto_order", "random"], "custom, fastest, latest"),
    ],
    ids=" ".join,
)
def test_a_setting_that_cannot_be_is_refused(live, arguments, said):
    assert said in refused(live, "settings", *arguments)


# all of them


COMMANDS = [
    *(["channel", verb] for verb in ("list", "add", "edit", "remove", "enable", "disable")),
    *(["entry", verb] for verb in ("list", "add", "edit", "rename", "move", "remove", "enable", "disable")),
    *(["key", verb] for verb in ("list", "create", "revoke", "enable", "disable")),
    *(["settings", verb] for verb in ("get", "set")),
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_explains_itself_with_two_examples(tmp_path, command):
    text = subprocess.run([binary(), *command, "--help"], capture_output=True, text=True, check=True).stdout

    assert text.count(f"  api-switch {' '.join(command)}") >= 2 and "--json" in text and "--data-dir" in text
    assert all(len(line) <= 80 for line in text.splitlines() if "api-switch" in line and "USAGE" not in line)


def test_people_are_told_whether_the_gateway_takes_it_over(gateway):
    said = gateway.cli("settings", "set", "cooldown", "60").stdout

    assert "cooldown 300 → 60" in said
    assert ("takes this over" if gateway.running() else "not running") in said
    assert "Nothing to change" in gateway.cli("settings", "set", "cooldown", "60").stdout


def test_many_commands_at_once_lose_nothing(live):
    numbers = range(8)
    threads = [
        threading.Thread(target=live.cli, args=("entry", "add", "primary", f"x{number}")) for number in numbers
    ]  # fmt: skip
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert set(order(live)) >= {f"primary/x{number}" for number in numbers}
    for number in numbers:
        served(live, f"x{number}", "primary")
        assert live.chat(f"x{number}").json["model"] == f"x{number}"
