"""A cluster of a test's own, of one node, in a network namespace of its own: nothing of it is reached from elsewhere but by the test.

All of it is real: etcd, the API server, the controllers, the scheduler, the kubelet and the proxy of services are Kubernetes' own, names are answered by CoreDNS, and containers are
run by the machine's containerd, as a process with a socket and directories of the test's. ``python3 tests/kubernetes/build.py cluster`` compiles them from Go's module proxy.
Its network carries packets and enforces no NetworkPolicy; there is no controller of Ingress and no provisioner of volumes (`Cluster.volume` makes them).
It takes root. One at a time: the kubelet's control groups have one name.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from cluster_settings import API, CLUSTER_IPS, NAMES, NODE, SUBJECTS, settings
from namespace_gate import Gate
from tools import find, free_port, need, need_engine

_CONTROL = ("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler")
_NODE = ("kubelet", "kube-proxy", "coredns")
_TOOLS = {"openssl": "openssl", "ip": "iproute2", "nsenter": "util-linux"}
_RUNTIME = {"containerd": "containerd", "ctr": "containerd", "runc": "runc", "gcc": "gcc"}
_PLUGINS = Path("/usr/lib/cni")
_LOCK = Path(tempfile.gettempdir(), "speccompile-tests-cluster.lock")
_SYSCTLS = ("vm/overcommit_memory", "vm/panic_on_oom", "kernel/panic", "kernel/panic_on_oops", "kernel/keys/root_maxkeys", "kernel/keys/root_maxbytes")  # fmt: skip
"""What a kubelet sets on its machine."""
_PAUSE = (
    "#include <signal.h>\n#include <unistd.h>\n#include <sys/wait.h>\n"
    "static void reap(int s){while(waitpid(-1,0,WNOHANG)>0);}\nstatic void end(int s){_exit(0);}\n"
    "int main(){signal(SIGINT,end);signal(SIGTERM,end);signal(SIGCHLD,reap);for(;;)pause();}\n"
)
"""What the first container of each pod runs, as Kubernetes' own does: it reaps, and waits for its end."""


def _needed(built: tuple[str, ...], tools: Mapping[str, str]) -> None:
    """Skip the test where a program of a cluster is missing, or we may not begin one. Not failed in CI, either: compiling them takes longer than all tests."""
    if gone := [name for name in built if find(name) is None]:
        pytest.skip(f"a cluster ({', '.join(gone)}) is missing: python3 tests/kubernetes/build.py cluster")
    if gone := sorted({package for name, package in tools.items() if find(name) is None}):
        pytest.skip(f"what a cluster runs on is missing: apt-get install {' '.join(gone)}")
    if os.geteuid() != 0:
        pytest.skip("the right to begin a cluster is missing: run the tests as root")


