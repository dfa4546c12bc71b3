"""What the platform tells of itself: ids, timings, lines of the log, traces, metrics, and the dashboard over them."""
