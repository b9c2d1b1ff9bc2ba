"""Checks a deepstream-app configuration against what NVIDIA's own parser does with it.

The rules stand in `check_*.py`, one row each; their sources are the open parser, run on about 250 files and mutations,
and its text (DeepStream 9.1, snapshot 581889d).
"""

from dsfleet.deepstream.check_inference import INFERENCE_RULES
from dsfleet.deepstream.check_keys import KEY_RULES
from dsfleet.deepstream.check_outputs import OUTPUT_RULES
from dsfleet.deepstream.check_sources import SOURCE_RULES
from dsfleet.deepstream.document import Document
from dsfleet.deepstream.errors import ConfigurationSyntaxError
from dsfleet.deepstream.findings import Finding, Level, Rule, apply_rules, finding_of_error
from dsfleet.deepstream.ini import parse_ini
from dsfleet.deepstream.model import Schema
from dsfleet.deepstream.view import ApplicationView

__all__ = ["APPLICATION_RULES", "Finding", "Level", "check_application", "check_application_text"]

APPLICATION_RULES: tuple[Rule[ApplicationView], ...] = (*KEY_RULES, *SOURCE_RULES, *OUTPUT_RULES, *INFERENCE_RULES)


def check_application(document: Document, schema: Schema) -> tuple[Finding, ...]:
    """Everything to say about an INI file of deepstream-app or deepstream-test5-app (by the schema's kind), in file
    order.
    """
    return apply_rules(APPLICATION_RULES, ApplicationView(document, schema), document.file)


def check_application_text(text: str, schema: Schema, file: str = "") -> tuple[Finding, ...]:
    """The same for text; text that the program cannot load at all is one finding, `ini-syntax`."""
    try:
        document = parse_ini(text, file)
    except ConfigurationSyntaxError as error:
        return (finding_of_error(error, "ini-syntax"),)
    return check_application(document, schema)
