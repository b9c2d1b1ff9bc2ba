"""What any program of ours needs: a clock, canonical JSON and digests, logging set-up. Knows nothing of fleets."""
