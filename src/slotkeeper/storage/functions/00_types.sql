-- What the functions of this version take and return. It stands here and not in a migration: each
-- version keeps its own types, whichever columns the tables gain or lose meanwhile.

-- One claim of one option, as the core takes them: a segment on a person's, room's or device's
-- calendar. Options are numbered from 1, so are an option's segments through all of its parts. A
-- part is one service for one person of the visit.
CREATE TYPE claim AS (
    option_number smallint,
    part_number smallint,
    person smallint,
    person_called text,
    service_id bigint,
    wished_staff_id uuid,
    price_cents integer,
    segment_number smallint,
    calendar_id bigint,
    staff_id uuid,
    starts_at timestamptz,
    ends_at timestamptz,
    buffer_before_min smallint,
    buffer_after_min smallint,
    -- The branch that is wished; NULL: any.
    wished_branch_id bigint
);

-- Who asks, in which call; what is asked for is in the claims. cancel_notice_min is the company's
-- rule as the caller is told it.
CREATE TYPE reservation_request AS (
    company_id bigint,
    call_id text,
    channel text,
    customer_name text,
    customer_phone text,
    cancel_notice_min integer,
    -- Whose caps count: the caller's number, or 'line:' and the line called where it is withheld.
    -- NULL: the desk.
    caller text,
    -- The version of the catalogue that the claims were placed by; NULL: whatever it is now.
    catalogue_version bigint,
    -- What the call talks about from now on; NULL leaves it as it is.
    topic jsonb,
    -- The keyed hash of caller, by which its calls are known.
    caller_hash bytea,
    -- How many minutes the staff's calendars are open in an ordinary week; NULL: no share of it is
    -- looked at.
    sellable_week_min integer,
    -- Whether the call is served without holds: then nobody sees who competes with whom.
    without_holds boolean
);

-- longest_claim: no row of appointment_reservations lasts longer (see reservations_bounded), so
-- whoever looks for rows that overlap a moment looks back this far.
CREATE FUNCTION longest_claim() RETURNS interval
LANGUAGE sql IMMUTABLE AS $$ SELECT interval '12 hours' $$;

-- within_transaction_s: the lifetime of a reservation that the same transaction converts.
CREATE FUNCTION within_transaction_s() RETURNS integer
LANGUAGE sql IMMUTABLE AS $$ SELECT 60 $$;

-- reserved_segment: one row of a reservation, as the view below gathers them.
CREATE TYPE reserved_segment AS (
    number smallint,
    part_number smallint,
    person smallint,
    person_called text,
    service_id bigint,
    wished_staff_id uuid,
    price_cents integer,
    calendar_id bigint,
    staff_id uuid,
    start_time timestamptz,
    end_time timestamptz,
    buffer_before_min smallint,
    buffer_after_min smallint
);

-- whole_reservations: one row a reservation, its segments as an array in their order. As the invoker,
-- so that the reader's own policies apply. All columns but the array and those of the first part
-- are the same in every row of a reservation, so grouping by them lets a filter reach the table's
-- indexes. What was cancelled or moved alone since was held all the same.
CREATE VIEW whole_reservations WITH (security_invoker = true) AS
SELECT r.company_id, r.caller_token AS token, r.offer_id,
       r.status, r.call_id, r.channel, r.customer_name, r.customer_phone,
       r.reserved_at, r.expires_at, r.ended_at, r.end_reason,
       min(r.converted_to_appointment_id) AS appointment_id, r.replaced_by_token,
       min(r.id) AS first_id,
       (array_agg(r.service_id ORDER BY r.segment_number, r.staff_id))[1] AS service_id,
       (array_agg(r.person ORDER BY r.segment_number, r.staff_id))[1] AS person,
       (array_agg(r.staff_id ORDER BY r.segment_number, r.staff_id))[1] AS staff_id,
       array_agg((r.segment_number, r.part_number, r.person, r.person_called, r.service_id,
                  r.wished_staff_id, r.price_cents, r.calendar_id, r.staff_id, r.start_time,
                  r.end_time, r.buffer_before_min, r.buffer_after_min)::reserved_segment
                 ORDER BY r.start_time, r.id) AS segments,
       min(r.start_time + make_interval(mins => r.buffer_before_min)) AS starts_at,
       max(r.end_time - make_interval(mins => r.buffer_after_min)) AS ends_at,
       r.asked_at, r.cancel_notice_min
