-- What the functions of this version take and return. It stands here and not in a migration: each
-- version keeps its own types, whichever columns the tables gain or lose meanwhile.

-- One claim of one option, as the core takes them: a segment on a person's, room's or device's
-- calendar. Options are numbered from 1.
CREATE TYPE claim AS (
    option_number smallint,
    segment_number smallint,
    calendar_id bigint,
    staff_id uuid,
    starts_at timestamptz,
    ends_at timestamptz,
    buffer_before_min smallint,
    buffer_after_min smallint
);

-- Who asks for which service, for whom, in which call; the starts are in the claims.
CREATE TYPE reservation_request AS (
    company_id bigint,
    call_id text,
    channel text,
    party smallint,
    customer_name text,
    customer_phone text,
    service_id bigint,
    -- Whose caps count: the caller's number, or 'line:' and the line called where it is withheld.
    caller text
);

-- longest_claim: no row of appointment_reservations lasts longer (see reservations_bounded), so
-- whoever looks for rows that overlap a moment looks back this far.
CREATE FUNCTION longest_claim() RETURNS interval
LANGUAGE sql IMMUTABLE AS $$ SELECT interval '12 hours' $$;

-- within_transaction_s: the lifetime of a reservation that the same transaction converts.
CREATE FUNCTION within_transaction_s() RETURNS integer
LANGUAGE sql IMMUTABLE AS $$ SELECT 60 $$;

-- whole_reservations: one row a reservation, its segments as arrays in their order. As the invoker,
-- so that the reader's own policies apply. All columns but the arrays are the same in every row of
-- a reservation, so grouping by them lets a filter reach the table's indexes.
CREATE VIEW whole_reservations WITH (security_invoker = true) AS
SELECT r.company_id, r.caller_token AS token, r.offer_id,
       r.status, r.service_id, r.call_id, r.channel, r.party, r.customer_name, r.customer_phone,
       r.reserved_at, r.expires_at, r.ended_at, r.end_reason,
       r.converted_to_appointment_id AS appointment_id, r.replaced_by_token,
       min(r.id) AS first_id,
       (array_agg(r.staff_id ORDER BY r.segment_number, r.staff_id))[1] AS staff_id,
       array_agg(r.segment_number ORDER BY r.start_time, r.id) AS numbers,
       array_agg(r.calendar_id ORDER BY r.start_time, r.id) AS calendar_ids,
       array_agg(r.staff_id ORDER BY r.start_time, r.id) AS staff_ids,
       array_agg(r.start_time ORDER BY r.start_time, r.id) AS starts,
       array_agg(r.end_time ORDER BY r.start_time, r.id) AS ends,
       min(r.start_time + make_interval(mins => r.buffer_before_min)) AS starts_at,
       max(r.end_time - make_interval(mins => r.buffer_after_min)) AS ends_at,
       r.asked_at
FROM appointment_reservations r
GROUP BY r.company_id, r.caller_token, r.offer_id,
         r.status, r.service_id, r.call_id, r.channel, r.party, r.customer_name, r.customer_phone,
         r.reserved_at, r.asked_at, r.expires_at, r.ended_at, r.end_reason,
         r.converted_to_appointment_id, r.replaced_by_token;
GRANT SELECT ON whole_reservations TO slotkeeper_app;

-- known_appointments: what servers read of an appointment, column by column and never as '*'.
CREATE VIEW known_appointments WITH (security_invoker = true) AS
SELECT a.company_id, a.id, a.reservation_token, a.status, a.service_id, a.staff_id, a.call_id,
       a.channel, a.party, a.customer_name, a.customer_phone, a.starts_at, a.ends_at, a.booked_at,
       a.cancelled_at
FROM appointments a;
GRANT SELECT ON known_appointments TO slotkeeper_app;

-- known: an appointment's row as servers read it; NULL stays NULL.
CREATE FUNCTION known(p_appointment appointments) RETURNS known_appointments
LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT p_appointment.company_id, p_appointment.id, p_appointment.reservation_token,
           p_appointment.status, p_appointment.service_id, p_appointment.staff_id,
           p_appointment.call_id, p_appointment.channel, p_appointment.party,
           p_appointment.customer_name, p_appointment.customer_phone, p_appointment.starts_at,
           p_appointment.ends_at, p_appointment.booked_at, p_appointment.cancelled_at
$$;
