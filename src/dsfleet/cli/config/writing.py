"""Prints or writes a converted configuration, and says what the other form cannot."""

from pathlib import Path

import typer

from dsfleet.cli.config.loading import readable
from dsfleet.contracts.problems import InputError, Problem
from dsfleet.deepstream.configuration import Configuration, converted
from dsfleet.deepstream.convert import Converted
from dsfleet.deepstream.errors import ConfigurationError
from dsfleet.deepstream.findings import Fault
from dsfleet.deepstream.ini import IniDocument

_SUFFIXES = {True: (".yml", ".yaml"), False: (".txt",)}


def write_converted(configuration: Configuration, file: Path, to_yaml: bool, target: Path | None) -> bool:
    """Print or write the file in its other form; True when that form cannot say everything.

    Raises InputError where the file has that form already, the target is the file itself, or cannot be written.
    """
    if isinstance(configuration.document, IniDocument) is not to_yaml:
        raise _error(str(file), f"{file} is {'YAML' if to_yaml else 'INI'} already.", "Give the other form with --to.")
    main = target or Path(file.name).with_suffix(_SUFFIXES[to_yaml][0])
    if main.suffix not in _SUFFIXES[to_yaml]:
        raise _error(str(main), "The programs tell the form by the name.", f"End it in {_SUFFIXES[to_yaml][0]}.")
    source_list = main.with_name(f"{main.stem}_sources.csv").name
    try:
        result = converted(configuration, main.name, source_list)
    except ConfigurationError as error:
        raise readable(error) from error
    if target is None:
        _print(result, main.name)
    else:
        _write(result, file, target)
    for fault in result.lost:
        typer.echo(_lost(file, fault), err=True)
    return bool(result.lost)


def _print(result: Converted, main: str) -> None:
    typer.echo(result.files[main], nl=False)
    for name, text in result.files.items():
        if name != main:
            typer.echo(
                f"dsfleet: the sources belong into {name} beside it (-o writes both):\n{text}", err=True, nl=False
            )


def _write(result: Converted, file: Path, target: Path) -> None:
    if target.resolve() == file.resolve():
        raise _error(str(target), "The target is the file itself.", "Give another name.")
    try:
        for name, text in result.files.items():
            target.with_name(name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise _error(str(target), f"{error.filename} cannot be written: {error.strerror}.", "Name another.") from error


def _lost(file: Path, fault: Fault) -> str:
    where = f"{file}:{fault.line}" if fault.line else str(file)
    names = " ".join(part for part in (f"[{fault.group}]" if fault.group else "", fault.key) if part)
    return f"{where}: not converted: {names}: {fault.message}; {fault.mend}"


def _error(value: str, message: str, mend: str) -> InputError:
    return InputError(Problem(code="conversion", message=message, value=value, mend=mend))
