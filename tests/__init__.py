"""The tests, by what they prove: unit, property, contract, integration, e2e."""
