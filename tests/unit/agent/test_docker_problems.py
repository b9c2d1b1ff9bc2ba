"""Docker's errors in our words; the class decides whether anybody tries again."""

import pytest
import requests
from docker.errors import APIError, DockerException, ImageNotFound

from dsfleet.agent.docker_problems import pull_problem, translated
from dsfleet.contracts.problems import DsfleetError, RefusedError, TemporaryError


def api_error(status: int, explanation: str, kind: type[APIError] = APIError) -> APIError:
    response = requests.Response()
    response.status_code = status
    return kind("error", response, explanation)


@pytest.mark.parametrize(
    ("error", "expected", "code"),
    [
        (DockerException("Error while fetching server API version"), TemporaryError, "engine-unreachable"),
        (requests.exceptions.ReadTimeout("read timed out"), TemporaryError, "engine-unreachable"),
        (ConnectionResetError("reset"), TemporaryError, "engine-unreachable"),
        (api_error(409, "Conflict. The container name is in use"), TemporaryError, "engine-conflict"),
        (api_error(404, "No such image: x", ImageNotFound), TemporaryError, "not-found-on-engine"),
        (api_error(500, "something broke"), TemporaryError, "engine-failed"),
        (api_error(400, "invalid reference format"), RefusedError, "engine-refused"),
        (
            api_error(500, 'could not select device driver "nvidia" with capabilities: [[gpu]]'),
            TemporaryError,
            "gpu-not-available",
        ),
        (
            api_error(400, 'exec: "deepstream-app": executable file not found in $PATH: unknown'),
            RefusedError,
            "command-not-found",
        ),
    ],
)
def test_translation(error: Exception, expected: type[DsfleetError], code: str):
    """Each kind of failure has its own code, and only what a retry cannot mend is refused."""
    mine = translated(error)
    assert (type(mine), mine.problem.code) == (expected, code)


def test_a_pull_names_image_and_reason():
    """A failed pull names the image, the registry's words and what to do."""
    problem = pull_problem("example/x:1", "connection refused.").problem
    assert (problem.field, problem.value) == ("image", "example/x:1")
    assert "connection refused." in problem.message
    assert problem.mend is not None
