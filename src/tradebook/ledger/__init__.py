"""Pure double entry that every room posts with."""
