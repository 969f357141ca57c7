-- call explain: what is known of a call.
SELECT c.* FROM calls c WHERE c.company_id = $1 AND c.call_id = $2
