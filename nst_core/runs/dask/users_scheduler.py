"""A scheduler that the user runs: what can be wrong with its address before anyone connects."""

import asyncio
import ssl
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from distributed import Security
from distributed.comm import CommClosedError, connect
from distributed.comm.addressing import parse_address, parse_host_port
from distributed.comm.registry import get_backend
from distributed.versions import VersionMismatchWarning

from nst_core.errors import InputError, NstError, shortened
from nst_core.runs.dask.configuration import in_short, one_line

_ENCRYPTED = ("tls", "wss")
_FILES = {
    "tls_ca_file": "distributed.comm.tls.ca-file",
    "tls_client_cert": "distributed.comm.tls.client.cert",
    "tls_client_key": "distributed.comm.tls.client.key",
}
# The client tells of it in a table; `version_trouble` does in a sentence.
warnings.filterwarnings("ignore", category=VersionMismatchWarning)


class NotReachedError(NstError):
    """At the address of a scheduler, no scheduler has answered."""


def require_usable(address: str) -> None:
    """See that an address, and what Dask's configuration says of encryption, make sense.

    Args:
        address: of a scheduler; without a scheme, Dask's configuration names one.

    Raises:
        InputError: nothing can be reached that way, whatever runs there.

    Example:
        >>> require_usable("tcp://10.0.0.1:8786")
    """
    scheme = _scheme_of(address)
    try:
        security = Security()
    except Exception as error:  # Dask has a ValueError, a TypeError, an ImportError for it
        raise InputError(
            "Dask's configuration of distributed.comm must make sense. "
            f"Received: {in_short(error)}."
        ) from error
    if scheme in _ENCRYPTED:
        _require_certificates(address, security)
    elif security.require_encryption:
        raise InputError(
            "The scheduler's address (NST_SCHEDULER) must begin with tls://, for Dask's "
            f"configuration asks for encryption. Received: {address}."
        )


def _scheme_of(address: str) -> str:
    try:
        scheme, place = parse_address(address)
        host, port = parse_host_port(place)
        get_backend(scheme)
        # The one is another process's own memory, the other only a word that Dask still knows.
        if host and 0 < port < 65536 and scheme not in ("inproc", "ucx"):
            return str(scheme)
    except (ValueError, ImportError, OSError):
        pass
    raise InputError(
        "The scheduler's address (NST_SCHEDULER) must name a protocol that Dask speaks, a host and "
        f"a port, such as tcp://10.0.0.1:8786. Received: {address}."
    )


def _require_certificates(address: str, security: Security) -> None:
    for attribute, name in _FILES.items():
        value = getattr(security, attribute)
        if value is None and attribute == "tls_client_key":
            continue  # it may stand in the certificate's file
        if not value or not isinstance(value, str):
            raise InputError(
                f"For a scheduler at {address}, {name} in Dask's configuration must name a file. "
                f"Received: {shortened(value)}."
            )
        if "\n" not in value and not _can_be_read(value):
            raise InputError(
                f"{name} in Dask's configuration must name a file that can be read. "
                f"Received: {value}."
            )
    try:
        security.get_connection_args("client")
    except Exception as error:  # of several kinds: not PEM, another's key, an unknown cipher
        raise InputError(
            "The files of distributed.comm.tls in Dask's configuration must be certificates in PEM "
            f"form, with their key. Received: {in_short(error)}."
        ) from error


def _can_be_read(path: str) -> bool:
    try:
        with Path(path).open("rb"):
            return True
    except OSError:
        return False


def knock(address: str, seconds: float) -> None:
    """See that a scheduler answers: Dask's client waits for ever at an address that is silent.

    Args:
        address: of the scheduler.
        seconds: how long to wait.

    Raises:
        NotReachedError: nobody answers in time, or somebody else does.

    Example:
        >>> knock("tcp://10.0.0.1:8786", seconds=10)
    """

    async def connect_and_leave() -> None:
        arguments = Security().get_connection_args("client")
        comm = await asyncio.wait_for(connect(address, timeout=seconds, **arguments), seconds + 1)
        await comm.close()

    try:
        asyncio.run(connect_and_leave())
    except Exception as error:  # who is no scheduler sends what Dask makes a MemoryError of
        raise NotReachedError(trouble_of(address, error)) from error


def trouble_of(address: str, error: Exception) -> str:
    """Why a scheduler that was looked for at an address is not reached, in a sentence.

    Example:
        >>> trouble_of("tcp://10.0.0.1:1", OSError("Timed out"))
        'The scheduler at tcp://10.0.0.1:1 is not reached. Received: OSError: Timed out.'
    """
    cause = error.__cause__ or error
    there = f"The scheduler at {address}"
    if isinstance(cause, ssl.SSLCertVerificationError):
        return (
            f"{there} must have a certificate that distributed.comm.tls.ca-file in Dask's "
            f"configuration vouches for. Received: {one_line(cause)}."
        )
    if isinstance(cause, ssl.SSLError) or "SSLError" in str(error):
        return f"{there} must speak TLS and take our certificate. Received: {in_short(cause)}."
    if isinstance(error, CommClosedError) and not address.startswith(_ENCRYPTED):
        return (
            f"{there} has closed the connection; if it speaks TLS, its address must begin with "
            f"tls://. Received: {in_short(error)}."
        )
    return f"{there} is not reached. Received: {in_short(error)}."


class Versioned(Protocol):
    """What `version_trouble` needs of a client."""

    def get_versions(self) -> Any: ...


def version_trouble(client: Versioned) -> str:
    """What differs between the versions here and on a cluster, in a sentence; empty if nothing.

    Example:
        >>> version_trouble(client)
        "The cluster's versions should be this engine's: distributed is 2026.7.0 there, ..."
    """
    versions: Mapping[str, Any] = client.get_versions()
    ours = _packages(versions["client"])
    others = [_packages(versions["scheduler"]), *map(_packages, versions["workers"].values())]
    differences = {
        f"{name} is {there[name]} there, {here} here"
        for there in others
        for name, here in ours.items()
        if there.get(name) not in (None, here)
    }
    if not differences:
        return ""
    return f"The cluster's versions should be this engine's: {'; '.join(sorted(differences))}."


def _packages(versions: Mapping[str, Any]) -> dict[str, str]:
    """The versions that must agree: what is sent from one to the other is written by these."""
    packages = versions.get("packages", {})
    names = ("python", "dask", "distributed", "msgpack", "cloudpickle")
    return {name: str(packages[name]) for name in names if packages.get(name)}
