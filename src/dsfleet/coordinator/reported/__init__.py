"""What hosts say of themselves: taken in, judged, and read again by whoever shows it."""
