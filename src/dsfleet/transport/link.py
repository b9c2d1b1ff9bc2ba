"""Whether the broker answers, pieced together from what the clients' threads notice."""

from threading import Lock

import structlog

from dsfleet.kit.clock import Clock
from dsfleet.transport.model import LinkState

logger = structlog.get_logger(__name__)

NOT_YET = "no answer yet"


class LinkWatch:
    """The link's state, written by the clients' threads and read by anyone.

    A client's complaint only puts the link in doubt: whoever owns a connection then asks the broker and says how that
    went. So one broker of several going away, or an idle connection closed, is no outage.
    """

    def __init__(self, clock: Clock, ask_every_s: float | None = None) -> None:
        """Begin down and in doubt; an answer is believed for `ask_every_s`, or for ever."""
        self._clock = clock
        self._ask_every_s = ask_every_s
        self._asked_at_s = clock.monotonic_s()
        self._lock = Lock()
        self._state = LinkState(is_up=False, since=clock.now(), detail=NOT_YET)
        self._is_doubted = True

    @property
    def state(self) -> LinkState:
        """The newest knowledge."""
        return self._state

    @property
    def needs_asking(self) -> bool:
        """Whether somebody should ask the broker now: it is down, a client complained, or the last answer is old."""
        return self._is_doubted or not self._state.is_up or self._is_old

    def doubt(self) -> None:
        """A client complained; the state stays until the broker was asked."""
        self._is_doubted = True

    def answered(self) -> None:
        """The broker answered a question."""
        with self._lock:
            self._is_doubted = False
            self._asked_at_s = self._clock.monotonic_s()
            if not self._state.is_up:
                logger.info("kafka_link_up", was_down_since=self._state.since.isoformat())
                self._state = LinkState(is_up=True, since=self._clock.now())

    def went_unanswered(self, detail: str) -> None:
        """The broker did not answer; `since` stays when the link was down already."""
        with self._lock:
            self._is_doubted = False
            if self._state.is_up or self._state.detail == NOT_YET:
                logger.warning("kafka_link_down", detail=detail)
            since = self._clock.now() if self._state.is_up else self._state.since
            self._state = LinkState(is_up=False, since=since, detail=detail)

    @property
    def _is_old(self) -> bool:
        return self._ask_every_s is not None and self._clock.monotonic_s() - self._asked_at_s >= self._ask_every_s
