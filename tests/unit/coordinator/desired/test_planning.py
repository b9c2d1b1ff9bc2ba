"""The plan of a fleet, and the id that names it."""

from dataclasses import replace

from dsfleet.coordinator.desired.compare import compare_instance
from dsfleet.coordinator.desired.model import Fleet, HostChanges
from dsfleet.coordinator.desired.planning import NOTHING_TO_DO, plan_fleet
from dsfleet.coordinator.inventory.model import AgentRow
from tests.unit.coordinator.desired.builders import derived
from tests.unit.coordinator.reported.builders import NOON


def an_agent(agent_id: str, **fields: object) -> AgentRow:
    """Return an admitted agent named as its id."""
    row = AgentRow(
        id=agent_id,
        name=agent_id,
        labels={},
        cordoned=False,
        admission="admitted",
        admission_reason="",
        fingerprint="sha256:f",
        version="0.1.0",
        capacity_cameras=8,
        port_first=18600,
        port_last=18999,
        inventory={},
        desired_revision=3,
        first_seen=NOON,
        last_seen=NOON,
    )
    return replace(row, **fields)  # type: ignore[arg-type]


def a_fleet(*agent_ids: str, content: str = "sha256:a") -> Fleet:
    """Return a fleet on whose hosts one instance is created each."""
    change = compare_instance(None, derived())
    assert change is not None
    hosts = {agent_id: HostChanges(agent_id, content, (change,)) for agent_id in agent_ids}
    return Fleet((1, 1), {}, hosts, frozenset(), frozenset())


def test_plan_lists_changed_hosts_by_name() -> None:
    """Every changed host has one line; hosts that are not admitted are told nothing and left out."""
    plan = plan_fleet(a_fleet("b", "a", "c"), [an_agent("b"), an_agent("a"), an_agent("c", admission="waiting")], None)
    assert plan.text == "a: demo-1 is created with 2 cameras\nb: demo-1 is created with 2 cameras"
    assert plan_fleet(a_fleet(), [], None).text == NOTHING_TO_DO


def test_plan_id_names_draft_and_base() -> None:
    """The same draft over the same revisions has the same id; a moved draft, base or choice of hosts another."""
    agents = [an_agent("a"), an_agent("b")]
    plan = plan_fleet(a_fleet("a", "b"), agents, None)
    assert plan_fleet(a_fleet("a", "b"), agents, None).plan_id == plan.plan_id
    assert plan_fleet(a_fleet("a", "b", content="sha256:b"), agents, None).plan_id != plan.plan_id
    assert plan_fleet(a_fleet("a", "b"), [an_agent("a", desired_revision=4), agents[1]], None).plan_id != plan.plan_id
    assert plan_fleet(a_fleet("a", "b"), agents, ["a"]).plan_id != plan.plan_id
