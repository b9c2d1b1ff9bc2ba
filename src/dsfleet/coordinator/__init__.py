"""The coordinator: decides what every host should run, numbers it, sends it, and compares it with what hosts report."""
