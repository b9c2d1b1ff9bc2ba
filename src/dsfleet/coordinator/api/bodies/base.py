"""What every body has in common: strict in, frozen both ways, and errors as RFC 9457 lays them down."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

NO_CONTROL = r"^[^\x00-\x1f\x7f]*$"
Name = Annotated[str, Field(min_length=1, max_length=63, examples=["yard-east"])]
LabelKey = Annotated[str, Field(min_length=1, max_length=63, pattern=NO_CONTROL)]
LabelValue = Annotated[str, Field(max_length=255, pattern=NO_CONTROL)]
LabelMap = Annotated[dict[LabelKey, LabelValue], Field(max_length=32, examples=[{"site": "north"}])]
Labels = Annotated[LabelMap, Field(default_factory=dict)]


class Body(BaseModel):
    """Frozen; what comes in may hold no field that is not known, so that a misspelt one is told and not dropped."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Answer(BaseModel):
    """Frozen; what goes out. Fields with a default are always there, so the schema calls them required."""

    model_config = ConfigDict(frozen=True, json_schema_serialization_defaults_required=True)


class ProblemFacts(Answer):
    """One thing wrong with what was sent, or with what was tried on a host."""

    code: str = Field(examples=["camera-name-taken"])
    message: str = Field(examples=["Another camera is named 'yard-east'."])
    field: str | None = Field(default=None, examples=["name"])
    value: str | None = Field(default=None, examples=["yard-east"])
    mend: str | None = Field(default=None, examples=["Choose another name."])


class ProblemDocument(Answer):
    """An error as RFC 9457 lays it down; `problems` lists every field to mend, the first repeated above."""

    type: str = Field(examples=["urn:dsfleet:problem:camera-name-taken"])
    title: str = Field(examples=["Another camera is named 'yard-east'."])
    status: int = Field(examples=[409])
    detail: str = Field(examples=["Choose another name."])
    instance: str | None = None
    code: str = Field(examples=["camera-name-taken"])
    problems: list[ProblemFacts] = Field(default_factory=list)


def refuse_null(value: object) -> object:
    """Return the value; raises ValueError for null, where leaving a field out and clearing it are two things."""
    if value is None:
        raise ValueError("this cannot be cleared: leave it out to keep it")
    return value
