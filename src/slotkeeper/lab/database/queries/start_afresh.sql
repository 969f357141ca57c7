-- start_afresh: delete all calls, holds and appointments of a scratch company; its events stay. PostgreSQL checks
-- the foreign keys when the whole statement is done.
WITH gone_reservations AS (DELETE FROM appointment_reservations WHERE company_id = $1),
     gone_appointments AS (DELETE FROM appointments WHERE company_id = $1),
     gone_tool_calls AS (DELETE FROM tool_calls WHERE company_id = $1),
     gone_callbacks AS (DELETE FROM callbacks WHERE company_id = $1),
     gone_new_callers AS (DELETE FROM new_callers WHERE company_id = $1)
DELETE FROM calls WHERE company_id = $1
