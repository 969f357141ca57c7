-- insert_company: insert a company with the company_id that new_company_id gave.
INSERT INTO companies (id, slug, name, timezone) OVERRIDING SYSTEM VALUE
VALUES ($1, $2, $3::jsonb->>'name', $3::jsonb->>'timezone')
