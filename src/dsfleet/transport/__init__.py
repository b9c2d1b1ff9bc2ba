"""Typed publish and subscribe over the contracts: Apache Kafka, or one process's memory, behaving alike."""
