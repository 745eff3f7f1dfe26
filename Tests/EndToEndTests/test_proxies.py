"""Proxies on the way to a provider. `provider.test` is a name that only the proxies know."""

from __future__ import annotations

from pathlib import Path

import pytest

import shapes
from certificates import Authority
from conftest import quiet_settings
from gateway import channel
from provider import Answer
from proxies import ConnectProxy, SOCKSProxy, basic, refusal

HOST = "provider.test"
PASSWORD = "pass-4711-word"
CREDENTIALS = f"someone:{PASSWORD}"


@pytest.fixture(scope="module")
def authority(tmp_path_factory) -> Authority:
    return Authority(Path(tmp_path_factory.mktemp("authority")))


@pytest.fixture
def proxied(make_gateway, authority):
    """Makes a gateway with one channel on `url`, perhaps behind a proxy, and a second one to fall back on."""

    def make(url: str, proxy: str | None = None, fallback=None, environment: dict | None = None, **settings):
        more = {"proxy": proxy} if proxy else {}
        channels = [channel("c1", url, ["m"], **more)]
        if fallback is not None:
            channels.append(channel("c2", fallback.url, ["m"]))
        config = {"channels": channels, "settings": quiet_settings(**settings)}
        return make_gateway(config, environment={"SSL_CERT_FILE": str(authority.bundle), **(environment or {})})

    return make


@pytest.fixture
def secure(make_provider, authority):
    """A provider over TLS that calls itself `provider.test`."""
    return make_provider(authority.server(HOST))


@pytest.fixture
def start():
    """Starts proxies and stops them."""
    running = []

    def enter(proxy):
        running.append(proxy.__enter__())
        return proxy

    yield enter
    for proxy in running:
        proxy.__exit__()


def address(proxy, scheme: str = "http", credentials: str = "") -> str:
    return f"{scheme}://{credentials + '@' if credentials else ''}127.0.0.1:{proxy.port}"


def assert_no_secret(gateway, reply) -> None:
    """The proxy's password is nowhere that people look."""
    seen = [str(reply), gateway.output, gateway.cli("logs", "--json").stdout, gateway.cli("status", "--json").stdout]
    for secret in (PASSWORD, basic(CREDENTIALS).removeprefix("Basic ")):
        assert not any(secret in text for text in seen), f"{secret} leaked"


# HTTP proxies -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stream", [False, True])
def test_calls_over_tls_go_through_a_tunnel(proxied, start, secure, stream):
    proxy = start(ConnectProxy({HOST: secure.port}, CREDENTIALS))
    gateway = proxied(f"https://{HOST}", address(proxy, credentials=CREDENTIALS))

    reply = gateway.chat(stream=stream)

    assert reply.status == 200 and reply.complete and reply.attempts == 1, reply
    assert [(asked.target, asked.authorization) for asked in proxy.asked] == [
        (f"CONNECT {HOST}:443", basic(CREDENTIALS))
    ]
    assert secure.only().header("proxy-authorization") is None, "the provider must not see the proxy's password"
    assert secure.only().target == "/v1/chat/completions"


def test_a_tunnel_is_used_again(proxied, start, secure):
    proxy = start(ConnectProxy({HOST: secure.port}))
    gateway = proxied(f"https://{HOST}", address(proxy))

    with gateway.wire() as wire:
        for _ in range(3):
            wire.request("POST", "/v1/chat/completions", {"Content-Type": "application/json"}, b'{"model":"m"}')
            assert wire.reply().status == 200

    assert len(proxy.asked) == 1


def test_plain_calls_name_the_whole_url(proxied, primary):
    gateway = proxied(f"http://{HOST}:8123/base", address(primary, credentials=CREDENTIALS))

    reply = gateway.chat()

    received = primary.only()
    assert reply.status == 200 and reply.attempts == 1, reply
    assert received.target == f"http://{HOST}:8123/base/v1/chat/completions"
    assert received.header("host") == f"{HOST}:8123"
    assert received.header("proxy-authorization") == basic(CREDENTIALS)


def test_credentials_may_be_percent_encoded(proxied, primary):
    gateway = proxied(f"http://{HOST}", f"http://so%40me:p%3Aw%2F@127.0.0.1:{primary.port}")

    gateway.chat()

    assert primary.only().header("proxy-authorization") == basic("so@me:p:w/")


def test_a_channel_on_this_machine_goes_directly(proxied, start, primary):
    proxy = start(ConnectProxy({}))
    gateway = proxied(primary.url, address(proxy))

    assert gateway.chat().status == 200
    assert not proxy.asked and primary.only().target == "/v1/chat/completions"


