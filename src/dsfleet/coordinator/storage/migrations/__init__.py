"""The database's history: one module per step under `versions`, each in portable SQL."""
