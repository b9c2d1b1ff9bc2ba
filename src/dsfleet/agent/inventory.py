"""What the host has and how busy it is, read from the kernel, psutil and, where there is one, nvidia-smi."""

import asyncio
import contextlib
import platform
import shutil
from collections.abc import Callable
from pathlib import Path

import psutil

from dsfleet.contracts.messages.greeting import Engine, Gpu, HostInventory, Platform
from dsfleet.contracts.messages.status import HostLoad

MIB = 1024 * 1024
GPU_FIELDS = "index,name,uuid,memory.total,driver_version"
GPU_TIMEOUT_S = 10.0


async def read_inventory(engine: Engine) -> HostInventory:
    """Return what the host has now, with what is known of its engine."""
    return HostInventory(
        hostname=platform.node(),
        operating_system=_operating_system(_text_of("/etc/os-release")),
        kernel=platform.release(),
        platform=platform_of(
            platform.machine(), _text_of("/proc/device-tree/model"), _text_of("/etc/nv_tegra_release")
        ),
        cpu_model=_cpu_model(_text_of("/proc/cpuinfo")),
        cpu_cores=psutil.cpu_count() or 1,
        memory_mib=psutil.virtual_memory().total // MIB,
        gpus=await read_gpus(shutil.which),
        engine=engine,
    )


def read_load(disk: Path) -> HostLoad:
    """Return how busy the host is; CPU in percent of all cores since the last call, disk where `disk` lies."""
    memory = psutil.virtual_memory()
    space = shutil.disk_usage(disk)
    return HostLoad(
        cpu_percent=psutil.cpu_percent(interval=None),
        memory_used_mib=(memory.total - memory.available) // MIB,
        memory_total_mib=memory.total // MIB,
        disk_free_mib=space.free // MIB,
        disk_total_mib=space.total // MIB,
    )


def platform_of(machine: str, device_model: str, tegra_release: str) -> Platform:
    """Return which family of DeepStream images fits: Jetson boards say so in the device tree or by NVIDIA's file."""
    if machine.lower() not in ("aarch64", "arm64"):
        return Platform.X86
    is_jetson = bool(tegra_release) or "jetson" in device_model.lower()
    return Platform.JETSON if is_jetson else Platform.SBSA


async def read_gpus(find: Callable[[str], str | None]) -> tuple[Gpu, ...]:
    """Return the GPUs that nvidia-smi lists; none where it is missing, fails or hangs."""
    program = find("nvidia-smi")
    if program is None:
        return ()
    process = await asyncio.create_subprocess_exec(
        program,
        f"--query-gpu={GPU_FIELDS}",
        "--format=csv,noheader,nounits",
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        output, _ = await asyncio.wait_for(process.communicate(), GPU_TIMEOUT_S)
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        return ()
    return parse_gpus(output.decode(errors="replace")) if process.returncode == 0 else ()


def parse_gpus(text: str) -> tuple[Gpu, ...]:
    """Return the GPUs in nvidia-smi's `csv,noheader,nounits` output for `GPU_FIELDS`; other lines are passed over."""
    rows = [[cell.strip() for cell in line.split(",")] for line in text.splitlines()]
    return tuple(
        Gpu(
            index=int(index),
            name=name,
            uuid=uuid or None,
            memory_mib=int(memory) if memory.isdigit() else None,
            driver_version=driver or None,
        )
        for index, name, uuid, memory, driver in (row for row in rows if len(row) == 5)
        if index.isdigit()
    )


def _operating_system(release: str) -> str:
    for line in release.splitlines():
        if line.startswith("PRETTY_NAME="):
            return line.partition("=")[2].strip('"')
    return platform.system()


def _cpu_model(text: str) -> str:
    for line in text.splitlines():
        name, _, value = line.partition(":")
        if name.strip() in ("model name", "Model"):
            return value.strip()
    return platform.processor() or platform.machine()


def _text_of(path: str) -> str:
    try:
        return Path(path).read_text(errors="replace").strip("\x00\n ")
    except OSError:
        return ""