def test_an_address_behind_a_tunnel_is_not_checked_against_the_address_of_the_proxy(
    proxied, start, make_provider, authority
):
    impostor = make_provider(authority.server("127.0.0.1"))
    proxy = start(ConnectProxy({"192.0.2.7": impostor.port}))

    reply = proxied("https://192.0.2.7", address(proxy)).chat()

    shapes.assert_error(reply, shapes.CHAT, 502, "use a host name")
    assert not impostor.requests, "the proxy must not pass for the provider"


# HTTP proxies that refuse ---------------------------------------------------------------------------------------

REFUSALS = {
    "407": ({"credentials": "some:body"}, ["proxy", "407"]),
    "502": ({"answer": refusal(502, "X-Secret: of-the-proxy\r\n")}, ["proxy", "502"]),
    "garbage": ({"answer": b"SSH-2.0-OpenSSH_9.2\r\n"}, ["proxy"]),
    "hangs-up": ({"answer": b"HTTP/1.1 200 Connec"}, ["proxy"]),
}


@pytest.mark.parametrize("refusing", REFUSALS)
def test_a_proxy_that_refuses_a_tunnel_is_worded_and_routed_around(proxied, start, fallback, refusing):
    options, words = REFUSALS[refusing]
    proxy = start(ConnectProxy({HOST: 1}, **options))
    settings = address(proxy, credentials=CREDENTIALS)

    alone = proxied(f"https://{HOST}", settings)
    refused = alone.chat()
    routed = proxied(f"https://{HOST}", settings, fallback).chat()

    message = shapes.assert_error(refused, shapes.CHAT, 502, *words)
    assert "of-the-proxy" not in message and ".swift" not in message, f"nothing for programmers: {message}"
    assert_no_secret(alone, refused)
    assert routed.status == 200 and routed.channel == "c2", routed


@pytest.mark.parametrize("status, word", [(407, "proxy"), (502, "502"), (503, "503")])
def test_a_proxy_that_refuses_a_plain_call_is_worded_and_routed_around(proxied, primary, fallback, status, word):
    primary.always(Answer(status, b"<h1>refused</h1>", [("Proxy-Authenticate", "Basic realm=x")], "text/html"))
    settings = address(primary, credentials=CREDENTIALS)

    alone = proxied(f"http://{HOST}", settings)
    refused = alone.chat()
    routed = proxied(f"http://{HOST}", settings, fallback).chat()

    assert refused.status in (502, 503), refused
    assert word in refused.json["error"]["message"], refused
    assert_no_secret(alone, refused)
    assert routed.status == 200 and routed.channel == "c2", routed


def test_a_proxy_that_is_not_there_is_worded_and_routed_around(proxied, start, fallback):
    proxy = ConnectProxy({})
    with proxy:
        settings = address(proxy, credentials=CREDENTIALS)

    alone = proxied(f"https://{HOST}", settings)
    refused = alone.chat()
    routed = proxied(f"https://{HOST}", settings, fallback).chat()

    shapes.assert_error(refused, shapes.CHAT, 502, "refused")
    assert_no_secret(alone, refused)
    assert routed.status == 200 and routed.channel == "c2", routed


def test_a_proxy_that_says_nothing_hits_the_connect_timeout(proxied, start, fallback):
    proxy = start(ConnectProxy({}, answer=b""))

    refused = proxied(f"https://{HOST}", address(proxy), connect_timeout=1).chat()
    routed = proxied(f"https://{HOST}", address(proxy), fallback, connect_timeout=1).chat()

    shapes.assert_error(refused, shapes.CHAT, 504, "in time")
    assert routed.status == 200 and routed.channel == "c2", routed


# SOCKS --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["socks5", "socks5h"])
def test_plain_calls_go_through_a_socks_proxy(proxied, start, primary, scheme):
    proxy = start(SOCKSProxy({HOST: primary.port}))
    gateway = proxied(f"http://{HOST}:8123", address(proxy, scheme))

    reply = gateway.chat(stream=True)

    assert reply.status == 200 and reply.complete and reply.attempts == 1, reply
    assert [asked.target for asked in proxy.asked] == [f"{HOST}:8123"]
    assert primary.only().target == "/v1/chat/completions"


