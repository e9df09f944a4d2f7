"""What is wrong with the user's own scheduler is said in one sentence."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from dask import config

from nst_core.errors import InputError
from nst_core.runs.dask.certificates import make_security
from nst_core.runs.dask.cluster import LocalCluster
from nst_core.runs.dask.connection import Connection
from nst_core.runs.dask.dispatcher import Dispatcher
from nst_core.runs.dask.users_scheduler import NotReachedError, require_usable, version_trouble
from nst_core.runs.store.store import Store
from testing.clusters import users_cluster


@pytest.fixture
def scheduler() -> Iterator[LocalCluster]:
    """One that no worker has come to."""
    with users_cluster(workers=0) as empty:
        yield empty


@pytest.mark.parametrize(
    "address",
    ["nonsense://10.0.0.1:8786", "10.0.0.1", "tcp://", "tcp://10.0.0.1", "tcp://10.0.0.1:99999",
     "tcp://10.0.0.1:port", "inproc://10.0.0.1/1/2", "http://10.0.0.1:8786", "ucx://10.0.0.1:1"],
)  # fmt: skip
def test_an_address_that_leads_nowhere_is_refused_at_once(address: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as refused:
        Dispatcher(Store.open(str(tmp_path)), address)
    assert "NST_SCHEDULER" in str(refused.value)
    assert str(refused.value).endswith(f"such as tcp://10.0.0.1:8786. Received: {address}.")


def test_a_configuration_of_tls_that_leads_nowhere_is_refused_at_once(tmp_path: Path) -> None:
    good, other = make_security(), make_security()
    nothing = tmp_path / "nothing.pem"
    nothing.write_text("nothing")
    absent = str(tmp_path / "absent.pem")
    ca, cert, key = (str(good[f"tls_{name}"]) for name in ("ca_file", "client_cert", "client_key"))

    def refusal(address: str, *values: Any) -> str:
        names = ("tls.ca-file", "tls.client.cert", "tls.client.key", "require-encryption")
        given = dict(zip(names, values, strict=False))
        with (
            config.set({f"distributed.comm.{name}": value for name, value in given.items()}),
            pytest.raises(InputError) as refused,
        ):
            require_usable(address)
        return str(refused.value)

    there = "tls://10.0.0.1:8786"
    assert refusal(there).endswith("must name a file. Received: None.")
    assert refusal(there, ca, 7).endswith("must name a file. Received: 7.")
    assert refusal(there, absent, cert, key).endswith(f"can be read. Received: {absent}.")
    assert "ca-file" in refusal(there, absent, cert, key)
    assert "client.key" in refusal(there, ca, cert, absent)
    assert "must be certificates in PEM form" in refusal(there, str(nothing), cert, key)
    assert "must be certificates" in refusal(there, ca, cert, str(other["tls_client_key"]))
    plain = refusal("tcp://10.0.0.1:8786", ca, cert, key, True)
    assert "must begin with tls://" in plain
    with (
        config.set({"distributed.comm.tls.min-version": 7}),
        pytest.raises(InputError, match="min-version=7"),
    ):
        require_usable("tcp://10.0.0.1:8786")
    with config.set({"distributed.comm.default-scheme": "tls"}):
        assert "ca-file" in refusal("10.0.0.1:8786")
    require_usable("10.0.0.1:8786")


@pytest.mark.processes
def test_a_scheduler_that_speaks_tls_and_an_engine_that_does_not_are_told_so(
    scheduler: LocalCluster,
) -> None:
    with (
        config.set({"distributed.comm.require-encryption": False}),
        pytest.raises(NotReachedError, match="if it speaks TLS, its address must begin with"),
    ):
        Connection(scheduler.address.replace("tls://", "tcp://"))
    other = make_security()
    changed = {"ca-file": other["tls_ca_file"]}
    with (
        config.set({f"distributed.comm.tls.{name}": value for name, value in changed.items()}),
        pytest.raises(NotReachedError, match=r"vouches for\. Received: "),
    ):
        Connection(scheduler.address)
    changed = {"client.cert": other["tls_client_cert"], "client.key": other["tls_client_key"]}
    with (
        config.set({f"distributed.comm.tls.{name}": value for name, value in changed.items()}),
        pytest.raises(NotReachedError, match="take our certificate"),
    ):
        Connection(scheduler.address)
    with Connection(scheduler.address) as workers:
        assert workers.trouble == ""


def test_other_versions_on_a_cluster_are_told_in_a_sentence() -> None:
    class Cluster:
        def get_versions(self) -> Any:
            here = {"python": "3.11.7.final.0", "distributed": "2026.8.0", "numpy": "2.2"}
            there = here | {"distributed": "2026.7.0", "numpy": "2.4"}
            workers = {"tcp://10.0.0.2:1": {"packages": there}, "tcp://10.0.0.3:1": {}}
            return {"client": {"packages": here}, "scheduler": {"packages": here}} | {
                "workers": workers
            }

    assert version_trouble(Cluster()) == (
        "The cluster's versions should be this engine's: "
        "distributed is 2026.7.0 there, 2026.8.0 here."
    )
