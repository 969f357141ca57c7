-- What every cluster holds: the owner of the database, the application's role, the database.
-- Run by psql as the superuser whenever a user joins, so that whatever was interrupted heals.

SELECT 'CREATE ROLE slotkeeper_owner LOGIN NOSUPERUSER CREATEROLE NOBYPASSRLS'
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'slotkeeper_owner') \gexec

SELECT 'CREATE ROLE slotkeeper_app LOGIN NOSUPERUSER NOCREATEROLE NOBYPASSRLS'
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'slotkeeper_app') \gexec

-- No login: it owns the few functions that answer over all companies.
SELECT 'CREATE ROLE slotkeeper_overseer NOLOGIN NOSUPERUSER NOCREATEROLE NOBYPASSRLS'
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'slotkeeper_overseer') \gexec

-- With the admin option, because from PostgreSQL 16 on CREATEROLE alone rules no other role.
SELECT format('GRANT %I TO slotkeeper_owner WITH ADMIN OPTION', ours)
FROM unnest(ARRAY['slotkeeper_app', 'slotkeeper_overseer']) ours
WHERE NOT EXISTS (
    SELECT FROM pg_auth_members
    WHERE
        roleid = ours::regrole
        AND member = 'slotkeeper_owner'::regrole
        AND admin_option
) \gexec

-- Last, because it cannot be in a transaction with the others.
SELECT 'CREATE DATABASE slotkeeper OWNER slotkeeper_owner'
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'slotkeeper') \gexec
