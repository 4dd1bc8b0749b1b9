"""Names that name nobody, and words that are also names."""

from __future__ import annotations

import re

PUBLIC = frozenset(
    """
    root user users nobody nogroup daemon bin sys sync games man lp mail news uucp proxy www-data backup list irc gnats
    systemd-network systemd-resolve systemd-timesync systemd-coredump systemd-oom messagebus syslog tss uuidd tcpdump sshd
    landscape pollinate lxd dnsmasq avahi kernoops saned whoopsie colord geoclue pulse gdm gdm3 lightdm sddm xdm rtkit
    hplip usbmux fwupd polkitd nvidia-persistenced nvidia dialout cdrom sudo wheel adm audio video render input kvm docker
    plugdev lpadmin sambashare shadow utmp disk tty kmem crontab staff netdev bluetooth scanner ssh ubuntu debian fedora
    centos rocky almalinux arch archlinux manjaro suse opensuse linuxmint mint pop pop-os linux admin administrator guest
    test public default shared localhost localdomain local localhost4 localhost6 ip6-localhost ip6-loopback ip6-allnodes
    ip6-allrouters broadcasthost none null unknown linuxbrew conda jovyan appuser app python vscode runner github git
    postgres mysql redis nginx apache slurm munge kube etcd chrony ntp rpc rpcuser nfsnobody dbus qemu libvirt libvirt-qemu
    ec2-user azureuser cloud-user core opc vagrant pi jenkins gitlab-runner ollama dvs-builder buildd mockbuild builder
    archlinux-builder kernel gpu gpus cuda host hostname server node master worker head login localuser desktop laptop
    workstation computer machine pc box cluster lab train training data home all any the and for from with
    """.split()
)
"""Accounts and hosts of this name are found everywhere."""

_WORDS = frozenset(
    """
    art bill bob chip dean dell drew grant hope iris jack jade jay jean june kay lance line link major mark mary max may
    miles min mode monitor nick pat page pool power process queue rate ray read rich rob rock rose rusty sandy scan speed
    state status sue swap target task temp thread torch tensor total trace unit value version warren watt will write xid
    vfio nouveau nova amdgpu i915 pci pcie ecc ram vram dkms mok secure signer nvlink nvswitch fabric nccl cudnn mellanox
    podman containerd runc xorg wayland gnome plasma systemd udev grub efi uefi bios dmi smbios acpi iommu edac mce numa
    nvme sata usb xhci ahci snd hda proprietary open legacy installed loaded healthy throttle thermal
    device driver memory module bus card fan error fault fail failed info debug warning boot reboot session service slot
    """.split()
)
_MODEL = re.compile(r"(?i)(?:rtx|gtx|gtx?|gh|gb|[abhlpvtk]|titan|tesla|quadro)\d{1,4}(?:ti|s|x)?$")


def is_public(name: str) -> bool:
    """Whether a name is no one's: root, ubuntu, localhost, a service's account."""
    low = name.lower()
    return low in PUBLIC or low.startswith("systemd-") or low.startswith("_") or not any(c.isalnum() for c in low)


def is_safe_everywhere(name: str) -> bool:
    """Whether a name may be replaced wherever it stands: not so short or so common that it would eat other words."""
    low = name.lower()
    return (
        len(name) > 2
        and (not name.isdecimal() or len(name) >= 8)
        and low not in _WORDS
        and not re.fullmatch(r"0x[0-9a-f]+", low)
    )


def any_case(name: str) -> bool:
    """Whether it is the same name in capitals: a host called a100 is not the A100."""
    return len(name) > 3 and not _MODEL.match(name)
