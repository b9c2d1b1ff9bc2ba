"""`dsfleet config` on files: what it prints, and its exit codes."""

import json
import os
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml

from dsfleet.cli import main as program
from dsfleet.deepstream.application import Application, PrimaryGie, RtspSource, render_application
from dsfleet.deepstream.schema import load_schema

CAMERAS = (RtspSource("rtsp://user:secret@gate/0"), RtspSource("rtsp://gate/1"))
GIE = PrimaryGie("pgie.txt", model_engine_file="/models/a.engine", labels_file="labels.txt")
APPLICATION = render_application(Application(CAMERAS, primary_gie=GIE), load_schema())
BARE = render_application(Application(CAMERAS), load_schema())
NVINFER = "[property]\ngie-unique-id=1\nonnx-file=/models/a.onnx\nnum-detected-classes=2\ncluster-mode=2\n"
BUNDLE = {"app.txt": APPLICATION, "pgie.txt": NVINFER, "labels.txt": "car\nperson\n"}
FIELDS = ["level", "rule", "file", "line", "group", "key", "value", "message", "mend"]


def written(folder: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def run(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    code = program.main(["config", *(str(word) for word in words)])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_a_good_directory_passes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A bundle in which nothing is rejected or misunderstood gives exit code 0 and says what stays unchecked."""
    code, out, _ = run(capsys, "check", written(tmp_path, BUNDLE))
    assert code == 0
    assert "app.txt:59: unchecked: [primary-gie] model-engine-file=/models/a.engine: " in out
    assert out.splitlines()[-1] == "3 files checked: 2 unchecked"


def test_json_findings_are_a_plain_list(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`--format json` prints a list of objects with the promised fields, and exit code 1 tells of a rejected file."""
    folder = written(tmp_path, BUNDLE | {"app.txt": APPLICATION.replace("width=1920", "width=1920.0")})
    code, out, _ = run(capsys, "check", folder, "--format", "json")
    findings = json.loads(out)
    assert code == 1
    assert all(list(finding) == FIELDS for finding in findings)
    (rejected,) = [finding for finding in findings if finding["rule"] == "unreadable-value"]
    assert (rejected["level"], rejected["file"], rejected["key"]) == ("rejected", "app.txt", "width")
    assert APPLICATION.splitlines()[rejected["line"] - 1].startswith("width=")


def test_what_is_misunderstood_gives_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A single file that the program accepts and understands otherwise gives exit code 1; advice alone gives 0."""
    folder = written(tmp_path, {"bad.txt": BARE.replace("enable=1\ntype=4", "enable=true\ntype=4"), "good.txt": BARE})
    code, out, _ = run(capsys, "check", folder / "bad.txt")
    assert (code, "misunderstood: [source0] enable=true" in out) == (1, True)
    assert run(capsys, "check", folder / "good.txt")[0] == 0


def test_no_login_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither findings nor values nor changes hold the password of a camera."""
    folder = written(tmp_path, {"a.txt": BARE.replace("type=4", "type=2"), "b.txt": BARE.replace("gate/0", "gate/9")})
    said = [run(capsys, "check", folder / "a.txt"), run(capsys, "show", folder / "a.txt")]
    said.append(run(capsys, "diff", folder / "a.txt", folder / "b.txt"))
    assert not any("secret" in out or "secret" in err for _code, out, err in said)
    assert "***:***@gate/9" in said[-1][1]


def test_nothing_in_a_file_steers_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Control characters of names and values are shown as escapes, and names that are no text do not stop the check."""
    folder = written(tmp_path, {"a.txt": BARE.replace("live-source=1", "x\x1b=\x1b]0;evil\x07")})
    (Path(os.fsdecode(os.fsencode(folder) + b"/\xff.txt"))).write_text(BARE)
    for words in (["check", folder], ["show", folder / "a.txt", "--kind", "deepstream-app"]):
        code, out, _ = run(capsys, *words)
        assert code in (0, 1)
        assert "\x1b" not in out
    assert "x\\x1b=\\x1b]0;evil\\x07" in run(capsys, "check", folder)[1]


def test_a_kind_can_be_given(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The operator's word on what a file is counts more than its content, for a directory's applications too."""
    folder = written(tmp_path, {"app.conf": BARE})
    rules = {kind: run(capsys, "check", folder, "--kind", kind)[1] for kind in ("deepstream-app", "deepstream-test5")}
    assert "(file-name)" in rules["deepstream-app"]
    assert "(file-name)" not in rules["deepstream-test5"]
    code, _, err = run(capsys, "check", folder, "--kind", "nvinfer")
    assert (code, err.count("\n")) == (2, 2)


def test_binaries_links_and_large_files_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What cannot be read as text inside the directory is unchecked, and stands in nobody's way."""
    folder = written(tmp_path / "bundle", BUNDLE | {"large.txt": "#" * 300_000, ".git/config": "[core\n"})
    (folder / "model.onnx").write_bytes(b"\x00\x01\x02")
    (folder / "odd.txt").write_bytes(b"\xff\xfe")
    (tmp_path / "outside.txt").write_text("[property]\n")
    (folder / "link.txt").symlink_to(tmp_path / "outside.txt")
    (folder / "gone.txt").symlink_to("nothing")
    (folder / "loop.txt").symlink_to("loop.txt")
    (folder / "up").symlink_to(tmp_path)
    os.mkfifo(folder / "pipe")
    code, out, _ = run(capsys, "check", folder, "--format", "json")
    unread = {finding["file"]: finding["message"] for finding in json.loads(out) if finding["rule"] == "file-not-read"}
    assert code == 0
    assert unread == {
        "gone.txt": "the file cannot be read: No such file or directory",
        "large.txt": "the file is larger than 256 KiB",
        "link.txt": "the file is a link that leads out of the directory",
        "loop.txt": "the file is a link to itself",
        "model.onnx": "the file is no text",
        "odd.txt": "the file is no UTF-8 text",
        "pipe": "the file is no regular file",
        "up": "the file is a link that leads out of the directory",
    }


@pytest.mark.parametrize(
    ("files", "words", "sentence"),
    [
        ({}, ["check", "{}/none"], "is not there"),
        ({}, ["check", "{}"], "holds no text file"),
        ({f"{n}.txt": "#" * 200_000 for n in range(2)}, ["check", "{}"], "more than 256 KiB"),
        ({"a.txt": "#" * 300_000}, ["check", "{}/a.txt"], "larger than 256 KiB"),
        ({"a.txt": BARE}, ["check", "{}/a.txt", "--kind", "nonsense"], "nonsense"),
        ({"a.txt": "hello\n"}, ["show", "{}/a.txt"], "groups and keys are not known"),
        ({"a.txt": "[source0]\nbroken\n"}, ["show", "{}/a.txt"], "a.txt:2"),
        ({"a.yml": "source0:\n  - [\n"}, ["show", "{}/a.yml", "--kind", "deepstream-app"], "a.yml:"),
        ({"a.txt": BARE}, ["convert", "{}/a.txt", "--to", "ini"], "is INI already"),
        ({"a.txt": BARE}, ["convert", "{}/a.txt", "--to", "yaml", "-o", "{}/b.txt"], "by the name"),
        ({"a.txt": BARE}, ["convert", "{}/a.txt", "--to", "yaml", "-o", "{}/no/b.yml"], "cannot be written"),
        ({"a.txt": BARE}, ["diff", "{}", "{}/a.txt"], "cannot be compared"),
        ({"a.txt": BARE, "b.txt": NVINFER}, ["diff", "{}/a.txt", "{}/b.txt"], "One is deepstream-app"),
        ({}, ["explain", "source0.latencies"], "Did you mean source%u.latency"),
        ({}, ["schema", "labels"], "labels"),
    ],
)
def test_bad_input_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], files: dict[str, str], words: list[str], sentence: str
) -> None:
    """What cannot be used ends in exit code 2 and a sentence, without a traceback."""
    folder = written(tmp_path, files)
    code, out, err = run(capsys, *(word.format(folder) for word in words))
    assert (code, out) == (2, "")
    assert sentence in err
    assert "Traceback" not in err


