from hypothesis import given
from hypothesis import strategies as st

from dsfleet.deepstream.bundle import check_files
from dsfleet.deepstream.kinds import FileKind

NAMES = st.sampled_from(["app.txt", "a/app.yml", "pgie.txt", "list.csv", "labels.txt", "x.conf"])
PIECES = st.sampled_from(
    [
        "[primary-gie]\nenable=1\nconfig-file=pgie.txt\n",
        "[primary-gie]\nenable=1\nlabelfile-path=../labels.txt\n",
        "[source0]\nenable=1\ntype=4\n",
        "[property]\nconfig-width=a\n",
        "[property]\nnum-detected-classes=2\n",
        "[roi-filtering-stream-0]\nroi-a=1;x;;-3\n",
        "[group-0]\nroi-params-src-0=1\n",
        "source:\n  csv-file-path: ../list.csv\n",
        "streammux:\n  width: 1\n",
        "enable,type\n1,4\n",
        "[sensor0]\nlocation=;\n",
    ]
)
TEXTS = st.lists(PIECES, max_size=4).map("".join) | st.text(max_size=20)


@given(st.dictionaries(NAMES, TEXTS, max_size=5), st.dictionaries(NAMES, st.sampled_from(FileKind), max_size=3))
def test_any_bundle_can_be_checked(files: dict[str, str], kinds: dict[str, FileKind]):
    """Whatever the files of a bundle hold and are taken for, the answer is findings about files of the bundle."""
    found = check_files(files, kinds)
    assert {finding.file for finding in found} <= files.keys()
