-- write_abilities: insert who does what from now on, as pairs of keys.
INSERT INTO staff_services (company_id, staff_id, service_id)
SELECT $1, m.id, s.id
FROM jsonb_array_elements($2) AS r (pair)
JOIN staff m ON m.company_id = $1 AND m.key = r.pair->>0
JOIN services s ON s.company_id = $1 AND s.key = r.pair->>1
ON CONFLICT (company_id, staff_id, service_id) DO NOTHING
