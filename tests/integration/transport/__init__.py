"""The transport's promises, on Apache Kafka and in memory."""
