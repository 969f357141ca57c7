-- remove_segments: those of the services whose segments are about to be written anew. Reservations
-- keep their own times and point to the service, so nothing is lost with a segment.
DELETE FROM service_segments p USING services s
WHERE p.company_id = $1 AND s.company_id = $1 AND s.id = p.service_id AND s.key = ANY ($2)
