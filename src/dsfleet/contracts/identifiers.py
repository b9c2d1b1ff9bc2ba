"""The identifiers that messages, database and HTTP share: text, told apart by type."""

from typing import NewType

AgentId = NewType("AgentId", str)
"""A random UUID that an agent makes at its first start and keeps in its state directory."""

InstanceId = NewType("InstanceId", str)
CameraId = NewType("CameraId", str)
PipelineId = NewType("PipelineId", str)
UpdateRequestId = NewType("UpdateRequestId", str)
PlanId = NewType("PlanId", str)

Revision = NewType("Revision", int)
"""The number of a host's desired state; it only grows. 0 means that none was ever sent."""

Digest = NewType("Digest", str)
"""The fingerprint of whatever needs a new container: `sha256:` and 64 hexadecimal digits."""

ContainerId = NewType("ContainerId", str)
"""The container engine's own id: 64 hexadecimal digits."""
