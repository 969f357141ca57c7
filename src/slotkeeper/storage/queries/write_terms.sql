-- write_terms: write what is otherwise where a person does a service, by the keys of both.
UPDATE staff_services x SET durations_min = r.durations_min, price_cents = r.price_cents
FROM jsonb_to_recordset($2) AS r (
    staff text, service text, durations_min integer[], price_cents integer)
JOIN staff m ON m.company_id = $1 AND m.key = r.staff
JOIN services s ON s.company_id = $1 AND s.key = r.service
WHERE x.company_id = $1 AND x.staff_id = m.id AND x.service_id = s.id
