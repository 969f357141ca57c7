-- open_processes: count the connections of our servers, workers and commands to this database.
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND application_name = 'slotkeeper'
