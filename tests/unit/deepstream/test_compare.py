import pytest

from dsfleet.deepstream.application import Application, DebugOutput, PrimaryGie, RtspSource, render_application
from dsfleet.deepstream.compare import Change, Cost, compare, highest_cost
from dsfleet.deepstream.ini import parse_ini
from dsfleet.deepstream.schema import Kind, load_schema

LISTED = "[source-list]\nuse-nvmultiurisrcbin=1\nlist={}\nmax-batch-size={}\n[sink0]\nenable=1\nbitrate={}\n"


def changes(before: str, after: str, kind: Kind = Kind.DEEPSTREAM_APP) -> tuple[Change, ...]:
    return compare(parse_ini(before), parse_ini(after), load_schema(kind))


def application(count: int, *, debug: bool = False, gie: bool = False) -> str:
    return render_application(
        Application(
            tuple(RtspSource(f"rtsp://u:p@gate/{number}") for number in range(count)),
            debug=DebugOutput(8600, 5600) if debug else None,
            primary_gie=PrimaryGie("pgie.txt", model_engine_file="a.engine") if gie else None,
        ),
        load_schema(),
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("[osd]\nenable=1\ndisplay-text=1\n", "# new\n[osd]\n\ndisplay-text = true\nenable=1\n"),
        ("[osd]\nenable=1\n", "[osd]\nenable=1\nprocess-mode=1\n"),
        ("[source0]\nlatency=100 # ms\n", "[source0]\nlatency=100\n"),
        ("[tests]\nfile-loop=1\nfile-loop=0\n", "[tests]\nfile-loop=0\n"),
        ("[nonsense]\na=1\n", "[osd]\nunknown=1\n"),
    ],
)
def test_what_means_the_same_is_no_change(before: str, after: str):
    """Comments, order, spelling, written defaults and lines the program ignores make no difference."""
    assert changes(before, after) == ()


def test_a_camera_more_recreates_the_container():
    """Without inference another classic source costs a container."""
    found = changes(application(1), application(2))
    assert {change.group for change in found} == {"source1", "sink1", "streammux"}
    assert highest_cost(found) is Cost.RECREATE


def test_a_camera_more_with_inference_builds_the_engine_again():
    """A larger batch needs an engine built for it; a smaller one does not."""
    assert highest_cost(changes(application(1, gie=True), application(2, gie=True))) is Cost.REBUILD
    assert highest_cost(changes(application(2, gie=True), application(1, gie=True))) is Cost.RECREATE


def test_debug_mode_is_visible_as_a_difference():
    """Switching debug on shows what is added and what is replaced, each with its cost."""
    found = {f"{change.group}.{change.key}": change for change in changes(application(2), application(2, debug=True))}
    assert str(found["application.perf-measurement-interval-sec"]) == (
        "[application] perf-measurement-interval-sec: 5 -> 1 (recreate: the program reads its file once, at start)"
    )
    assert (found["tiled-display.enable"].before, found["tiled-display.enable"].after) == ("0", "1")
    assert found["osd.enable"].before is None


def test_a_stream_list_changes_while_the_program_runs():
    """With nvmultiurisrcbin streams, rates of encoders and the like are changed by REST; the capacity is not."""
    before = LISTED.format("rtsp://u:p@a", 4, 100)
    assert [change.cost for change in changes(before, LISTED.format("rtsp://u:p@a;rtsp://b", 4, 200))] == [
        Cost.LIVE
    ] * 2
    assert highest_cost(changes(before, LISTED.format("rtsp://u:p@a", 8, 100))) is Cost.REBUILD


def test_a_changed_order_of_sources_is_a_change():
    """Sources are numbered by their order in the file, so moving a group is a difference."""
    one, two = "[source0]\nenable=1\n", "[source1]\nenable=1\n"
    (change,) = changes(one + two, two + one)
    assert (change.before, change.after, change.cost) == ("source0 source1", "source1 source0", Cost.RECREATE)


def test_no_change_shows_a_login():
    """A changed login is a change, and neither the old nor the new one is shown."""
    (change,) = changes("[source0]\nenable=1\nuri=rtsp://u:old@a\n", "[source0]\nenable=1\nuri=rtsp://u:new@a\n")
    assert (change.before, change.after) == ("rtsp://***:***@a", "rtsp://***:***@a")


@pytest.mark.parametrize(("key", "cost"), [("network-mode", Cost.REBUILD), ("cluster-mode", Cost.RECREATE)])
def test_an_nvinfer_change_costs_what_it_touches(key: str, cost: Cost):
    """What the engine is bound to builds it again, the rest costs a container."""
    assert highest_cost(changes("[property]\n", f"[property]\n{key}=2\n", Kind.NVINFER)) is cost


def test_nothing_to_apply_costs_nothing():
    """Equal configurations have no cost."""
    assert highest_cost(changes(application(3), application(3))) is None
