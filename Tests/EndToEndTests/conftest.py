"""Fixtures: providers, gateways, and an environment without the developer's keys and proxies."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from gateway import Gateway, binary, channel
from provider import Provider

DIRECT = os.environ.get("E2E_DIRECT") == "1"

CHAT_MODEL = "gpt-4o-mini"
OPENAI_MODELS = [
    CHAT_MODEL,
    "text-embedding-3-small",
    "gpt-3.5-turbo-instruct",
    "gpt-image-1",
    "tts-1",
    "whisper-1",
    "omni-moderation-latest",
    "rerank-v3.5",
]
CLAUDE_MODEL = "claude-sonnet-4-20250514"
GEMINI_MODELS = ["gemini-2.5-flash", "gemini-embedding-001"]
DEPLOYMENT = "my-deployment"


def pytest_configure(config):
    if not DIRECT:
        binary()


def pytest_collection_modifyitems(items):
    if not DIRECT:
        return
    skip = pytest.mark.skip(reason="needs the gateway; E2E_DIRECT=1 runs only what a provider alone can prove")
    for item in items:
        if item.get_closest_marker("direct") is None:
            item.add_marker(skip)


@pytest.fixture(autouse=True, scope="session")
def no_foreign_settings():
    """No proxy and no key of the machine may reach a test."""
    unwanted = ("proxy", "api_key", "auth_token", "base_url")
    saved = {name: os.environ.pop(name) for name in list(os.environ) if name.lower().endswith(unwanted)}
    yield
    os.environ.update(saved)


@pytest.fixture
def folder(tmp_path_factory):
    """A short temporary folder, removed afterwards (a Unix socket path has to fit into it)."""
    path = Path(tmp_path_factory.mktemp("g"))
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def make_provider():
    """Starts as many scripted providers as the test asks for."""
    running: list[Provider] = []

    def make(ssl_context=None) -> Provider:
        running.append(Provider(ssl_context).__enter__())
        return running[-1]

    yield make
    for provider in running:
        provider.__exit__()


@pytest.fixture
def make_gateway(make_provider, tmp_path_factory, request):
    """Starts gateways on folders of their own; shows their output when the test fails."""
    started: list[Gateway] = []

    def make(config: dict | str | None = None, start: bool = True, environment: dict | None = None) -> Gateway:
        gateway = Gateway(Path(tmp_path_factory.mktemp("g")), config, environment)
        started.append(gateway)
        return gateway.start() if start else gateway

    yield make
    for gateway in started:
        gateway.kill()
        if getattr(request.node, "failed", False):
            print(f"--- output of api-switch ---\n{gateway.output[-4000:]}")
        shutil.rmtree(gateway.folder, ignore_errors=True)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    if call.when == "call" and outcome.get_result().failed:
        item.failed = True


@pytest.fixture
def primary(make_provider) -> Provider:
    return make_provider()


@pytest.fixture
def fallback(make_provider) -> Provider:
    return make_provider()


def quiet_settings(**more) -> dict:
    """Settings without background traffic."""
    return {"recovery_probe": False, **more}


# The shared gateway: one channel of each type on one healthy provider. Its tests script per model and
# never make an entry fail.


@pytest.fixture(scope="session")
def _shared_provider():
    with Provider() as provider:
        yield provider


def shared_config(url: str) -> dict:
    return {
        "channels": [
            channel("openai-main", url, OPENAI_MODELS),
            channel("claude-main", url, [CLAUDE_MODEL], "anthropic"),
            channel("gemini-main", url, GEMINI_MODELS, "gemini"),
            channel("azure-main", url, [DEPLOYMENT], "azure"),
            channel("custom-main", f"{url}/relay/v9", ["custom-model"], "custom"),
        ],
        "settings": quiet_settings(),
    }


@pytest.fixture(scope="session")
def _shared_gateway(_shared_provider, tmp_path_factory):
    gateway = Gateway(Path(tmp_path_factory.mktemp("shared")), shared_config(_shared_provider.url)).start()
    yield gateway
    gateway.kill()


@pytest.fixture
def provider(_shared_provider):
    """The healthy provider behind the shared gateway, with an empty record."""
    _shared_provider.heal()
    _shared_provider.requests.clear()
    yield _shared_provider
    _shared_provider.heal()
    faults, _shared_provider.faults = _shared_provider.faults, []
    assert not faults, f"the provider was sent something it could not read: {faults}"


@pytest.fixture
def gateway(provider, request):
    """The shared gateway."""
    shared = request.getfixturevalue("_shared_gateway")
    assert shared.running(), f"the shared gateway died:\n{shared.output[-4000:]}"
    return shared


@pytest.fixture
def endpoint(provider, request) -> str:
    """Where SDKs point: the gateway, or the provider itself with E2E_DIRECT=1."""
    return provider.url if DIRECT else request.getfixturevalue("gateway").url


@pytest.fixture(scope="session")
def untrusted_tls(tmp_path_factory):
    """A server context whose fresh certificate no one has signed."""
    import datetime
    import ipaddress
    import ssl

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "scripted provider")])
    now = datetime.datetime.now(datetime.timezone.utc)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False)
        .sign(key, hashes.SHA256())
    )
    folder = Path(tmp_path_factory.mktemp("tls"))
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "key.pem").write_bytes(private)
    (folder / "cert.pem").write_bytes(certificate.public_bytes(pem))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context
