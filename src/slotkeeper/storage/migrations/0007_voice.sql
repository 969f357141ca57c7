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

-- Functions are made anew after each migration; those whose parameters have changed would stay
-- beside them.
DROP FUNCTION IF EXISTS reserve(wish, boolean, boolean, integer, claim[], timestamptz);
DROP FUNCTION IF EXISTS claim_options(
    companies, appointment_reservations, uuid[], text[], claim[], timestamptz);
DROP FUNCTION IF EXISTS end_call(bigint, text, text, timestamptz);
DROP FUNCTION IF EXISTS move(bigint, bigint, claim[], timestamptz);
DROP FUNCTION IF EXISTS replace_claims(companies, appointments, claim[], timestamptz);
