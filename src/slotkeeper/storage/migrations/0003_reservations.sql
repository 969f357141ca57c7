-- The one table and the one constraint: there is one way onto a calendar, through a reservation.

CREATE TABLE customers (
    company_id bigint NOT NULL REFERENCES companies,
    id bigint GENERATED ALWAYS AS IDENTITY,
    name text CHECK (length(name) <= 200),
    phone text CHECK (length(phone) <= 50), -- E.164
    email text CHECK (length(email) <= 320),
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (company_id, id)
);
-- check_customer: who rings from this number.
CREATE INDEX customers_phone ON customers (company_id, phone) WHERE phone IS NOT NULL;

CREATE TABLE appointments (
    company_id bigint NOT NULL REFERENCES companies,
    id bigint GENERATED ALWAYS AS IDENTITY,
    reservation_token uuid NOT NULL,
    status text NOT NULL DEFAULT 'booked' CHECK (status IN ('booked', 'cancelled')),
    channel text NOT NULL,
    call_id text CHECK (length(call_id) <= 100),
    customer_id bigint,
    customer_name text CHECK (length(customer_name) <= 200),
    customer_phone text CHECK (length(customer_phone) <= 50),
    party smallint NOT NULL DEFAULT 1 CHECK (party BETWEEN 1 AND 20),
    service_id bigint NOT NULL,
    staff_id uuid,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    booked_at timestamptz NOT NULL,
    cancelled_at timestamptz,
    cancel_reason text,
    PRIMARY KEY (company_id, id),
    UNIQUE (company_id, reservation_token),
    CHECK (starts_at < ends_at),
    CHECK ((status = 'cancelled') = (cancelled_at IS NOT NULL)),
    FOREIGN KEY (company_id, service_id) REFERENCES services (company_id, id),
    FOREIGN KEY (company_id, staff_id) REFERENCES staff (company_id, id),
    FOREIGN KEY (company_id, customer_id) REFERENCES customers (company_id, id)
);
-- appointment list --date: a day of a company.
CREATE INDEX appointments_starts_at ON appointments (company_id, starts_at);

