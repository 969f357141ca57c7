-- remove_abilities: delete who no longer does what, as pairs of keys.
DELETE FROM staff_services x
USING jsonb_array_elements($2) AS r (pair), staff m, services s
WHERE x.company_id = $1 AND m.company_id = $1 AND s.company_id = $1
  AND m.key = r.pair->>0 AND s.key = r.pair->>1 AND x.staff_id = m.id AND x.service_id = s.id
