"""One value of each message, every field filled: what the golden files hold, by case.

A case is named `<type>/v<schema version>/<name>`. Cases are only ever added: a published message is read for ever.
"""

from datetime import UTC, datetime

from dsfleet.contracts.identifiers import (
    AgentId,
    CameraId,
    ContainerId,
    Digest,
    InstanceId,
    PipelineId,
    Revision,
)
from dsfleet.contracts.messages.admission import Admission, CoordinatorKeys, Decision, Intervals
from dsfleet.contracts.messages.configuration import (
    ConfigurationFile,
    DesiredCamera,
    DesiredHost,
    DesiredInstance,
    FrameCounting,
    InstancePort,
    Mode,
    PortPurpose,
    Power,
)
from dsfleet.contracts.messages.greeting import (
    Capacity,
    Engine,
    Gpu,
    Greeting,
    HostInventory,
    Platform,
    PortRange,
    PublicKeys,
)
from dsfleet.contracts.messages.request import AgentAnswer, AgentRequest, RequestKind
from dsfleet.contracts.messages.status import (
    CameraState,
    HostLoad,
    InstanceState,
    Outcome,
    OutcomeResult,
    ReportedCamera,
    ReportedHost,
    ReportedInstance,
)
from dsfleet.contracts.problems import Problem
from dsfleet.contracts.topics import AnyMessage

AGENT = AgentId("7f3c2f0e-5a0f-4a86-9df5-0d6a3f8c1b11")
SENT = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)
DIGEST = Digest("sha256:" + "ab" * 32)
FINGERPRINT = "sha256:" + "cd" * 32
KEY = "A" * 43 + "="

ENGINE = Engine(reachable=True, version="27.3.1", api_version="1.47")
INVENTORY = HostInventory(
    hostname="gpu-1",
    operating_system="Debian GNU/Linux 12 (bookworm)",
    kernel="6.1.0-30-amd64",
    platform=Platform.X86,
    cpu_model="Intel(R) Xeon(R) Silver 4310",
    cpu_cores=24,
    memory_mib=128_000,
    gpus=(Gpu(index=0, name="NVIDIA L4", uuid="GPU-1", memory_mib=23_034, driver_version="570.86.15"),),
    engine=ENGINE,
)
PROBLEM = Problem(
    code="image-not-found",
    message="The image registry/app:1 does not exist.",
    field="image",
    value="registry/app:1",
    mend="Push the image, or name another one.",
    facts={"status": 404, "retried": True, "registry": "registry", "after_s": 1.5, "digest": None},
)
FILES = (
    ConfigurationFile(path="/config/app.txt", content="[application]\nenable-perf-measurement=1\n# Straße\n"),
    ConfigurationFile(path="/config/labels.txt", content="Car\n", mode=0o644),
)