def test_calls_over_tls_go_through_a_socks_proxy(proxied, start, secure):
    proxy = start(SOCKSProxy({HOST: secure.port}))
    gateway = proxied(f"https://{HOST}", address(proxy, "socks5"))

    reply = gateway.chat()

    assert reply.status == 200 and reply.attempts == 1, reply
    assert [asked.target for asked in proxy.asked] == [f"{HOST}:443"]


@pytest.mark.parametrize("options", [{"reply": 5}, {"method": 0xFF}], ids=["refused", "wants-password"])
def test_a_socks_proxy_that_refuses_is_worded_and_routed_around(proxied, start, fallback, options):
    proxy = start(SOCKSProxy({HOST: 1}, **options))

    refused = proxied(f"http://{HOST}", address(proxy, "socks5")).chat()
    routed = proxied(f"http://{HOST}", address(proxy, "socks5"), fallback).chat()

    shapes.assert_error(refused, shapes.CHAT, 502, "SOCKS proxy")
    assert routed.status == 200 and routed.channel == "c2", routed


# The environment ------------------------------------------------------------------------------------------------
#
# 0.0.0.0 leads to this machine as well, but is no loopback address: the only one that can be reached both ways.


def outside(provider) -> str:
    return f"http://0.0.0.0:{provider.port}"


@pytest.fixture
def seen_by(make_provider):
    """A proxy for plain calls that only counts."""
    return make_provider()


@pytest.mark.parametrize("name", ["http_proxy", "HTTP_PROXY", "ALL_PROXY"])
def test_plain_calls_use_the_proxy_of_the_environment(proxied, primary, seen_by, name):
    gateway = proxied(outside(primary), environment={name: address(seen_by, credentials=CREDENTIALS)})

    reply = gateway.chat()

    assert reply.status == 200, reply
    assert seen_by.only().target == f"{outside(primary)}/v1/chat/completions"
    assert not primary.requests
    assert_no_secret(gateway, reply)


@pytest.mark.parametrize("name", ["https_proxy", "HTTPS_PROXY", "all_proxy"])
def test_calls_over_tls_use_the_proxy_of_the_environment(proxied, start, secure, name):
    proxy = start(ConnectProxy({HOST: secure.port}))
    gateway = proxied(f"https://{HOST}", environment={name: address(proxy), "HTTP_PROXY": "http://127.0.0.1:1"})

    assert gateway.chat().status == 200
    assert len(proxy.asked) == 1


@pytest.mark.parametrize(
    "proxy, no_proxy",
    [("none", None), (None, "0.0.0.0"), (None, "a.test, 0.0.0.0:PORT"), (None, "*")],
    ids=["proxy: none", "host", "host and port", "star"],
)
def test_what_is_excepted_goes_directly(proxied, primary, seen_by, proxy, no_proxy):
    environment = {"HTTP_PROXY": address(seen_by)}
    if no_proxy:
        environment["NO_PROXY"] = no_proxy.replace("PORT", str(primary.port))
    gateway = proxied(outside(primary), proxy, environment=environment)

    assert gateway.chat().status == 200
    assert len(primary.requests) == 1 and not seen_by.requests


def test_what_is_not_excepted_does_not(proxied, primary, seen_by):
    environment = {"HTTP_PROXY": address(seen_by), "NO_PROXY": f"0.0.0.0:{primary.port + 1},other.test"}
    gateway = proxied(outside(primary), environment=environment)

    assert gateway.chat().status == 200
    assert len(seen_by.requests) == 1 and not primary.requests


def test_loopback_never_goes_through_the_proxy_of_the_environment(proxied, primary, seen_by):
    everything = {name: address(seen_by) for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")}

    for host in ("127.0.0.1", "localhost"):
        assert proxied(f"http://{host}:{primary.port}", environment=everything).chat().status == 200

    assert len(primary.requests) == 2 and not seen_by.requests


def test_a_channels_own_proxy_wins_over_the_environment(proxied, primary, seen_by):
    gateway = proxied(f"http://{HOST}", address(primary), environment={"HTTP_PROXY": address(seen_by)})

    assert gateway.chat().status == 200
    assert len(primary.requests) == 1 and not seen_by.requests


def test_a_proxy_of_the_environment_that_cannot_be_used_is_said_without_its_password(proxied, primary):
    gateway = proxied(outside(primary), environment={"HTTP_PROXY": f"ftp://{CREDENTIALS}@127.0.0.1:21"})

    reply = gateway.chat()

    assert reply.status == 200, reply
    assert "HTTP_PROXY" in gateway.output, gateway.output
    assert_no_secret(gateway, reply)
