"""What the programs of a test's own cluster are told in files."""

from __future__ import annotations

import json
from pathlib import Path

NODE, API, PODS, CLUSTER_IPS = "10.200.0.1", 6443, "10.201.0.0/24", "10.96.0.0/16"
"""The node's address and the API server's port there; the addresses of pods and of services. All are in a network of the cluster's own."""
SUBJECTS = {
    "apiserver": "/CN=kube-apiserver",
    "admin": "/O=system:masters/CN=admin",
    "controllers": "/CN=system:kube-controller-manager",
    "scheduler": "/CN=system:kube-scheduler",
    "kubelet": "/O=system:nodes/CN=system:node:node1",
    "proxy": "/CN=system:kube-proxy",
}
"""Who has a certificate, and by which name and group Kubernetes knows it (kubernetes.io/docs/setup/best-practices/certificates)."""
NAMES = f"IP:127.0.0.1,IP:{NODE},IP:10.96.0.1,DNS:localhost,DNS:node1,DNS:kubernetes.default.svc"


def settings(there: Path, port: int) -> dict[str, str]:
    """The files by their names below *there*; from outside of its network the API server is found at *port* of the loopback."""
    inside, outside = f"https://{NODE}:{API}", f"https://127.0.0.1:{port}"
    clients = {f"{name}.conf": _client(there, name, inside) for name in SUBJECTS if name != "apiserver"}
    return {
        **clients,
        "outside.conf": _client(there, "admin", outside),
        "cni/net.d/10-test.conflist": json.dumps(_network(there)),
        "containerd.toml": _containerd(there),
        "kubelet.yaml": json.dumps(_kubelet(there)),
        "proxy.yaml": json.dumps(_proxy(there)),
        "Corefile": f".:53 {{\n errors\n kubernetes cluster.local {{\n  kubeconfig {there}/admin.conf\n }}\n}}\n",
    }


def _client(there: Path, name: str, server: str) -> str:
    keys = {
        f"client-{kind}": f"{there}/pki/{name}.{ending}" for kind, ending in (("certificate", "crt"), ("key", "key"))
    }
    return json.dumps(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [
                {"name": "test", "cluster": {"server": server, "certificate-authority": f"{there}/pki/ca.crt"}}
            ],
            "users": [{"name": name, "user": keys}],
            "contexts": [{"name": "test", "context": {"cluster": "test", "user": name}}],
            "current-context": "test",
        }
    )


def _network(there: Path) -> dict[str, object]:
    """Pods are on one bridge of the node (cni.dev, plugins `bridge` and `host-local`); nothing leaves the node."""
    addresses = {
        "type": "host-local",
        "dataDir": f"{there}/cni/addresses",
        "ranges": [[{"subnet": PODS}]],
        "routes": [{"dst": "0.0.0.0/0"}],
    }
    bridge = {"type": "bridge", "bridge": "pods0", "isGateway": True, "hairpinMode": True, "ipam": addresses}
    return {"cniVersion": "0.4.0", "name": "test", "plugins": [bridge]}


def _containerd(there: Path) -> str:
    cri = 'plugins."io.containerd.grpc.v1.cri"'
    return "\n".join(
        (
            "version = 2",
            f'root = "{there}/containerd/root"',
            f'state = "{there}/containerd/state"',
            "[grpc]",
            f'  address = "{there}/c.sock"',
            f"[{cri}]",
            '  sandbox_image = "docker.io/speccompile-test/pause:1"',
            "  disable_apparmor = true",
            "  restrict_oom_score_adj = true",
            f"[{cri}.cni]",
            '  bin_dir = "/usr/lib/cni"',
            f'  conf_dir = "{there}/cni/net.d"',
            f"[{cri}.containerd.runtimes.runc]",
            '  runtime_type = "io.containerd.runc.v2"',
            f"[{cri}.containerd.runtimes.runc.options]",
            "  SystemdCgroup = false",
            '[plugins."io.containerd.internal.v1.opt"]',
            f'  path = "{there}/containerd/opt"',
            "",
        )
    )


def _kubelet(there: Path) -> dict[str, object]:
    """A machine's disk may be nearly full, and its control groups may be of version 1."""
    return {
        "apiVersion": "kubelet.config.k8s.io/v1beta1",
        "kind": "KubeletConfiguration",
        "failCgroupV1": False,
        "cgroupDriver": "cgroupfs",
        "failSwapOn": False,
        "enforceNodeAllocatable": [],
        "containerRuntimeEndpoint": f"unix://{there}/c.sock",
        "authentication": {"anonymous": {"enabled": False}, "x509": {"clientCAFile": f"{there}/pki/ca.crt"}},
        "authorization": {"mode": "Webhook"},
        "tlsCertFile": f"{there}/pki/kubelet.crt",
        "tlsPrivateKeyFile": f"{there}/pki/kubelet.key",
        "address": NODE,
        "healthzBindAddress": "127.0.0.1",
        "podLogsDir": f"{there}/logs",
        "clusterDNS": [NODE],
        "clusterDomain": "cluster.local",
        "resolvConf": "",
        "imageGCHighThresholdPercent": 100,
        "evictionHard": {"memory.available": "50Mi", "nodefs.available": "1%", "imagefs.available": "1%"},
        "syncFrequency": "10s",
        "nodeStatusUpdateFrequency": "5s",
    }


def _proxy(there: Path) -> dict[str, object]:
    return {
        "apiVersion": "kubeproxy.config.k8s.io/v1alpha1",
        "kind": "KubeProxyConfiguration",
        "mode": "iptables",
        "clusterCIDR": PODS,
        "hostnameOverride": "node1",
        "clientConnection": {"kubeconfig": f"{there}/proxy.conf"},
        "conntrack": {"maxPerCore": 0, "min": 0},
    }
