"""Docker's exceptions as ours: what may work later, what will not, each with a sentence for a person."""

import http.client

import requests.exceptions
import urllib3.exceptions
from docker.errors import APIError, DockerException

from dsfleet.contracts.problems import DsfleetError, Problem, RefusedError, TemporaryError

TRANSPORT_ERRORS: tuple[type[Exception], ...] = (
    requests.exceptions.RequestException,
    urllib3.exceptions.HTTPError,
    http.client.HTTPException,
    OSError,
)
"""What the SDK lets through from below it when the engine goes away in the middle of a call."""

LIBRARY_ERRORS: tuple[type[Exception], ...] = (DockerException, *TRANSPORT_ERRORS)
"""Everything that a call to the engine can raise."""

_GPU_WORDS = ("could not select device driver", "nvidia-container-cli", "unknown or invalid runtime name")
_COMMAND_WORDS = ("executable file not found", "no such file or directory: unknown", "exec format error")


def translated(error: Exception) -> DsfleetError:
    """Return the error that the agent acts on: the class alone decides whether it is tried again."""
    if not isinstance(error, APIError):
        return TemporaryError(
            Problem(
                code="engine-unreachable",
                message=f"The container engine does not answer: {_shortened(str(error))}.",
                mend="Start the Docker engine, and let the agent's user open its socket.",
            )
        )
    text = _shortened(str(error.explanation or error))
    lowered = text.lower()
    if any(words in lowered for words in _GPU_WORDS):
        mend = "Install NVIDIA's driver and container toolkit on the host, or clear the instance's GPU."
        return TemporaryError(
            Problem(code="gpu-not-available", message=f"No GPU for the container: {text}.", mend=mend)
        )
    if any(words in lowered for words in _COMMAND_WORDS):
        mend = "Correct the pipeline's command or image."
        return RefusedError(Problem(code="command-not-found", message=f"The command cannot be run: {text}.", mend=mend))
    status = error.status_code
    if status == 400:
        return RefusedError(Problem(code="engine-refused", message=f"The container engine refuses: {text}."))
    code = {404: "not-found-on-engine", 409: "engine-conflict"}.get(status or 0, "engine-failed")
    return TemporaryError(Problem(code=code, message=f"The container engine failed: {text}."))


def pull_problem(reference: str, words: str) -> TemporaryError:
    """Return the failure to fetch an image, in the registry's words."""
    return TemporaryError(
        Problem(
            code="image-pull-failed",
            message=f"The image {reference} is not on this host and could not be fetched: {_shortened(words)}.",
            field="image",
            value=reference,
            mend="Correct the image's name, make its registry reachable, or load the image on the host.",
        )
    )


def _shortened(text: str) -> str:
    flat = " ".join(text.split()).rstrip(".")
    return flat if len(flat) <= 300 else flat[:299] + "…"
