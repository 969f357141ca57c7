-- remove_segments: delete the segments of these services, before their new ones are written.
-- Reservations keep their own times and point to the service, so they lose nothing.
DELETE FROM service_segments p USING services s
WHERE p.company_id = $1 AND s.company_id = $1 AND s.id = p.service_id AND s.key = ANY ($2)
