"""Cameras, as described by the operator and as last reported."""

from datetime import datetime
from typing import Literal

from pydantic import Field, field_validator

from dsfleet.coordinator.api.bodies.base import Answer, Body, LabelMap, Labels, Name, refuse_null

CameraState = Literal["live", "low-fps", "no-frames", "reconnecting", "unknown", "off", "unassigned"]


class CameraCreate(Body):
    """A new camera. A login inside `uri` is taken out of it and kept apart."""

    name: Name
    uri: str = Field(min_length=1, max_length=2048, examples=["rtsp://192.0.2.10:554/stream1"])
    username: str | None = Field(default=None, max_length=256)
    password: str | None = Field(default=None, max_length=256, json_schema_extra={"writeOnly": True})
    labels: Labels
    enabled: bool = True
    instance_id: str | None = None
    expected_fps: float | None = Field(default=None, gt=0, le=1000, examples=[10.0])


class CameraUpdate(Body):
    """What to change about a camera; a field left out stays. `username` and `password` null remove the login."""

    name: Name | None = None
    uri: str | None = Field(default=None, min_length=1, max_length=2048)
    username: str | None = Field(default=None, max_length=256)
    password: str | None = Field(default=None, max_length=256, json_schema_extra={"writeOnly": True})
    labels: LabelMap | None = None
    enabled: bool | None = None
    instance_id: str | None = None
    expected_fps: float | None = Field(default=None, gt=0, le=1000)

    _not_null = field_validator("name", "uri", "labels", "enabled")(refuse_null)


class Camera(Answer):
    """A camera as described, and as its host last said it is. `pending`: the fleet does not follow this yet."""

    id: str
    name: str
    uri: str = Field(description="Without login.")
    has_login: bool
    labels: dict[str, str]
    enabled: bool
    instance_id: str | None
    expected_fps: float | None
    state: CameraState
    fps: float | None
    average_fps: float | None = None
    last_frame_age_s: float | None
    reconnects: int = 0
    stale: bool = Field(description="The host has not been heard of lately: the values are old.")
    received_at: datetime | None = None
    pending: bool
    created_at: datetime
    updated_at: datetime


class CameraList(Answer):
    """A page of cameras, ordered by name."""

    items: list[Camera]
    next_cursor: str | None = None
