"""`dsfleet demo`: the whole product on one machine, cameras included, and taken down again completely."""
