"""Who is served with holds: flags and cohorts."""
