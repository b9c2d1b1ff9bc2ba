"""Rules about what a configuration and the files it names say about each other."""

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from dsfleet.deepstream.check_inference import referenced_files
from dsfleet.deepstream.configuration import read_configuration
from dsfleet.deepstream.errors import ConfigurationSyntaxError
from dsfleet.deepstream.findings import Fault, Level, Rule
from dsfleet.deepstream.kinds import FileKind
from dsfleet.deepstream.view import ApplicationView

_DETECTOR = 0
_PROPERTY = "property"
# Models and libraries come in the image or on a volume.
_NEVER_CARRIED = frozenset(
    {"ll-lib-file", "msg-conv-msg2p-lib", "onnx-model", "onnx-model-path", "tensorrt-engine", "tokenizer-dir"}
    | {"onnx-file", "tlt-encoded-model", "model-file", "proto-file", "uff-file", "int8-calib-file", "mean-file"}
    | {"custom-lib-path", "ip-tensor-file", "op-tensor-files"}
)


@dataclass(frozen=True)
class BundledFile:
    """One configuration with the texts of the other files, and the names of those that are there but were not read.

    `is_whole` False: the other files cannot be seen.
    """

    view: ApplicationView
    files: Mapping[str, str]
    unread: frozenset[str] = frozenset()
    is_whole: bool = True

    def joined(self, path: str) -> str:
        """The path, as the bundle counts it, of a file this one names; outside of it: starting with `..`."""
        return posixpath.normpath(posixpath.join(posixpath.dirname(self.view.document.file), path))

    def found(self, path: str) -> str | None:
        """The bundle's path of a file this one names, None where the bundle does not hold its text."""
        joined = self.joined(path)
        return joined if path and joined in self.files else None

    def holds(self, path: str) -> bool:
        """Whether the file is in the bundle, read or not."""
        return self.joined(path) in self.files or self.joined(path) in self.unread

    def nvinfer(self, gie: str) -> ApplicationView | None:
        """The nvinfer file of a gie group, None where the bundle does not hold a readable one."""
        path = self.found(self.view.string(gie, "config-file")) if self.view.number(gie, "plugin-type") == 0 else None
        if path is None:
            return None
        return self.seen(path, FileKind.NVINFER)

    def side_file(self, group: str, key: str, kind: FileKind) -> ApplicationView | None:
        """The side file that an enabled group names, None where the bundle does not hold a readable one."""
        path = self.found(self.view.string(group, key)) if self.view.enabled(group) else None
        return None if path is None else self.seen(path, kind)

    def seen(self, path: str, kind: FileKind) -> ApplicationView | None:
        """The file of the bundle read as that kind, None where it cannot be loaded."""
        try:
            return read_configuration(self.files[path], path, kind).view
        except ConfigurationSyntaxError:
            return None

    def relative_references(self) -> Iterator[tuple[str, str, str]]:
        """(group, key, path) of every file named relative to this one."""
        for group, key, path in referenced_files(self.view):
            if path and not path.startswith(("/", "~", "file://")):
                yield group, key, path


def _unseen_references(file: BundledFile) -> Iterator[Fault]:
    for group, key, _path in () if file.is_whole else file.relative_references():
        message = "a single file is checked, so this one cannot be seen"
        yield file.view.fault(group, key, message, "check its directory")


def _missing_files(file: BundledFile) -> Iterator[Fault]:
    for group, key, path in file.relative_references() if file.is_whole else ():
        if key not in _NEVER_CARRIED and not file.holds(path) and not _leads_out(file.joined(path)):
            message = "the bundle does not hold this file"
            yield file.view.fault(group, key, message, "add the file, or correct the path")


def _outer_files(file: BundledFile) -> Iterator[Fault]:
    for group, key, path in file.relative_references() if file.is_whole else ():
        if _leads_out(file.joined(path)):
            message = "this path leads out of the bundle, so it cannot be seen"
            yield file.view.fault(group, key, message, "see that the image or a volume has it")


