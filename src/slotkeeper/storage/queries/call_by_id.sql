-- call explain: read one call; no row where the company knows no such.
SELECT c.call_id, c.channel, c.first_seen_at, c.started_at, c.ended_at, c.analyzed_at,
       c.disconnection_reason, c.holds_made
FROM calls c WHERE c.company_id = $1 AND c.call_id = $2
