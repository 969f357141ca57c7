-- news_told: what news_due has locked was told, as it was then.
UPDATE appointment_reservations SET announced = CASE status WHEN 'active' THEN 1 ELSE 2 END
WHERE company_id = $1 AND id = ANY ($2)
