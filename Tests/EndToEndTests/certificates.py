"""Certificates for tests: an authority of our own, and servers it vouches for."""

from __future__ import annotations

import datetime
import ipaddress
import ssl
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

PEM = serialization.Encoding.PEM


class Authority:
    """A certificate authority whose root lies in `bundle`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Test Authority")])
        root = self._sign(self._name, self._key, [x509.BasicConstraints(ca=True, path_length=0)])
        self.bundle = folder / "authority.pem"
        self.bundle.write_bytes(root.public_bytes(PEM))

    def server(self, *hosts: str, expired: bool = False) -> ssl.SSLContext:
        """A server context for these names and addresses. `names_asked` collects what clients said in SNI."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "scripted provider")])
        certificate = self._sign(name, key, [x509.SubjectAlternativeName([general_name(h) for h in hosts])], expired)
        stem = f"{len(list(self._folder.iterdir()))}"
        chain, secret = self._folder / f"{stem}.pem", self._folder / f"{stem}.key"
        chain.write_bytes(certificate.public_bytes(PEM))
        form = serialization.PrivateFormat.PKCS8
        secret.write_bytes(key.private_bytes(PEM, form, serialization.NoEncryption()))
        context = NotingContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(chain, secret)
        context.note_names()
        return context

    def _sign(self, name, key, extensions, expired: bool = False) -> x509.Certificate:
        now = datetime.datetime.now(datetime.timezone.utc)
        end = now + datetime.timedelta(days=-1 if expired else 1)
        builder = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=2))
            .not_valid_after(end)
        )
        for extension in extensions:
            builder = builder.add_extension(extension, critical=isinstance(extension, x509.BasicConstraints))
        return builder.sign(self._key, hashes.SHA256())


class NotingContext(ssl.SSLContext):
    """A server context that remembers the names it was asked for."""

    def note_names(self) -> None:
        self.names_asked: list[str | None] = []
        self.sni_callback = lambda _socket, name, _context: self.names_asked.append(name)


def general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)
