-- What every cluster holds: the owner of the database, the application's role, the database.
-- Run by psql as the superuser whenever a user joins, so that whatever was interrupted heals.

SELECT 'CREATE ROLE slotkeeper_owner LOGIN NOSUPERUSER CREATEROLE NOBYPASSRLS'
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'slotkeeper_owner') \gexec

SELECT 'CREATE ROLE slotkeeper_app LOGIN NOSUPERUSER NOCREATEROLE NOBYPASSRLS'
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'slotkeeper_app') \gexec

-- With the admin option, because from PostgreSQL 16 on CREATEROLE alone rules no other role.
SELECT 'GRANT slotkeeper_app TO slotkeeper_owner WITH ADMIN OPTION'
WHERE NOT EXISTS (
    SELECT FROM pg_auth_members
    WHERE
        roleid = 'slotkeeper_app'::regrole
        AND member = 'slotkeeper_owner'::regrole
        AND admin_option
) \gexec

-- Last, because it cannot be in a transaction with the others.
SELECT 'CREATE DATABASE slotkeeper OWNER slotkeeper_owner'
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'slotkeeper') \gexec
