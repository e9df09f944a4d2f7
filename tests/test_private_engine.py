"""Nobody else on a machine gets into an engine's programs, nor does any configuration of Dask."""

import asyncio
import contextlib
import datetime
import json
import os
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from cryptography import x509
from distributed import Client, Security
from distributed.comm import connect

from nst_core.runs.dask import cluster
from nst_core.runs.dask.certificates import make_security
from nst_core.runs.dask.cluster import LocalCluster
from testing.waiting import wait_for

ROOT = Path(__file__).resolve().parents[1]
HOSTILE = """
distributed:
  comm:
    require-encryption: true
    default-scheme: tls
    tls: {ca-file: /none.pem, ciphers: NONSENSE, client: {cert: /none.pem, key: /none.pem}}
  scheduler: {allowed-failures: 0, worker-ttl: 1s, preload: [no_such_module]}
  worker: {preload: [no_such_module]}
  nanny: {preload: [no_such_module], environ: {HOME: /none}}
  client: {preload: [no_such_module]}
  admin: {event-loop: uvloop}
logging: {version: 1, handlers: {x: {class: nonsense.Handler}}, root: {handlers: [x]}}
"""
LOOK = """
import json, os
from nst_core.runs.dask.configuration import load_dask
load_dask(is_private=True)
import cloudpickle, sys
from distributed import Client
from nst_core.runs.dask.cluster import LocalCluster

def look():
    import os
    from dask import config
    names = [name for name in os.environ if name.startswith("DASK_")]
    return config.config["distributed"], names, os.path.expanduser("~"), sys.prefix

with_workers = LocalCluster()
with Client(with_workers.address, security=with_workers.security) as client:
    client.wait_for_workers(1)
    seen = [look(), client.run_on_scheduler(look)]
    seen += [*client.run(look).values(), *client.run(look, nanny=True).values()]
with_workers.close()
print(json.dumps(seen))
"""


@pytest.fixture
def hostile(tmp_path: Path) -> dict[str, str]:
    """An environment in which every way to configure Dask is used, and some files are broken."""
    home, root = tmp_path / "home", tmp_path / "root"
    (home / ".config" / "dask").mkdir(parents=True)
    (home / ".config" / "dask" / "dask.yaml").write_text(HOSTILE)
    root.mkdir()
    for broken in (home / ".config" / "dask" / "more.yaml", root / "dask.yaml"):
        broken.write_text("a: [\n  : :")
    return os.environ | {
        "HOME": str(home),
        "DASK_ROOT_CONFIG": str(root),
        "DASK_CONFIG": str(root / "dask.yaml"),
        "DASK_SCHEDULER_ADDRESS": "tls://127.0.0.1:1",
        "DASK_DISTRIBUTED__COMM__REQUIRE_ENCRYPTION": "True",
        "DASK_DISTRIBUTED__SCHEDULER__WORKER_TTL": "1s",
        "DASK_INTERNAL_INHERIT_CONFIG": "nonsense",
    }


@pytest.mark.processes
def test_no_configuration_of_dask_reaches_a_private_engine(hostile: dict[str, str]) -> None:
    """Neither its client, its scheduler, its nanny nor its worker; all else is as it was."""
    output = subprocess.run(
        [sys.executable, "-c", LOOK], env=hostile, cwd=ROOT, check=True, capture_output=True
    ).stdout
    seen = json.loads(output)
    assert len(seen) == 4
    for values, names, home, prefix in seen:
        assert values["comm"]["require-encryption"] is None
        assert values["comm"]["default-scheme"] == "tcp"
        assert values["scheduler"]["allowed-failures"] == 3
        assert values["scheduler"]["worker-ttl"] is None
        assert values["worker"]["preload"] == values["nanny"]["preload"] == []
        assert (names, home, prefix) == ([], hostile["HOME"], sys.prefix)


@pytest.mark.processes
def test_the_engine_s_program_starts_whatever_the_configuration_is(
    hostile: dict[str, str], tmp_path: Path
) -> None:
    variables = hostile | {"NST_RUNS": str(tmp_path / "runs"), "NST_SCHEDULER": ""}
    with subprocess.Popen(
        [sys.executable, "-m", "nst_core", "engine"], cwd=ROOT, env=variables, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    ) as engine:  # fmt: skip
        assert engine.stdout is not None
        lines = [engine.stdout.readline() for _ in range(2)]
        engine.terminate()
    assert "Serving" in lines[0]
    assert "Connected to tls://127.0.0.1:" in lines[1]


