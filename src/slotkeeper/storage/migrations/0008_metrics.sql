-- Metrics: every figure is counted from rows, so rows say all that is counted.

-- How a reservation came about: a hold, a booking at once, a hold that had died and was had again,
-- or an appointment that moved here (which is no new reservation to anybody).
ALTER TABLE appointment_reservations
    ADD COLUMN origin text NOT NULL DEFAULT 'reserve'
        CHECK (origin IN ('reserve', 'book', 'again', 'move')),
    -- Which of its events were told: 0 none, 1 that it was created, 2 how it ended as well.
    -- What was there before metrics were is no news.
    ADD COLUMN announced smallint NOT NULL DEFAULT 2 CHECK (announced BETWEEN 0 AND 2);
ALTER TABLE appointment_reservations ALTER COLUMN announced SET DEFAULT 0;

-- reservation_metrics, metrics events: what was made in a window.
CREATE INDEX reservations_made ON appointment_reservations (company_id, reserved_at)
    WHERE staff_id IS NOT NULL;
-- One row stands for a reservation: the first segment's person.
-- take_news: what is still to be told.
CREATE INDEX reservations_news ON appointment_reservations (company_id, id)
    WHERE segment_number = 1 AND staff_id IS NOT NULL
      AND (announced = 0 OR (announced = 1 AND status <> 'active'));

-- What a caller was told, beside what was committed: for cohorts, and for what holds prevented.
ALTER TABLE tool_calls
    ADD COLUMN cohort text CHECK (cohort IN ('on', 'off', 'shadow')),
    -- Starts that were named as free, and the wished one that was refused, with its reason.
    ADD COLUMN told_free timestamptz[] NOT NULL DEFAULT '{}',
    ADD COLUMN refused_start timestamptz,
    ADD COLUMN reason text CHECK (length(reason) <= 100),
    ADD COLUMN service_id bigint,
    -- With whom each start was named as free, and with whom alone the refused one was wished. What
    -- was free with Emma was not taken back because Sarah is booked.
    ADD COLUMN told_free_staff uuid[] NOT NULL DEFAULT '{}',
    ADD COLUMN refused_staff_id uuid,
    -- asked: what is free; accepted: the caller said yes. NULL: the tool call wished nothing.
    ADD COLUMN wish text CHECK (wish IN ('asked', 'accepted')),
    ADD COLUMN compound boolean NOT NULL DEFAULT false;
-- answer_metrics, rollout report: a window of answers.
CREATE INDEX tool_calls_answered ON tool_calls (company_id, answered_at);

-- What broke, by kind; nothing of what was asked.
CREATE TABLE faults (
    company_id bigint NOT NULL REFERENCES companies,
    id bigint GENERATED ALWAYS AS IDENTITY,
    kind text NOT NULL CHECK (length(kind) BETWEEN 1 AND 100),
    channel text NOT NULL CHECK (length(channel) <= 40),
    happened_at timestamptz NOT NULL,
    announced boolean NOT NULL DEFAULT false,
    PRIMARY KEY (company_id, id)
);
-- answer_metrics: a window of faults; take_news: what is still to be told.
CREATE INDEX faults_happened ON faults (company_id, happened_at);
CREATE INDEX faults_news ON faults (company_id, id) WHERE NOT announced;

ALTER TABLE faults ENABLE ROW LEVEL SECURITY;
ALTER TABLE faults FORCE ROW LEVEL SECURITY;
CREATE POLICY acts_for_company ON faults TO slotkeeper_app USING (company_id = ANY ((
    SELECT nullif(current_setting('slotkeeper.companies', true), '')::bigint[])::bigint[]));
GRANT SELECT, INSERT, UPDATE, DELETE ON faults TO slotkeeper_app;

-- The overseer counts over all companies, and reads nothing that belongs to a person.
CREATE POLICY oversees ON tool_calls FOR SELECT TO slotkeeper_overseer USING (true);
CREATE POLICY oversees ON faults FOR SELECT TO slotkeeper_overseer USING (true);
GRANT SELECT (segment_number, staff_id, reserved_at, ended_at, end_reason, offer_id, is_compound,
              origin, replaced_by_token, start_time, end_time, announced)
    ON appointment_reservations TO slotkeeper_overseer;
GRANT SELECT (company_id, call_id, answered_at, cohort, told_free, told_free_staff, refused_start,
              refused_staff_id, reason, service_id, status)
    ON tool_calls TO slotkeeper_overseer;
GRANT SELECT (company_id, kind, happened_at, announced) ON faults TO slotkeeper_overseer;
GRANT SELECT (slug) ON companies TO slotkeeper_overseer;
