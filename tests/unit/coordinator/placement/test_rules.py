"""May this change be accepted."""

import pytest

from dsfleet.coordinator.placement.model import Accepted, Refused, Verdict
from dsfleet.coordinator.placement.rules import (
    Load,
    agent_may_be_removed,
    all_of,
    command_is_plain,
    free_ports,
    gpu_is_plain,
    host_carries,
    host_takes_new,
    image_is_plain,
    instance_carries,
    name_is_free,
    name_is_plain,
    pipeline_is_unused,
    reference_exists,
    version_exists,
)

REFUSALS = [
    (name_is_free("camera", "yard", True), "camera-name-taken"),
    (name_is_plain("camera", " yard"), "camera-name-invalid"),
    (name_is_plain("camera", "ya\nrd"), "camera-name-invalid"),
    (name_is_plain("instance", "de mo"), "instance-name-invalid"),
    (name_is_plain("instance", "-demo"), "instance-name-invalid"),
    (reference_exists("instance", "instance_id", "x", False), "unknown-instance"),
    (version_exists("demo", 3, False), "unknown-pipeline-version"),
    (image_is_plain("a b"), "pipeline-image-invalid"),
    (command_is_plain([]), "pipeline-command-empty"),
    (gpu_is_plain("0 1"), "instance-gpu-invalid"),
    (host_takes_new("agent_id", "edge", "waiting", False), "host-not-admitted"),
    (host_takes_new("agent_id", "edge", "admitted", True), "host-cordoned"),
    (instance_carries(Load("demo-1", 9, 8), "camera_ids"), "instance-full"),
    (host_carries(Load("edge", 17, 16), "camera_ids"), "host-full"),
    (pipeline_is_unused("demo", 1), "pipeline-in-use"),
    (agent_may_be_removed("edge", 1, False), "host-not-empty"),
    (agent_may_be_removed("edge", 0, True), "host-live"),
]

ACCEPTED = [
    name_is_free("camera", "yard", False),
    name_is_plain("camera", "Sân trước"),
    name_is_plain("instance", "demo-1.b_2"),
    image_is_plain("nvcr.io/nvidia/deepstream:9.1-samples-multiarch"),
    image_is_plain("dsfleet/simulator@sha256:00"),
    command_is_plain(None),
    gpu_is_plain(None),
    gpu_is_plain("GPU-1f-2"),
    host_takes_new("agent_id", "edge", "admitted", False),
    instance_carries(Load("demo-1", 8, 8), "camera_ids"),
    host_carries(Load("edge", 16, 16), "camera_ids"),
    pipeline_is_unused("demo", 0),
    agent_may_be_removed("edge", 0, False),
]


@pytest.mark.parametrize(("verdict", "code"), REFUSALS)
def test_refusal_names_code_field_value_and_mend(verdict: Verdict, code: str) -> None:
    """Every refusal says what is wrong, where, with which value, and what to do."""
    assert isinstance(verdict, Refused)
    (reason,) = verdict.reasons
    assert reason.code == code
    assert reason.field
    assert reason.value is not None
    assert reason.mend


@pytest.mark.parametrize("verdict", ACCEPTED)
def test_what_fits_is_accepted(verdict: Verdict) -> None:
    """The limit itself still fits."""
    assert verdict == Accepted()


def test_all_reasons_are_told_at_once() -> None:
    """Two refusals give both reasons in order, so that both can be mended in one go."""
    both = all_of(name_is_free("camera", "a", True), Accepted(), image_is_plain(""))
    assert isinstance(both, Refused)
    assert [reason.code for reason in both.reasons] == ["camera-name-taken", "pipeline-image-invalid"]
    assert all_of(Accepted(), Accepted()) == Accepted()


def test_lowest_free_ports_are_given() -> None:
    """An instance gets the two lowest ports that nobody holds; a range with fewer is exhausted."""
    assert free_ports(18600, 18605, {18600, 18602}) == (18601, 18603)
    refused = free_ports(18600, 18601, {18600})
    assert isinstance(refused, Refused)
    assert refused.reasons[0].code == "host-ports-exhausted"