@pytest.mark.processes
def test_a_broken_configuration_for_the_user_s_scheduler_is_told_in_one_sentence(
    hostile: dict[str, str], tmp_path: Path
) -> None:
    variables = hostile | {"NST_RUNS": str(tmp_path / "runs"), "NST_SCHEDULER": "tcp://127.0.0.1:1"}
    ended = subprocess.run(
        [sys.executable, "-m", "nst_core", "engine"], cwd=ROOT, env=variables, text=True,
        capture_output=True, check=False,
    )  # fmt: skip
    assert ended.returncode == 2
    assert "NST_SCHEDULER" in ended.stderr
    assert "dask.yaml" in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


# --- who may talk to it ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def private() -> Iterator[LocalCluster]:
    with contextlib.closing(LocalCluster()) as private:
        wait_for(lambda: len(ports_of(private)) == 3)
        yield private


def tree_of(private: LocalCluster) -> list[psutil.Process]:
    roots = [psutil.Process(process.pid) for process in private.processes]
    return [*roots, *(child for root in roots for child in root.children(recursive=True))]


def ports_of(private: LocalCluster) -> set[int]:
    """The ports on which a cluster listens, once its worker is there: two more are short-lived."""
    with contextlib.suppress(psutil.NoSuchProcess):
        return {
            connection.laddr.port
            for process in tree_of(private)
            for connection in process.net_connections("inet")
            if connection.status == psutil.CONN_LISTEN
        }
    return set()


def is_let_in(address: str, security: Security | None) -> bool:
    """Whether a program of Dask's may talk to another, in which it could run code."""

    async def knock() -> bool:
        arguments: dict[str, Any] = security.get_connection_args("client") if security else {}
        comm = await asyncio.wait_for(connect(address, timeout=2, **arguments), 4)
        await comm.close()
        return True

    with contextlib.suppress(OSError, TypeError, TimeoutError):
        return asyncio.run(knock())
    return False


@pytest.mark.processes
def test_every_port_asks_for_the_engine_s_own_certificate(private: LocalCluster) -> None:
    own, other = private.security, Security(**make_security())
    # It trusts the engine, and has a certificate of its own making.
    forged = make_security() | {"tls_ca_file": own.tls_ca_file}
    for port in ports_of(private):
        assert is_let_in(f"tls://127.0.0.1:{port}", own)
        assert not is_let_in(f"tls://127.0.0.1:{port}", other)
        assert not is_let_in(f"tls://127.0.0.1:{port}", Security(**forged))
        assert not is_let_in(f"tcp://127.0.0.1:{port}", None)
        assert not is_let_in(f"ws://127.0.0.1:{port}", None)


@pytest.mark.processes
def test_no_port_says_a_word_to_who_has_no_certificate(private: LocalCluster) -> None:
    """Neither in plain text, to a browser for example, nor encrypted."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    for port in ports_of(private):
        for is_encrypted in (False, True):
            with socket.create_connection(("127.0.0.1", port), timeout=20) as plain:
                received = b""
                with (
                    contextlib.suppress(OSError),
                    context.wrap_socket(plain) if is_encrypted else plain as line,
                ):
                    line.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    received = line.recv(4096)
            # 21 is TLS's own word for an alert.
            assert received[:1] in (b"", b"\x15")


@pytest.mark.processes
def test_a_client_without_the_certificate_sends_no_code(private: LocalCluster) -> None:
    plain = private.address.replace("tls://", "tcp://")
    for address, values in ((plain, {}), (private.address, make_security())):
        with pytest.raises(OSError):  # noqa: PT011
            Client(address, security=Security(**values), timeout=2, set_as_default=False)
    with Client(private.address, security=private.security, set_as_default=False) as client:
        assert client.submit(lambda: 6 * 7).result() == 42


@pytest.mark.processes
def test_nobody_sees_the_key(private: LocalCluster) -> None:
    """It stands in no argument, in no variable and in no file."""
    key = private.security.tls_client_key.splitlines()[1]
    folder = next(
        Path(process.environ()["TMPDIR"])
        for process in tree_of(private)
        if "TMPDIR" in process.environ()
    )
    assert folder.stat().st_mode & 0o077 == 0
    for process in tree_of(private):
        assert key not in " ".join(process.cmdline())
        assert key not in " ".join(process.environ().values())
    for file in folder.rglob("*"):
        assert file.is_dir() or key.encode() not in file.read_bytes()


def test_a_certificate_is_valid_whatever_the_clock_says() -> None:
    values, others = make_security(), make_security()
    certificate = x509.load_pem_x509_certificate(str(values["tls_ca_file"]).encode())
    assert certificate.not_valid_before_utc <= datetime.datetime(1970, 1, 2, tzinfo=datetime.UTC)
    assert certificate.not_valid_after_utc.year == 9999
    assert values["tls_client_key"] != others["tls_client_key"]


def test_a_folder_that_others_may_read_is_not_private(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir(mode=0o700)
    assert cluster.is_private(folder)
    folder.chmod(0o750)
    assert not cluster.is_private(folder)
