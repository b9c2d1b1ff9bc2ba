"""/api/v1/plan: what an update request would do now."""

from fastapi import APIRouter

from dsfleet.coordinator.api.bodies import Plan, PlanRequest
from dsfleet.coordinator.api.context import Context
from dsfleet.coordinator.api.views.plans import plan_body

router = APIRouter(prefix="/plan", tags=["changes"])


@router.get("", operation_id="get_plan")
async def get_plan(context: Context) -> Plan:
    """Compare the draft with what every host was last told."""
    return plan_body(context, None)


@router.post("", operation_id="plan_hosts")
async def post_plan(body: PlanRequest, context: Context) -> Plan:
    """Compare the draft with what some hosts were last told; changes nothing."""
    return plan_body(context, body.agent_ids)
