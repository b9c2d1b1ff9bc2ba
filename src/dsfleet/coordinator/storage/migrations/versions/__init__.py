"""The steps, oldest first by name; a published step is never edited."""
