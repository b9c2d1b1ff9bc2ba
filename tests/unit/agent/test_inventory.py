"""What the host has."""

import asyncio

import pytest

from dsfleet.agent.inventory import parse_gpus, platform_of, read_gpus, read_inventory
from dsfleet.contracts.messages.greeting import Engine, Gpu, Platform


@pytest.mark.parametrize(
    ("machine", "model", "release", "expected"),
    [
        ("x86_64", "", "", Platform.X86),
        ("aarch64", "NVIDIA Jetson AGX Orin Developer Kit", "", Platform.JETSON),
        ("aarch64", "", "# R36 (release), REVISION: 4.3", Platform.JETSON),
        ("aarch64", "", "", Platform.SBSA),
        ("arm64", "", "", Platform.SBSA),
    ],
)
def test_platform(machine: str, model: str, release: str, expected: Platform):
    """Jetson boards are told from ARM servers, both from x86."""
    assert platform_of(machine, model, release) is expected


def test_gpus_are_read_from_what_nvidia_smi_prints():
    """Each line is a GPU; memory that is shared with the CPU is None, other lines are passed over."""
    text = "0, NVIDIA L4, GPU-2f6a, 23034, 595.40\n1, NVIDIA Thor, GPU-77aa, [N/A], 595.40\nNo devices were found\n"
    assert parse_gpus(text) == (
        Gpu(index=0, name="NVIDIA L4", uuid="GPU-2f6a", memory_mib=23034, driver_version="595.40"),
        Gpu(index=1, name="NVIDIA Thor", uuid="GPU-77aa", memory_mib=None, driver_version="595.40"),
    )


@pytest.mark.parametrize("program", [None, "/bin/false"])
def test_host_without_gpus(program: str | None):
    """Without nvidia-smi, or with one that fails, there are no GPUs and no error."""
    assert asyncio.run(read_gpus(lambda _name: program)) == ()


def test_this_machine_has_something():
    """The inventory of a real machine names its system, processor and memory."""
    inventory = asyncio.run(read_inventory(Engine(reachable=False)))
    assert inventory.operating_system
    assert inventory.cpu_model
    assert inventory.cpu_cores > 0
    assert inventory.memory_mib > 100