GREETING = Greeting(
    agent_id=AGENT,
    start_number=3,
    sequence=1,
    sent_at=SENT,
    name="gpu-1",
    agent_version="0.1.0",
    protocol_versions=(1,),
    fingerprint=FINGERPRINT,
    keys=PublicKeys(signing=KEY, sealing=KEY),
    inventory=INVENTORY,
    capacity=Capacity(cameras=16),
    ports=PortRange(first=18600, last=18999),
)
ADMITTED = Admission(
    agent_id=AGENT,
    number=2,
    sent_at=SENT,
    decision=Decision.ADMITTED,
    fingerprint=FINGERPRINT,
    name="gpu-1",
    intervals=Intervals(status_s=60.0, watched_status_s=5.0),
    coordinator_keys=CoordinatorKeys(signing=KEY, sealing=KEY),
)
DENIED = Admission(
    agent_id=AGENT, number=1, sent_at=SENT, decision=Decision.DENIED, fingerprint=FINGERPRINT, reason="not ours"
)
INSTANCE = DesiredInstance(
    instance_id=InstanceId("i-1"),
    name="gate",
    pipeline_id=PipelineId("p-1"),
    pipeline_version=4,
    mode=Mode.DEBUG,
    power=Power.ON,
    image="registry/app@sha256:" + "ef" * 32,
    command=("deepstream-app", "-c", "/config/app.txt"),
    files=FILES,
    digest=DIGEST,
    cameras=(DesiredCamera(camera_id=CameraId("c-1"), name="north", source_index=0, expected_fps=25.0),),
    ports=(InstancePort(purpose=PortPurpose.RTSP, port=18600), InstancePort(purpose=PortPurpose.UDP, port=18601)),
    gpu="0",
    frame_counting=FrameCounting.PERF_LINES,
    perf_interval_s=1.0,
    stop_timeout_s=20.0,
    memory_limit_mib=4096,
    restart_number=1,
    retry_number=2,
)
DESIRED = DesiredHost(agent_id=AGENT, revision=Revision(7), sent_at=SENT, instances=(INSTANCE,))
DESIRED_EMPTY = DesiredHost(agent_id=AGENT, revision=Revision(8), sent_at=SENT)
REPORTED = ReportedHost(
    agent_id=AGENT,
    start_number=3,
    sequence=42,
    sent_at=SENT,
    reported_at=SENT,
    agent_version="0.1.0",
    revision=Revision(7),
    converged=False,
    cause="gate: no frames from north",
    engine=ENGINE,
    inventory=INVENTORY,
    capacity=Capacity(cameras=16),
    ports=PortRange(first=18600, last=18999),
    load=HostLoad(
        cpu_percent=12.5, memory_used_mib=4000, memory_total_mib=128_000, disk_free_mib=900, disk_total_mib=1000
    ),
    instances=(
        ReportedInstance(
            instance_id=InstanceId("i-1"),
            state=InstanceState.DEGRADED,
            cause="no frames from north",
            state_age_s=4.5,
            observed_digest=DIGEST,
            observed_revision=Revision(7),
            container_id=ContainerId("0" * 64),
            image_id="sha256:" + "12" * 32,
            started_at=SENT,
            restarts=1,
            exit_code=137,
            next_try_in_s=10.0,
            last_problem=PROBLEM,
            cameras=(
                ReportedCamera(
                    camera_id=CameraId("c-1"),
                    state=CameraState.NO_FRAMES,
                    fps=0.0,
                    average_fps=24.9,
                    last_frame_age_s=6.1,
                    reconnects=2,
                ),
            ),
        ),
    ),
    outcomes=(
        Outcome(
            instance_id=InstanceId("i-1"),
            action="start",
            cause="digest 3f2a -> 91bc",
            result=OutcomeResult.FAILED,
            at=SENT,
            duration_s=0.25,
            problem=PROBLEM,
        ),
    ),
    unreadable_messages=1,
)
WATCH = AgentRequest(
    agent_id=AGENT,
    number=5,
    request_id="r-5",
    sent_at=SENT,
    expires_at=SENT,
    valid_for_s=30.0,
    kind=RequestKind.WATCH,
)
READ = AgentRequest(
    agent_id=AGENT,
    number=6,
    request_id="r-6",
    sent_at=SENT,
    expires_at=SENT,
    valid_for_s=30.0,
    kind=RequestKind.READ_CONFIGURATION,
    instance_id=InstanceId("i-1"),
)
ANSWER = AgentAnswer(
    agent_id=AGENT,
    start_number=3,
    sequence=43,
    sent_at=SENT,
    request_id="r-6",
    piece=0,
    last=True,
    files=FILES,
    matches_sent=False,
)
REFUSAL = AgentAnswer(
    agent_id=AGENT, start_number=3, sequence=44, sent_at=SENT, request_id="r-7", piece=0, last=True, problem=PROBLEM
)

CASES: dict[str, AnyMessage] = {
    "greeting/v1/full": GREETING,
    "admission/v1/admitted": ADMITTED,
    "admission/v1/denied": DENIED,
    "configuration/v1/full": DESIRED,
    "configuration/v1/empty": DESIRED_EMPTY,
    "status/v1/full": REPORTED,
    "request/v1/watch": WATCH,
    "request/v1/read-configuration": READ,
    "answer/v1/files": ANSWER,
    "answer/v1/problem": REFUSAL,
}