@dataclass
class Cluster:
    """A cluster that runs. ``kubeconfig`` is for kubectl on this machine."""

    there: Path
    network: str
    kubeconfig: Path
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    gates: list[Gate] = field(default_factory=list)

    def asked(self, *words: str, stdin: str = "") -> str:
        """What kubectl says; fails when it fails."""
        done = self.tried(*words, stdin=stdin)
        assert done.returncode == 0, f"{' '.join(words)}: {done.stderr}"
        return done.stdout

    def tried(self, *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """The same, which may fail."""
        argv = [need("kubectl", "python3 tests/setup.py"), f"--kubeconfig={self.kubeconfig}", *words]
        return subprocess.run(argv, input=stdin, capture_output=True, text=True, timeout=300, check=False)

    def within(self, *argv: str) -> subprocess.CompletedProcess[str]:
        """*argv* on the node, in its network."""
        line = ["nsenter", f"--net={self.network}", "--", *argv]
        return subprocess.run(line, capture_output=True, text=True, timeout=60, check=False)

    def volume(self, name: str) -> None:
        """A volume that a claim of any size can have. It is the node's own disk: its owner is the pod's group, as in a cluster with a provisioner."""
        place = self.there / "volumes" / name
        place.mkdir(parents=True)
        here = {"key": "kubernetes.io/hostname", "operator": "In", "values": ["node1"]}
        spec = {
            "capacity": {"storage": "100Gi"},
            "accessModes": ["ReadWriteOnce", "ReadWriteMany"],
            "local": {"path": str(place)},
            "nodeAffinity": {"required": {"nodeSelectorTerms": [{"matchExpressions": [here]}]}},
        }
        volume = {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": name}, "spec": spec}
        self.asked("create", "--filename=-", stdin=json.dumps(volume))

    def carried(self, docker: str, *images: str) -> None:
        """Give the node *images* of the engine here."""
        saved = self.there / "images.tar"
        subprocess.run([docker, "save", "--output", str(saved), *images], check=True, capture_output=True)
        self.imported(saved)
        saved.unlink()

    def imported(self, archive: Path) -> None:
        """Give the node the images of *archive*."""
        subprocess.run(self.ctr("images", "import", str(archive)), check=True, capture_output=True)

    def ctr(self, *words: str) -> list[str]:
        """A line for the node's containerd."""
        return ["ctr", f"--address={self.there / 'c.sock'}", "--namespace=k8s.io", *words]

    def start(self, name: str, *argv: str) -> None:
        """Start a program of the cluster on the node."""
        with (self.there / f"{name}.log").open("wb") as log:
            line = ["nsenter", f"--net={self.network}", "--", find(argv[0]) or argv[0], *argv[1:]]
            self.processes[name] = subprocess.Popen(
                line, cwd=self.there, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )

    def stop(self, name: str) -> None:
        """End a program of the cluster."""
        if process := self.processes.pop(name, None):
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(10)

    def until(self, what: str, holds: Callable[[], bool], seconds: int = 120) -> None:
        """Wait until something *holds*."""
        deadline = time.monotonic() + seconds
        while not holds():
            for name, process in self.processes.items():
                assert process.poll() is None, f"{name} has ended: {self._log(name)}"
            if time.monotonic() > deadline:
                logs = "\n".join(f"{name}: {self._log(name)}" for name in self.processes)
                pytest.fail(f"no {what} within {seconds} seconds\n{logs}")
            time.sleep(0.2)

    def _log(self, name: str) -> str:
        return "\n".join((self.there / f"{name}.log").read_text(errors="replace").splitlines()[-8:])

    def at_the_node(self, port: int) -> None:
        """Let the node find at this *port* of its loopback whoever listens there on this machine."""
        self.gates.append(Gate(port, inside=self.network, to=("127.0.0.1", port), to_inside=None))


@contextmanager
def control_plane() -> Iterator[Cluster]:
    """A cluster without a node: it says what it would take. Skips where that is not to be had."""
    _needed(_CONTROL, _TOOLS)
    with _begun() as one:
        yield one


@contextmanager
def cluster() -> Iterator[Cluster]:
    """A cluster whose node is ready. Skips where that is not to be had."""
    _needed((*_CONTROL, *_NODE), {**_TOOLS, **_RUNTIME})
    if not (_PLUGINS / "bridge").exists():
        pytest.skip("what a cluster runs on is missing: apt-get install containernetworking-plugins")
    with _begun() as one:
        _noded(one)
        yield one


@contextmanager
def _begun() -> Iterator[Cluster]:
    """The control plane."""
    with _LOCK.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        there = Path(tempfile.mkdtemp(prefix="speccompile-cluster-"))
        before = {name: Path("/proc/sys", name).read_text() for name in _SYSCTLS}
        one = Cluster(there, f"/run/netns/{there.name}", there / "outside.conf")
        try:
            _grounded(one)
            _controlled(one)
            yield one
        finally:
            _ended(one, before)


def _grounded(one: Cluster) -> None:
    """Its network, and what its programs read."""
    _ip("netns", "add", one.there.name)
    for words in (
        ("link", "set", "lo", "up"),
        ("link", "add", "node0", "type", "bridge"),
        ("address", "add", f"{NODE}/24", "dev", "node0"),
        ("link", "set", "node0", "up"),
        ("route", "add", "default", "dev", "node0"),  # addresses of services need some route before they are translated
    ):
        _ip("-netns", one.there.name, *words)
    one.within("sysctl", "-qw", "net.ipv4.ip_forward=1")
    _keys(one.there)
    port = free_port()
    for name, text in settings(one.there, port).items():
        (one.there / name).parent.mkdir(parents=True, exist_ok=True)
        (one.there / name).write_text(text, encoding="utf-8")
    one.gates.append(Gate(port, inside=None, to=(NODE, API), to_inside=one.network))


def _controlled(one: Cluster) -> None:
    """The control plane."""
    one.start("etcd", "etcd", "--data-dir=etcd", "--unsafe-no-fsync", "--log-level=warn")
    one.start(
        "kube-apiserver",
        "kube-apiserver",
        "--etcd-servers=http://127.0.0.1:2379",
        f"--advertise-address={NODE}",
        f"--secure-port={API}",
        "--tls-cert-file=pki/apiserver.crt",
        "--tls-private-key-file=pki/apiserver.key",
        "--client-ca-file=pki/ca.crt",
        "--authorization-mode=Node,RBAC",
        "--enable-admission-plugins=NodeRestriction",
        "--service-account-key-file=pki/sa.key",
        "--service-account-signing-key-file=pki/sa.key",
        "--service-account-issuer=https://kubernetes.default.svc",
        "--kubelet-preferred-address-types=InternalIP",
        "--kubelet-client-certificate=pki/admin.crt",
        "--kubelet-client-key=pki/admin.key",
        "--kubelet-certificate-authority=pki/ca.crt",
        f"--service-cluster-ip-range={CLUSTER_IPS}",
        "--allow-privileged=true",
    )
    one.until("API server", lambda: one.tried("get", "--raw", "/readyz").returncode == 0)
    own = ("--authentication-kubeconfig={0}", "--authorization-kubeconfig={0}", "--kubeconfig={0}", "--leader-elect=false", "--cert-dir={1}")  # fmt: skip
    one.start(
        "kube-controller-manager",
        "kube-controller-manager",
        "--service-account-private-key-file=pki/sa.key",
        "--root-ca-file=pki/ca.crt",
        "--use-service-account-credentials=true",
        *(word.format("controllers.conf", "controllers") for word in own),
    )
    one.start("kube-scheduler", "kube-scheduler", *(word.format("scheduler.conf", "scheduler") for word in own))
    one.until("service account", lambda: one.tried("get", "serviceaccount", "default").returncode == 0)


def _noded(one: Cluster) -> None:
    """The node."""
    one.start("containerd", "containerd", "--config=containerd.toml")
    one.until(
        "containerd", lambda: subprocess.run(one.ctr("version"), capture_output=True, check=False).returncode == 0
    )
    _paused(one)
    one.start("coredns", "coredns", "-conf", "Corefile")
    bind = ("--clusterrole=system:node-proxier", "--user=system:kube-proxy")
    one.asked("create", "clusterrolebinding", "node-proxier", *bind)
    one.start("kube-proxy", "kube-proxy", "--config=proxy.yaml")
    kubelet = ("--config=kubelet.yaml", "--kubeconfig=kubelet.conf", f"--root-dir={one.there / 'kubelet'}")
    one.start("kubelet", "kubelet", *kubelet, "--hostname-override=node1", f"--node-ip={NODE}")
    ready = '--output=jsonpath={.status.conditions[?(@.type=="Ready")].status}'
    one.until("node", lambda: one.tried("get", "node", "node1", ready).stdout == "True")


def _paused(one: Cluster) -> None:
    """The image of each pod's first container."""
    place = one.there / "pause"
    place.mkdir()
    (place / "pause.c").write_text(_PAUSE)
    subprocess.run(["gcc", "-static", "-Os", "-o", "pause", "pause.c"], cwd=place, check=True)
    (place / "Dockerfile").write_text('FROM scratch\nCOPY pause /pause\nUSER 65535:65535\nENTRYPOINT ["/pause"]\n')
    docker = need_engine()
    made = subprocess.run([docker, "build", "--quiet", "--tag", "speccompile-test/pause:1", "."], cwd=place, capture_output=True, text=True, check=False)  # fmt: skip
    assert made.returncode == 0, made.stderr
    one.carried(docker, "speccompile-test/pause:1")


def _keys(there: Path) -> None:
    """One authority; a client's name and groups are its certificate's."""
    place = there / "pki"
    place.mkdir()
    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    _openssl(place, "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "sa.key")
    _openssl(place, "req", "-x509", *key, "-keyout", "ca.key", "-out", "ca.crt", "-days", "2", "-subj", "/CN=test")
    for name, subject in SUBJECTS.items():
        (place / "extensions").write_text(f"extendedKeyUsage=clientAuth,serverAuth\nsubjectAltName={NAMES}\n")
        _openssl(place, "req", *key, "-keyout", f"{name}.key", "-out", "request", "-subj", subject)
        words = ("-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-extfile", "extensions")
        _openssl(place, "x509", "-req", "-in", "request", *words, "-out", f"{name}.crt")


def _openssl(place: Path, *words: str) -> None:
    subprocess.run(["openssl", *words], cwd=place, check=True, capture_output=True)


def _ip(*words: str) -> None:
    subprocess.run([need("ip", "apt-get install iproute2"), *words], check=True, capture_output=True)


def _ended(one: Cluster, before: Mapping[str, str]) -> None:
    """Stop what was started, and leave the machine as it was."""
    for gate in one.gates:
        gate.close()
    for name in ("kube-proxy", "kubelet", "coredns", "kube-scheduler", "kube-controller-manager"):
        one.stop(name)
    networks = _emptied(one) if (one.there / "c.sock").exists() else ()
    for name in ("kube-apiserver", "etcd", "containerd"):
        one.stop(name)
    mounts = [line.split()[1] for line in Path("/proc/mounts").read_text().splitlines()]
    for place in sorted((name for name in mounts if name.startswith(f"{one.there}/")), reverse=True):
        subprocess.run(["umount", "--lazy", place], check=False)
    for name in (*networks, one.there.name):
        subprocess.run(["ip", "netns", "delete", name], capture_output=True, check=False)
    for group in sorted(Path("/sys/fs/cgroup").glob("**/kubepods/**/"), reverse=True):
        with contextlib.suppress(OSError):
            group.rmdir()
    for name, text in before.items():
        Path("/proc/sys", name).write_text(text)
    assert str(one.there) not in Path("/proc/mounts").read_text(), "nothing below is somebody else's"
    shutil.rmtree(one.there, ignore_errors=True)


def _emptied(one: Cluster) -> tuple[str, ...]:
    """End all containers of the node; the names of the networks of its pods."""

    def said(*words: str) -> str:
        return subprocess.run(one.ctr(*words), capture_output=True, text=True, timeout=60, check=False).stdout

    containers = said("containers", "list", "--quiet").split()
    found = {
        word for name in containers for word in said("containers", "info", name).split('"') if "/netns/cni-" in word
    }
    for name in containers:
        said("tasks", "kill", "--signal", signal.SIGKILL.name, name)
    for name in containers:
        said("tasks", "delete", "--force", name)
        said("containers", "delete", name)
    return tuple(Path(name).name for name in sorted(found))