CREATE TABLE appointment_reservations (
    company_id bigint NOT NULL REFERENCES companies,
    id bigint GENERATED ALWAYS AS IDENTITY,
    reservation_token uuid NOT NULL,
    status text NOT NULL DEFAULT 'active'
        CHECK (status IN ('active', 'converted', 'expired', 'cancelled')),
    call_id text CHECK (length(call_id) <= 100),
    customer_phone text CHECK (length(customer_phone) <= 50),
    customer_name text CHECK (length(customer_name) <= 200),
    service_id bigint NOT NULL,
    staff_id uuid, -- NULL: the row of a room or device
    start_time timestamptz NOT NULL,
    end_time timestamptz NOT NULL,
    is_compound boolean NOT NULL,
    -- Shared by all rows of one reservation where it has several; then this is the caller's token.
    compound_parent_token uuid,
    segment_number smallint NOT NULL CHECK (segment_number BETWEEN 1 AND 12),
    total_segments smallint NOT NULL CHECK (total_segments BETWEEN 1 AND 12),
    reserved_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    converted_to_appointment_id bigint,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    -- Beyond the original's columns:
    -- The token that the caller uses. A column of its own, because an expression over two is no
    -- index condition under a policy.
    caller_token uuid NOT NULL
        GENERATED ALWAYS AS (coalesce(compound_parent_token, reservation_token)) STORED,
    calendar_id bigint NOT NULL,
    blocks boolean NOT NULL DEFAULT true,
    offer_id uuid NOT NULL,
    channel text NOT NULL CHECK (length(channel) <= 40),
    party smallint NOT NULL DEFAULT 1 CHECK (party BETWEEN 1 AND 20),
    -- What of the time is not the service but the room around it.
    buffer_before_min smallint NOT NULL DEFAULT 0 CHECK (buffer_before_min BETWEEN 0 AND 240),
    buffer_after_min smallint NOT NULL DEFAULT 0 CHECK (buffer_after_min BETWEEN 0 AND 240),
    -- When the caller last wished this: a repeated wish renews its offer's age.
    asked_at timestamptz NOT NULL,
    ended_at timestamptz,
    end_reason text,
    -- An expired reservation that was acquired again points to the new one.
    replaced_by_token uuid,
    PRIMARY KEY (company_id, id),
    -- The constraint. Half-open: back-to-back is fine.
    CONSTRAINT reservations_never_overlap EXCLUDE USING gist
        (company_id WITH =, calendar_id WITH =, tstzrange(start_time, end_time) WITH &&)
        WHERE (blocks),
    -- An empty or unbounded range would slip through the constraint. 12 hours bounds the overlap
    -- reads, which look back by the longest segment.
    CONSTRAINT reservations_bounded CHECK (
        isfinite(start_time) AND isfinite(end_time) AND isfinite(expires_at)
        AND start_time < end_time AND end_time - start_time <= interval '12 hours'),
    CONSTRAINT reservations_block_while_alive CHECK (
        CASE status WHEN 'active' THEN blocks WHEN 'converted' THEN true ELSE NOT blocks END),
    CONSTRAINT reservations_end_once CHECK (
        (status = 'active') = (ended_at IS NULL)
        AND (status = 'cancelled') = (end_reason IS NOT NULL)
        AND (status = 'converted') = (converted_to_appointment_id IS NOT NULL)
        AND (replaced_by_token IS NULL OR status = 'expired')),
    CONSTRAINT reservations_compound CHECK (
        is_compound = (total_segments > 1) AND segment_number <= total_segments
        AND (NOT is_compound OR compound_parent_token IS NOT NULL)),
    FOREIGN KEY (company_id, service_id) REFERENCES services (company_id, id),
    FOREIGN KEY (company_id, staff_id) REFERENCES staff (company_id, id),
    FOREIGN KEY (company_id, calendar_id) REFERENCES calendars (company_id, id),
    FOREIGN KEY (company_id, converted_to_appointment_id) REFERENCES appointments (company_id, id)
) WITH (
    -- Holds live for minutes: vacuum early, leave room for their updates.
    fillfactor = 80, autovacuum_vacuum_scale_factor = 0.01, autovacuum_analyze_scale_factor = 0.02
);

-- Of the original's five indexes four serve on, each in the shape its query needs; the fifth,
-- (company_id, status), serves none: 'status' in a key would make every conversion rewrite it.

-- busy, blockers (was idx_time_range): what stands on a calendar in a window. Plain comparisons,
-- because a range operator cannot be an index condition under a policy.
CREATE INDEX reservations_busy ON appointment_reservations (company_id, calendar_id, start_time)
    INCLUDE (end_time) WHERE blocks;
-- for_time_range: a company's reservations of any status in a window.
CREATE INDEX reservations_time_range ON appointment_reservations (company_id, start_time);
-- convert, cancel, extend, find (was idx_token): all rows under a caller's token. Without
-- company_id, which would make the planner prefer it for everything.
CREATE INDEX reservations_token ON appointment_reservations (caller_token);
-- identity, supersede, hang-up (was idx_call_id): what a call holds or has booked.
CREATE INDEX reservations_call ON appointment_reservations (call_id) WHERE call_id IS NOT NULL;
-- convert: the other options of the offer that was taken.
CREATE INDEX reservations_offer ON appointment_reservations (offer_id) WHERE status = 'active';
-- expire_due (was idx_expires_at): what is due.
CREATE INDEX reservations_due ON appointment_reservations (expires_at) WHERE status = 'active';

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

-- Who wishes what, as the core takes it.
CREATE TYPE wish AS (
    company_id bigint,
    call_id text,
    channel text,
    party smallint,
    customer_name text,
    customer_phone text,
    service_id bigint,
    -- Who holds too much: the caller's number, or 'line:' and the line called where it is withheld.
    caller text
);
