"""Node sets as ClusterShell writes them."""

from __future__ import annotations

import builtins

import pytest

from kbtui.errors import InputError
from kbtui.fleet.nodes import expand, fold


def test_sets_are_unfolded_and_folded():
    assert expand("gpu[001-003,010]") == ["gpu001", "gpu002", "gpu003", "gpu010"]
    assert expand("a[1-4]!a[2-3]") == ["a1", "a4"]
    assert fold(["gpu034", "gpu017", "gpu031", "gpu032", "gpu033"]) == "gpu[017,031-034]"


def test_groups_come_from_the_persons_own_configuration(tmp_path, monkeypatch):
    (tmp_path / "groups.conf").write_text(
        "[Main]\ndefault: local\n[local]\nmap: echo gpu[001-002]\nlist: echo rack1\n", encoding="utf-8"
    )
    from ClusterShell import NodeSet as module
    from ClusterShell.NodeUtils import GroupResolverConfig

    monkeypatch.setattr(module, "RESOLVER_STD_GROUP", GroupResolverConfig([str(tmp_path / "groups.conf")]))
    monkeypatch.setattr(module, "_RESOLVER_STD_GROUP", module.RESOLVER_STD_GROUP, raising=False)
    module.set_std_group_resolver(module.RESOLVER_STD_GROUP)
    try:
        assert expand("@rack1") == ["gpu001", "gpu002"]
    finally:
        module.set_std_group_resolver(None)


def test_the_nodes_of_a_slurm_job_and_partition(tmp_path, monkeypatch):
    for tool in ("squeue", "sinfo"):
        (tmp_path / tool).write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/{tool}.called\necho "gpu[007-009]"\n')
        (tmp_path / tool).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    assert expand("@slurm:job:4711") == ["gpu007", "gpu008", "gpu009"]
    assert expand("a1,@slurm:part:h100") == ["a1", "gpu007", "gpu008", "gpu009"]
    assert (tmp_path / "squeue.called").read_text() == "-h -j 4711 -o %N\n"
    assert (tmp_path / "sinfo.called").read_text() == "-h -p h100 -o %N\n"


@pytest.mark.parametrize(
    "words", ["gpu[1-", "@nosuchsource:x", "@slurm:user:x", "", "-oProxyCommand=x", "a;reboot", "a[1-999999]"]
)
def test_what_is_no_node_set_is_refused(words):
    with pytest.raises(InputError):
        expand(words)


def test_without_the_extra_the_command_that_helps_is_said(monkeypatch):
    real = builtins.__import__

    def without(name, *args, **kwargs):
        if name.startswith("ClusterShell"):
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(InputError, match=r"pip install 'kbtui\[fleet\]'"):
        expand("a1")
