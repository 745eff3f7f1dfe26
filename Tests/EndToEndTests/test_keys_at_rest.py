"""Provider keys are encrypted in the data folder (product.md §2)."""

from __future__ import annotations

import concurrent.futures

import pytest

from conftest import quiet_settings
from gateway import Gateway, channel, key_of

HEX = "5a" * 32
SECRETS = [key_of("primary"), "planted-header-value", "planted-proxy-password"]


def with_secrets(url: str) -> dict:
    dead = {"proxy": "http://user:planted-proxy-password@127.0.0.1:9", "headers": {"X-Extra": "planted-header-value"}}
    return {
        "channels": [channel("primary", url, ["m"]), channel("behind", url, ["n"], **dead)],
        "settings": quiet_settings(),
    }


def files_with(gateway: Gateway, text: str) -> list[str]:
    return [file.name for file in gateway.data_dir.iterdir() if text.encode() in file.read_bytes()]


@pytest.fixture
def gateway(make_gateway, primary) -> Gateway:
    return make_gateway(with_secrets(primary.url))


def test_no_file_of_the_data_folder_holds_a_provider_key(gateway, primary):
    assert gateway.chat("m").status == 200
    assert primary.only().header("authorization") == f"Bearer {key_of('primary')}"

    while_running = {text: files_with(gateway, text) for text in SECRETS}
    gateway.stop()
    stopped = {text: files_with(gateway, text) for text in SECRETS}

    assert while_running == stopped == {text: [] for text in SECRETS}
    assert files_with(gateway, "X-Extra"), "the scan sees what is plain"
    assert (gateway.data_dir / "master.key").stat().st_mode & 0o777 == 0o600


def test_keys_that_are_changed_or_deleted_leave_nothing(gateway, primary):
    gateway.cli("channel", "edit", "primary", "--api-key", "-", stdin="planted-second-key-0123\n")
    assert gateway.chat("m").status == 200
    assert primary.requests[-1].header("authorization") == "Bearer planted-second-key-0123"
    gateway.cli("channel", "remove", "behind", "--yes")

    assert [files_with(gateway, text) for text in [*SECRETS, "planted-second-key-0123"]] == [[]] * 4


def test_an_export_with_keys_has_them_in_plain_and_can_be_applied_elsewhere(gateway, make_gateway):
    exported = gateway.cli("export", "--include-keys").stdout
    other = make_gateway(exported, start=False)
    other.cli("apply", str(other.config_file))

    assert all(text in exported for text in SECRETS)
    assert other.cli("export", "--include-keys").stdout == exported
    assert (other.data_dir / "master.key").read_bytes() != (gateway.data_dir / "master.key").read_bytes()


def test_without_its_master_key_the_gateway_refuses_and_says_what_to_do(gateway):
    gateway.stop()
    key = gateway.data_dir / "master.key"
    kept = key.read_bytes()
    key.unlink()

    gateway.spawn(with_config=False)
    assert gateway.wait() == 1
    said = gateway.cli("export", check=False)

    for text in [gateway.output, said.stderr]:
        assert "master.key is missing" in text and "backup" in text and "API_SWITCH_MASTER_KEY" in text, text
    assert said.returncode == 1 and not key.exists()
    key.write_bytes(kept)
    gateway.start(with_config=False)
    assert gateway.chat("m").status == 200


def test_a_wrong_master_key_is_told_apart_from_damage(gateway):
    gateway.stop()
    (gateway.data_dir / "master.key").write_bytes(b"x" * 32)

    said = gateway.cli("status", check=False)

    assert said.returncode == 1
    assert "encrypted with another master key" in said.stderr and "damaged" not in said.stderr, said.stderr


def test_the_master_key_may_come_from_the_environment(make_gateway, primary):
    gateway = make_gateway(with_secrets(primary.url), environment={"API_SWITCH_MASTER_KEY": HEX})

    assert gateway.chat("m").status == 200
    gateway.cli("channel", "edit", "primary", "--notes", "changed meanwhile")
    assert gateway.restart().chat("m").status == 200

    assert not (gateway.data_dir / "master.key").exists()
    assert files_with(gateway, HEX) == []


def test_a_configuration_file_cannot_send_the_master_key_away(make_gateway, primary):
    config = with_secrets(primary.url)
    config["channels"][0]["api_key"] = "${API_SWITCH_MASTER_KEY}"
    gateway = make_gateway(config, start=False, environment={"API_SWITCH_MASTER_KEY": HEX})

    said = gateway.cli("apply", str(gateway.config_file), check=False)

    assert said.returncode == 1 and "API_SWITCH_MASTER_KEY" in said.stderr and HEX not in said.stderr, said.stderr


def test_processes_that_begin_at_the_same_moment_make_one_key(make_gateway, primary):
    gateway = make_gateway(with_secrets(primary.url), start=False)
    names = [f"c{number}" for number in range(8)]
    add = ["--type", "openai", "--base-url", primary.url, "--api-key", "-"]

    with concurrent.futures.ThreadPoolExecutor(len(names)) as pool:
        list(pool.map(lambda name: gateway.cli("channel", "add", "--name", name, *add, stdin=f"planted-{name}\n"), names))

    exported = gateway.cli("export", "--include-keys").stdout
    assert all(f"planted-{name}" in exported for name in names)
    assert [file.name for file in gateway.data_dir.iterdir() if file.name.startswith("master")] == ["master.key"]
