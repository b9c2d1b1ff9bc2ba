"""What the audit keeps of a change."""

from dsfleet.coordinator.audit.rules import difference


def test_only_what_differs_is_kept_as_text() -> None:
    """Each changed field has its old and new value; what stayed is left out."""
    old = {"mode": "normal", "enabled": True, "labels": {"b": "2", "a": "1"}, "camera_ids": ["x"], "gpu": None}
    new = {"mode": "debug", "enabled": False, "labels": {}, "camera_ids": ["x"], "gpu": "0"}
    assert difference(old, new) == {
        "mode": ["normal", "debug"],
        "enabled": ["yes", "no"],
        "labels": ["a=1, b=2", ""],
        "gpu": [None, "0"],
    }


def test_secrets_are_masked_on_both_sides() -> None:
    """That a login changed is kept, never the login."""
    kept = difference({"username": "joe", "password": None}, {"username": "jim", "password": "pw"})
    assert kept == {"username": ["***", "***"], "password": [None, "***"]}


def test_secret_in_an_address_is_masked() -> None:
    """Some cameras take their login in the address's query; the record keeps the address without it."""
    kept = difference({}, {"uri": "rtsp://192.0.2.1/cam?user=admin&password=hunter2"})
    assert "hunter2" not in str(kept)
