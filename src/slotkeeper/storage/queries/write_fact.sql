-- write_fact: the outbox row of a fact, in the transaction of the fact; ids, never names or numbers.
INSERT INTO outbox (company_id, kind, payload, created_at)
VALUES ($1, $2, $3::jsonb, clock_timestamp())
