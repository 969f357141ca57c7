-- prove: the facts that the outbox holds, counted by kind.
SELECT o.kind, count(*) AS n FROM outbox o WHERE o.company_id = $1 GROUP BY o.kind
