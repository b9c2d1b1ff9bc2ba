from dsfleet.deepstream.explain import EffectiveValue, effective_values, explain
from dsfleet.deepstream.ini import parse_ini
from dsfleet.deepstream.schema import Kind, load_schema


def test_a_key_is_explained_with_all_that_is_known():
    """Meaning, value, default, unit, spelling in YAML and traps stand in the explanation."""
    text = explain(load_schema(), "source0.rtsp-reconnect-attempts")
    assert text is not None
    assert text.startswith("[source%u] rtsp-reconnect-attempts\n")
    assert "default: -1" in text
    assert "default in YAML: 0" in text
    assert "at least -1" in text
    assert "name in YAML: attach-sys-ts\n" in (explain(load_schema(), "streammux.attach-sys-ts-as-ntp") or "")


def test_a_group_is_explained_with_its_keys():
    """A group lists every key with its meaning."""
    text = explain(load_schema(Kind.NVINFER), "class-attrs-all")
    assert text is not None
    assert all(key in text for key in ("pre-cluster-threshold", "topk", "nms-iou-threshold"))


def test_every_key_of_every_schema_can_be_explained():
    """No key of the facts lacks an explanation."""
    for kind in Kind:
        schema = load_schema(kind)
        for group in schema.groups:
            for key in group.keys.values():
                assert key.meaning in (explain(schema, f"{group.name}.{key.name}") or "")


def test_what_the_program_does_not_read_has_no_explanation():
    """Unknown groups and keys are told apart by having none."""
    assert explain(load_schema(), "nonsense") is None
    assert explain(load_schema(), "osd.nonsense") is None


def test_effective_values_tell_given_from_default():
    """Given values come first with their problems, then the defaults; logins are masked."""
    document = parse_ini("[tests]\nfile-loop=yes\n[source0]\nuri=rtsp://u:p@gate/a\n[x]\ny=1\n")
    values = list(effective_values(document, load_schema()))
    assert (values[0].text, values[0].is_given, values[0].problem is None) == ("yes", True, False)
    assert values[1] == EffectiveValue("tests", "pipeline-recreate-sec", "0", False, None, values[1].meaning)
    assert next(value.text for value in values if value.key == "uri") == "rtsp://***:***@gate/a"
    assert next(value.text for value in values if value.key == "latency") == "100"
    assert {value.group for value in values} == {"tests", "source0"}
    assert all(value.is_given for value in effective_values(document, load_schema(), defaults=False))
