-- verify_bodies: read the source of each function of the schema $1 that PostgreSQL keeps as text.
SELECT p.oid::regprocedure::text AS name, p.prosrc AS body
FROM pg_proc p
WHERE p.pronamespace = to_regnamespace($1) AND p.prosqlbody IS NULL
  AND NOT EXISTS (SELECT FROM pg_depend d
      WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e');
