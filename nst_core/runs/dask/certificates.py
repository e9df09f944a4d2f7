"""A certificate for the programs of one engine, which then talk to nobody else."""

import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_NAME = "nst-engine"
# Whatever a machine's clock says, and however long the engine runs, it is valid: Dask's own
# `Security.temporary()` is so for a year from now.
_FROM = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
_UNTIL = datetime.datetime(9999, 12, 31, 23, 59, 59, tzinfo=datetime.UTC)


def make_security() -> dict[str, str | bool]:
    """A new key and its certificate, as the values of a `distributed.Security`; JSON holds them.

    Each of the programs has both, and trusts this certificate alone.

    Example:
        >>> distributed.Security(**make_security()).require_encryption
        True
    """
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, _NAME)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(_FROM)
        .not_valid_after(_UNTIL)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(_NAME)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    public = certificate.public_bytes(serialization.Encoding.PEM).decode()
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()
    values: dict[str, str | bool] = {"require_encryption": True, "tls_ca_file": public}
    for role in ("client", "scheduler", "worker"):
        values |= {f"tls_{role}_cert": public, f"tls_{role}_key": private}
    return values
