-- rows_of_outbox: count a company's events by kind.
SELECT o.kind, count(*) AS n FROM outbox o WHERE o.company_id = $1 GROUP BY o.kind
