"""Who is asking and what they reach, shown on the live database: its catalogue, its scope, its locks and its doors."""
