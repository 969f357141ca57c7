-- mark_off_catalogue: note on every row that stands whether the catalogue has room for it ($2 are
-- the ids of those for which it has none), so that a conversion can tell. Rows that start after $3
-- (NULL: none) were not looked at.
UPDATE appointment_reservations r SET off_catalogue = NOT r.off_catalogue
WHERE r.company_id = $1 AND r.blocks AND r.off_catalogue <> (r.id = ANY ($2::bigint[]))
  AND ($3::timestamptz IS NULL OR r.start_time <= $3)