def _models(file: BundledFile) -> Iterator[Fault]:
    for group, key, path in file.relative_references() if file.is_whole else ():
        if key in _NEVER_CARRIED and not file.holds(path) and not _leads_out(file.joined(path)):
            message = "the bundle does not hold this model or library, so it cannot be seen"
            yield file.view.fault(group, key, message, "name it where the image or a volume has it")


def _leads_out(joined: str) -> bool:
    return joined == ".." or joined.startswith("../")


def _gies(view: ApplicationView) -> tuple[str, ...]:
    return (("primary-gie",) if view.enabled("primary-gie") else ()) + view.secondary_gies


def _nvinfers(file: BundledFile) -> Iterator[tuple[str, ApplicationView]]:
    """(gie group, its nvinfer file) of every gie whose file is at hand."""
    for gie in _gies(file.view):
        nvinfer = file.nvinfer(gie)
        if nvinfer is not None:
            yield gie, nvinfer


def _differing_ids(file: BundledFile) -> Iterator[Fault]:
    for gie, nvinfer in _nvinfers(file):
        inner = nvinfer.text(_PROPERTY, "gie-unique-id")
        ids = nvinfer.number(_PROPERTY, "gie-unique-id"), file.view.number(gie, "gie-unique-id")
        if inner and ids[0] != ids[1]:
            message = f"{nvinfer.document.file} says gie-unique-id={inner}, and the group's value counts"
            yield file.view.fault(gie, "gie-unique-id", message, "write the same number in both")


def _label_counts(file: BundledFile) -> Iterator[Fault]:
    for gie, nvinfer in _nvinfers(file):
        if nvinfer.number(_PROPERTY, "network-type") != _DETECTOR:
            continue
        classes = nvinfer.number(_PROPERTY, "num-detected-classes")
        path = file.found(file.view.string(gie, "labelfile-path"))
        labels = file.files[path].rstrip("\n").split("\n") if path else None
        if labels is not None and len(labels) != classes:
            message = f"{path} has {len(labels)} labels for {classes} classes"
            yield file.view.fault(gie, "labelfile-path", message, "give one line per class")


def _engine_batches(file: BundledFile) -> Iterator[Fault]:
    for gie, nvinfer in _nvinfers(file):
        engine = file.view.text(gie, "model-engine-file") or nvinfer.text(_PROPERTY, "model-engine-file") or ""
        wanted = file.view.number(gie, "batch-size") or nvinfer.number(_PROPERTY, "batch-size")
        built = _batch_in_name(engine)
        if built is not None and built < wanted:
            message = f"the engine's name says batch {built}, the gie wants {wanted}: it is built again at start"
            yield file.view.fault(gie, "batch-size", message, f"name an engine built for {wanted}")


def _batch_in_name(path: str) -> int | None:
    """The batch in an engine's usual name (`model.onnx_b4_gpu0_fp16.engine`), None where the name has none."""
    parts = posixpath.basename(path).split("_")
    numbers = [int(part[1:]) for part in parts if part[:1] == "b" and part[1:].isascii() and part[1:].isdecimal()]
    return numbers[-1] if numbers else None


REFERENCE_RULES: tuple[Rule[BundledFile], ...] = (
    Rule("reference-unseen", Level.UNCHECKED, "Of a single file the references cannot be seen.", _unseen_references),
    Rule("missing-file", Level.REJECTED, "Files that are named relative to the bundle are in it.", _missing_files),
    Rule("model-unseen", Level.UNCHECKED, "Models and libraries are not part of a bundle.", _models),
    Rule("path-outside", Level.UNCHECKED, "Relative paths may lead out of the bundle.", _outer_files),
)
"""What holds for every file that names others."""
GIE_RULES: tuple[Rule[BundledFile], ...] = (
    Rule("gie-id-differs", Level.ADVICE, "A gie group and its file name the same id.", _differing_ids),
    Rule("label-count", Level.MISUNDERSTOOD, "A detector has one label per class.", _label_counts),
    Rule("engine-batch", Level.ADVICE, "A named engine was built for the batch size.", _engine_batches),
)
"""What holds between an application and the files of its gies."""
