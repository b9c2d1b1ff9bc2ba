"""/api/v1/pipelines: definitions of DeepStream applications, in immutable versions."""

from fastapi import APIRouter, Response

from dsfleet.coordinator.api.auth import ActorOf
from dsfleet.coordinator.api.bodies import Pipeline, PipelineCreate, PipelineList, PipelineVersionCreate
from dsfleet.coordinator.api.context import Context
from dsfleet.coordinator.api.paging import PageOf, next_cursor
from dsfleet.coordinator.api.results import accepted
from dsfleet.coordinator.api.views.pipelines import one_pipeline, pipeline_bodies
from dsfleet.coordinator.operations.create_pipeline import add_pipeline_version, create_pipeline
from dsfleet.coordinator.operations.remove_pipeline import remove_pipeline
from dsfleet.coordinator.pipelines.model import NewPipeline, NewVersion
from dsfleet.coordinator.pipelines.store import list_pipelines

router = APIRouter(prefix="/pipelines", tags=["pipelines"])


@router.get("", operation_id="list_pipelines")
async def get_pipelines(context: Context, page: PageOf) -> PipelineList:
    """List pipelines by name, each with its versions."""
    with context.database.reading() as connection:
        rows = list_pipelines(connection, page)
        items = pipeline_bodies(connection, rows)
    return PipelineList(items=items, next_cursor=next_cursor([(row.name,) for row in rows], page))


@router.post("", operation_id="create_pipeline", status_code=201)
async def post_pipeline(body: PipelineCreate, context: Context, actor: ActorOf, response: Response) -> Pipeline:
    """Define a pipeline with its first version."""
    facts = body.model_dump()
    identity = {name: facts.pop(name) for name in ("name", "kind", "description")}
    with context.change(actor.name) as change:
        pipeline_id = accepted(create_pipeline(change, NewPipeline(**identity, first=NewVersion(**facts))))
    response.headers["Location"] = f"/api/v1/pipelines/{pipeline_id}"
    return one_pipeline(context, pipeline_id)


@router.get("/{pipeline_id}", operation_id="get_pipeline")
async def get_pipeline(pipeline_id: str, context: Context) -> Pipeline:
    """Return one pipeline with its versions."""
    return one_pipeline(context, pipeline_id)


@router.post("/{pipeline_id}/versions", operation_id="create_pipeline_version", status_code=201)
async def post_version(pipeline_id: str, body: PipelineVersionCreate, context: Context, actor: ActorOf) -> Pipeline:
    """Add a version; instances keep theirs until they are edited."""
    with context.change(actor.name) as change:
        add_pipeline_version(change, pipeline_id, NewVersion(**body.model_dump()))
    return one_pipeline(context, pipeline_id)


@router.delete("/{pipeline_id}", operation_id="remove_pipeline", status_code=204)
async def delete_pipeline(pipeline_id: str, context: Context, actor: ActorOf) -> None:
    """Remove a pipeline that no instance runs."""
    with context.change(actor.name) as change:
        accepted(remove_pipeline(change, pipeline_id))