FROM appointment_reservations r
GROUP BY r.company_id, r.caller_token, r.offer_id,
         r.status, r.call_id, r.channel, r.customer_name, r.customer_phone, r.cancel_notice_min,
         r.reserved_at, r.asked_at, r.expires_at, r.ended_at, r.end_reason, r.replaced_by_token;
GRANT SELECT ON whole_reservations TO slotkeeper_app;

-- appointment_part: one service of an appointment. The instants are without buffers.
CREATE TYPE appointment_part AS (
    part_number smallint,
    person_called text,
    service_id bigint,
    staff_id uuid,
    wished_staff_id uuid,
    price_cents integer,
    cancel_notice_min integer,
    starts_at timestamptz,
    ends_at timestamptz
);

-- hits_of_claims: what has been blocked where an appointment stands: absence, imported (busy time) or
-- catalogue (closed then, or staff or service gone). Empty for nearly every appointment.
CREATE FUNCTION hits_of_claims(p_company_id bigint, p_token uuid, p_person smallint)
RETURNS text[]
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN ARRAY(
        SELECT DISTINCT k.kind
        FROM appointment_reservations r
        CROSS JOIN LATERAL (
            SELECT 'absence' AS kind FROM absences a
            WHERE a.company_id = p_company_id AND a.calendar_id = r.calendar_id
              AND a.ends_at > r.start_time AND a.starts_at < r.end_time
            UNION ALL
            SELECT 'imported' FROM busy_times t
            WHERE t.company_id = p_company_id AND t.calendar_id = r.calendar_id
              AND t.ends_at > r.start_time AND t.starts_at < r.end_time
            UNION ALL
            SELECT 'catalogue' WHERE r.off_catalogue) k
        WHERE r.company_id = p_company_id AND r.caller_token = p_token AND r.person = p_person
          AND r.blocks
        ORDER BY k.kind);
END $$;

-- known_appointments: what servers read of an appointment, column by column and never as '*'.
-- visit_token is the token by which its visit was held, or its own where it shares its visit with no
-- other appointment. parts are its services in their order, as its claims tell them; what was
-- cancelled or moved alone is left out.
CREATE VIEW known_appointments WITH (security_invoker = true) AS
SELECT a.company_id, a.id, a.reservation_token,
       coalesce((
           SELECT v.visit_token FROM visit_appointments v
           WHERE v.company_id = a.company_id AND v.appointment_id = a.id
       ), a.reservation_token) AS visit_token,
       a.status, a.service_id, a.staff_id, a.call_id, a.channel, a.party AS person,
       a.customer_name, a.customer_phone, a.starts_at, a.ends_at, a.booked_at, a.cancelled_at,
       (SELECT array_agg(p::appointment_part ORDER BY p.part_number) FROM (
           SELECT r.part_number, min(r.person_called), min(r.service_id),
                  (array_agg(r.staff_id ORDER BY r.segment_number, r.staff_id))[1],
                  (array_agg(r.wished_staff_id))[1], min(r.price_cents), min(r.cancel_notice_min),
                  min(r.start_time + make_interval(mins => r.buffer_before_min)),
                  max(r.end_time - make_interval(mins => r.buffer_after_min))
           FROM appointment_reservations r
           WHERE r.company_id = a.company_id AND r.caller_token = a.reservation_token
             AND r.person = a.party AND r.dropped_at IS NULL
           GROUP BY r.part_number
       ) p) AS parts,
       hits_of_claims(a.company_id, a.reservation_token, a.party) AS hits
FROM appointments a;
GRANT SELECT ON known_appointments TO slotkeeper_app;

-- known: an appointment as servers read it; NULL where the company has no such.
CREATE FUNCTION known(p_company_id bigint, p_appointment_id bigint) RETURNS known_appointments
LANGUAGE sql STABLE AS $$
    SELECT k FROM known_appointments k
    WHERE k.company_id = p_company_id AND k.id = p_appointment_id
$$;

-- A live hold as the desk is told of it: never for whom.
CREATE TYPE held_slot AS (
    token uuid,
    service_id bigint,
    staff_id uuid,
    starts_at timestamptz,
    ends_at timestamptz,
    expires_at timestamptz
);

-- What stands where a change leaves no room, the earliest first; more where not all of it is there.
CREATE TYPE hits AS (
    appointments known_appointments[],
    holds held_slot[],
    more boolean
);

-- person: whom an export or an erasure is about: numbers in E.164, names in small letters (none: any
-- name), an e-mail address in small letters, the calls in which they spoke, and the names by which
-- they are known.
CREATE TYPE person AS (
    phones text[], names text[], email text, call_ids text[], known_as text[]);
