-- The voice channel: what a call did, who rings, who is to be rung back.

-- What the platform tells of a call, each once.
ALTER TABLE calls
    ADD COLUMN started_at timestamptz,
    ADD COLUMN analyzed_at timestamptz,
    ADD COLUMN disconnection_reason text CHECK (length(disconnection_reason) <= 100);

-- A call's story: what was asked, understood and answered. Names and numbers are not kept in it.
ALTER TABLE tool_calls
    ADD COLUMN channel text NOT NULL DEFAULT '' CHECK (length(channel) <= 40),
    ADD COLUMN understood jsonb,
    ADD COLUMN answer jsonb NOT NULL DEFAULT '{}',
    ADD COLUMN took_ms integer NOT NULL DEFAULT 0;
-- call explain: a call's tool calls in their order.
CREATE INDEX tool_calls_call ON tool_calls (company_id, call_id, answered_at);

-- The answer as it was sent, so that a replay is the same to the byte.
ALTER TABLE idempotency_keys DROP COLUMN answer, ADD COLUMN answer text,
    ADD COLUMN http_status smallint;
-- claim_key: what is old enough to be forgotten.
CREATE INDEX idempotency_keys_age ON idempotency_keys (company_id, created_at);

-- One wish to be rung back a call: said again, it is the same one.
CREATE UNIQUE INDEX callbacks_one_a_call ON callbacks (company_id, call_id)
    WHERE call_id IS NOT NULL AND done_at IS NULL;

-- check_customer, get_customer_appointments: what a number has booked.
CREATE INDEX appointments_phone ON appointments (company_id, customer_phone, starts_at)
    WHERE customer_phone IS NOT NULL;

-- When it was last wished: a mere "yes" means what was named last.
CREATE OR REPLACE VIEW whole_reservations WITH (security_invoker = true) AS
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

-- Functions are made anew after each migration; those whose parameters have changed would stay
-- beside them.
DROP FUNCTION IF EXISTS reserve(wish, boolean, boolean, integer, claim[], timestamptz);
DROP FUNCTION IF EXISTS claim_options(
    companies, appointment_reservations, uuid[], text[], claim[], timestamptz);
DROP FUNCTION IF EXISTS end_call(bigint, text, text, timestamptz);
DROP FUNCTION IF EXISTS move(bigint, bigint, claim[], timestamptz);
DROP FUNCTION IF EXISTS replace_claims(companies, appointments, claim[], timestamptz);
