"""The only place with SQL: tables, core functions, queries, the pool, embedded PostgreSQL."""
