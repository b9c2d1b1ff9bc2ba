"""What an operation returned, as a route goes on with it."""

from typing import TypeVar

from dsfleet.coordinator.api.problems import OperationRefusedError
from dsfleet.coordinator.placement.model import Refused

Result = TypeVar("Result")


def accepted(result: Result | Refused) -> Result:
    """Return the result; raises OperationRefusedError where the rules refused, which undoes the transaction."""
    if isinstance(result, Refused):
        raise OperationRefusedError(result.reasons)
    return result
