-- forget_events: delete a batch of a company's old events.
SELECT core.forget_events(p_company_id => $1, p_limit => $2) AS gone
