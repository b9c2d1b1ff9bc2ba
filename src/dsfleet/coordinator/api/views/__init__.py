"""From the record to what the API shows: the draft joined with what was sent and what was reported."""
