-- audit_add: add who did what to what; never a customer's name or number.
INSERT INTO audit_log (company_id, actor, action, subject) VALUES ($1, $2, $3, $4)
