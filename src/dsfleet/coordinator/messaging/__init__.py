"""Between the record and the messenger: the outbox relay, the consumer, requests to agents."""
