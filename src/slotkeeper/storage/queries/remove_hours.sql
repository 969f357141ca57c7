-- remove_hours: delete the hours of these branches and staff, before their new ones are written.
DELETE FROM opening_hours h
WHERE h.company_id = $1 AND (
    h.staff_id IN (
        SELECT m.id FROM staff m WHERE m.company_id = $1 AND 'staff ' || m.key = ANY ($2))
    OR (h.staff_id IS NULL AND h.branch_id IN (
        SELECT b.id FROM branches b WHERE b.company_id = $1 AND 'branch ' || b.key = ANY ($2))))
