"""The record: database engine, transactions, tables, migrations, outbox. The SQL stands in each part's store.py."""
