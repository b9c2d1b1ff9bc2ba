"""The messages between coordinator and agents, one module per topic."""
