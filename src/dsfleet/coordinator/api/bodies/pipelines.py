"""Pipelines and their immutable versions."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from dsfleet.coordinator.api.bodies.base import Answer, Body, Name


class PipelineVersionCreate(Body):
    """A new version of a pipeline; versions never change afterwards."""

    image: str = Field(min_length=1, max_length=512, examples=["nvcr.io/nvidia/deepstream:9.1-samples-multiarch"])
    command: list[str] | None = Field(
        default=None,
        description="The application and its arguments; null: deepstream-app with its configuration.",
        examples=[["deepstream-app", "-c", "/config/app.txt"]],
    )
    cameras: int = Field(default=8, ge=1, le=1000, description="How many cameras one instance carries at most.")
    width: int = Field(default=1280, ge=16, le=7680, description="Mux and picture width in pixels.")
    height: int = Field(default=720, ge=16, le=4320, description="Mux and picture height in pixels.")


class PipelineCreate(PipelineVersionCreate):
    """A new pipeline with its first version."""

    name: Name
    kind: Literal["deepstream-app"] = "deepstream-app"
    description: str = Field(default="", max_length=500)


class PipelineVersion(Answer):
    """One immutable version."""

    version: int
    image: str
    command: list[str]
    cameras: int
    width: int
    height: int
    frame_counting: Literal["perf-lines", "rest-metrics", "log-pattern", "none"]
    live_sources: bool
    created_at: datetime


class Pipeline(Answer):
    """The definition of a DeepStream application; `versions` newest first."""

    id: str
    name: str
    kind: Literal["deepstream-app"]
    description: str
    latest_version: int
    versions: list[PipelineVersion]
    instances: int
    created_at: datetime


class PipelineList(Answer):
    """A page of pipelines, ordered by name."""

    items: list[Pipeline]
    next_cursor: str | None = None
