"""Logging set-up: key-value events on standard error, readable on a terminal, JSON elsewhere."""

import logging
import sys

import structlog
from structlog.typing import Processor


def configure_logging(
    process: str, level: str = "info", as_json: bool | None = None, mask: Processor | None = None
) -> None:
    """Send every event of this process to standard error as key-value pairs.

    process: the name that each event carries, such as `agent`.
    level: debug, info, warning or error.
    as_json: one JSON object a line; None chooses a readable form on a terminal and JSON otherwise.
    mask: a last processor that removes what a log must not hold.
    """
    number = logging.getLevelNamesMapping().get(level.upper(), logging.INFO)
    use_json = not sys.stderr.isatty() if as_json is None else as_json
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    if use_json:
        shared.append(structlog.processors.format_exc_info)
    if mask is not None:
        shared.append(mask)
    # A traceback with local variables would show logins, and drawing one takes seconds.
    readable = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    renderer: Processor = structlog.processors.JSONRenderer() if use_json else readable
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(process=process)
    logging.basicConfig(
        level=max(number, logging.WARNING), stream=sys.stderr, format="%(levelname)s %(name)s %(message)s"
    )
