"""Row streams: reads and writes rows."""