def test_show_tells_given_values_from_defaults(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every known group of the file is shown with what it gives and the defaults of the rest."""
    file = written(tmp_path, {"app.txt": BARE}) / "app.txt"
    _, out, _ = run(capsys, "show", file)
    assert "[streammux]\ngpu-id = 0\nlive-source = 1\n" in out
    assert "nvbuf-memory-type = 0  # default" in out
    values = json.loads(run(capsys, "show", file, "--format", "json", "--given")[1])
    assert {"group": "streammux", "key": "width", "text": "1920"}.items() <= values[-2].items()
    assert all(value["is_given"] for value in values)


def test_show_reads_yaml_with_its_source_list(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The sources of a YAML application are shown from its list, with the defaults that YAML has."""
    files = {
        "app.yml": "source:\n  csv-file-path: list.csv\nstreammux:\n  width: 1\n",
        "list.csv": "enable,type\n1,4\n",
    }
    _, out, _ = run(capsys, "show", written(tmp_path, files) / "app.yml")
    assert "[source0]\nenable = 1\ntype = 4\n" in out
    assert "rtsp-reconnect-attempts = 0  # default" in out


def test_conversion_there_and_back_means_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """INI to YAML to INI leaves nothing that `diff` finds, across the forms either."""
    folder = written(tmp_path, {"app.txt": BARE})
    assert run(capsys, "convert", folder / "app.txt", "--to", "yaml", "-o", folder / "app.yml")[0] == 0
    assert (folder / "app_sources.csv").exists()
    assert run(capsys, "convert", folder / "app.yml", "--to", "ini", "-o", folder / "back.txt")[0] == 0
    assert run(capsys, "diff", folder / "app.txt", folder / "back.txt") == (0, "", "")
    assert run(capsys, "diff", folder / "app.txt", folder / "app.yml") == (0, "", "")


def test_conversion_prints_the_form_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a target the other form goes to standard output; its source list and what is lost to standard error."""
    file = written(tmp_path, {"app.txt": f"{BARE}\n[visionencoder]\nenable=0\n"}) / "app.txt"
    code, out, err = run(capsys, "convert", file, "--to", "yaml")
    assert code == 1
    assert yaml.safe_load(out)["source"] == {"csv-file-path": "app_sources.csv"}
    assert "type,enable,uri" in err
    assert "[visionencoder]: YAML has no such group" in err


def test_diff_says_what_each_change_costs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two directories are compared file by file, each change with its cost; equal ones give exit code 0."""
    before = written(tmp_path / "a", BUNDLE)
    edits = {"app.txt": APPLICATION.replace("width=1920", "width=1280"), "pgie.txt": f"{NVINFER}network-mode=1\n"}
    after = written(tmp_path / "b", BUNDLE | edits | {"tracker.yml": "%YAML:1.0\n"})
    code, out, _ = run(capsys, "diff", before, after)
    assert code == 1
    assert out.splitlines() == [
        "app.txt: [streammux] width: 1920 -> 1280 (recreate: the program reads its file once, at start)",
        "pgie.txt: [property] network-mode: (not given) -> 1 (rebuild: the engine is bound to it)",
        "tracker.yml: [] file: (not given) -> present (recreate: the program reads its file once, at start)",
    ]
    assert run(capsys, "diff", before, before)[0] == 0
    (change,) = json.loads(run(capsys, "diff", before / "app.txt", after / "app.txt", "--format", "json")[1])
    assert (change["key"], change["cost"]) == ("width", "recreate")


def test_explain_finds_the_kind_by_itself(capsys: pytest.CaptureFixture[str]) -> None:
    """A key is explained for every kind of file that knows it, equal texts once."""
    code, out, _ = run(capsys, "explain", "source0.latency")
    assert code == 0
    assert out.startswith("deepstream-app, deepstream-test5\n[source%u] latency\n")
    assert run(capsys, "explain", "property.network-mode", "--kind", "nvinfer")[0] == 0


def test_schema_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """`schema` prints the published JSON Schema of a kind."""
    published = Path(__file__).parents[3] / "docs" / "contracts" / "deepstream-test5.schema.json"
    assert json.loads(run(capsys, "schema", "deepstream-test5")[1]) == json.loads(published.read_text())


def test_colours_only_where_wanted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A terminal gets colours, unless NO_COLOR is set; a pipe gets none."""
    file = written(tmp_path, {"app.txt": BARE}) / "app.txt"
    assert "\x1b[" not in run(capsys, "show", file)[1]
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    assert "\x1b[" in run(capsys, "show", file)[1]
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[" not in run(capsys, "show", file)[1]
