-- write_closures: insert closures of a branch, by its key, or (no branch) of the whole company.
INSERT INTO closures (company_id, branch_id, first_day, last_day, reason)
SELECT $1, b.id, r.first_day, r.last_day, r.reason
FROM jsonb_to_recordset($2) AS r (branch text, first_day date, last_day date, reason text)
LEFT JOIN branches b ON b.company_id = $1 AND b.key = r.branch
