from hypothesis import given
from hypothesis import strategies as st

from dsfleet.deepstream.output import OutputParser, PerfReport

RATES = st.floats(0, 1000).map(lambda rate: round(rate, 2))
PIECES = st.sampled_from(
    ["**PERF:", "PERF(1):", "  ", "\t", "FPS 0 (Avg)", "1.00 (2.00)", "Resetting source ", "9" * 40, "["]
)
LINES = st.text(max_size=40) | st.lists(PIECES, max_size=6).map("".join)


@given(st.lists(st.tuples(RATES, RATES), min_size=1, max_size=40))
def test_every_printed_rate_is_read(rates: list[tuple[float, float]]):
    """A value line of any number of sources gives back each printed pair at its position."""
    line = "**PERF:  " + "".join(f"{fps:.2f} ({average:.2f})\t" for fps, average in rates)
    (report,) = OutputParser().feed(line)
    assert isinstance(report, PerfReport)
    assert [(rate.index, rate.fps, rate.average_fps) for rate in report.values] == [
        (index, fps, average) for index, (fps, average) in enumerate(rates)
    ]


@given(st.lists(LINES, max_size=20))
def test_any_line_is_read_without_an_error(lines: list[str]):
    """No text makes the parser fail, and a line never gives more than one fact."""
    parser = OutputParser()
    for line in lines:
        assert len(parser.feed(line)) <= 1
