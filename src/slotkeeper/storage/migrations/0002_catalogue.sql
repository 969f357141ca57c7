-- What a company is and offers. Loaded from a file, read into memory, versioned as a whole.

CREATE TABLE companies (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    slug text NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    timezone text NOT NULL,
    locale text NOT NULL DEFAULT 'de' CHECK (locale IN ('de', 'en')),
    currency text NOT NULL DEFAULT 'EUR' CHECK (currency ~ '^[A-Z]{3}$'),
    -- A sandbox is judged by the test clock that its caller passes; housekeeping skips it.
    sandbox boolean NOT NULL DEFAULT false,
    catalogue_version bigint NOT NULL DEFAULT 1,
    -- NULL: the server's RESERVATION_LIFETIME.
    hold_ttl_s integer CHECK (hold_ttl_s BETWEEN 1 AND 900),
    max_hold_age_s integer NOT NULL DEFAULT 900 CHECK (max_hold_age_s BETWEEN 1 AND 3600),
    min_notice_min integer NOT NULL DEFAULT 0 CHECK (min_notice_min >= 0),
    horizon_days integer NOT NULL DEFAULT 180 CHECK (horizon_days BETWEEN 1 AND 730),
    slot_step_min integer NOT NULL DEFAULT 15 CHECK (slot_step_min BETWEEN 5 AND 240),
    max_alternatives integer NOT NULL DEFAULT 2 CHECK (max_alternatives BETWEEN 0 AND 3),
    cancel_notice_min integer NOT NULL DEFAULT 0 CHECK (cancel_notice_min >= 0),
    move_notice_min integer NOT NULL DEFAULT 0 CHECK (move_notice_min >= 0),
    -- Fairness: what one caller, or all callers together, may hold without booking.
    max_holds_per_caller_hour integer NOT NULL DEFAULT 12 CHECK (max_holds_per_caller_hour > 0),
    max_holds_withheld_hour integer NOT NULL DEFAULT 60 CHECK (max_holds_withheld_hour > 0),
    max_held_min_per_day integer NOT NULL DEFAULT 240 CHECK (max_held_min_per_day > 0),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE branches (
    company_id bigint NOT NULL REFERENCES companies,
    id bigint GENERATED ALWAYS AS IDENTITY,
    key text NOT NULL CHECK (length(key) BETWEEN 1 AND 100),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    -- ISO 3166-2 subdivision for public holidays, such as DE-BE; NULL: none are kept.
    subdivision text,
    active boolean NOT NULL DEFAULT true,
    PRIMARY KEY (company_id, id),
    UNIQUE (company_id, key)
);

-- Whatever can be in one place at a time. Two staff records of one person share one calendar.
CREATE TABLE calendars (
    company_id bigint NOT NULL REFERENCES companies,
    id bigint GENERATED ALWAYS AS IDENTITY,
    branch_id bigint NOT NULL,
    key text NOT NULL CHECK (length(key) BETWEEN 1 AND 100),
    kind text NOT NULL DEFAULT 'person' CHECK (kind IN ('person', 'room', 'device')),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    active boolean NOT NULL DEFAULT true,
    PRIMARY KEY (company_id, id),
    UNIQUE (company_id, key),
    FOREIGN KEY (company_id, branch_id) REFERENCES branches (company_id, id)
);

CREATE TABLE staff (
    company_id bigint NOT NULL REFERENCES companies,
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    branch_id bigint NOT NULL,
    calendar_id bigint NOT NULL,
    key text NOT NULL CHECK (length(key) BETWEEN 1 AND 100),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    position text,
    active boolean NOT NULL DEFAULT true,
    PRIMARY KEY (company_id, id),
    UNIQUE (company_id, key),
    FOREIGN KEY (company_id, branch_id) REFERENCES branches (company_id, id),
    FOREIGN KEY (company_id, calendar_id) REFERENCES calendars (company_id, id)
);

CREATE TABLE services (
    company_id bigint NOT NULL REFERENCES companies,
    id bigint GENERATED ALWAYS AS IDENTITY,
    key text NOT NULL CHECK (length(key) BETWEEN 1 AND 100),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    category text,
    price_cents integer CHECK (price_cents >= 0),
    -- free: others may be served in the gaps; blocked: the calendar stays taken from first to last.
    gap_policy text NOT NULL DEFAULT 'free' CHECK (gap_policy IN ('free', 'blocked')),
    buffer_before_min integer NOT NULL DEFAULT 0 CHECK (buffer_before_min BETWEEN 0 AND 240),
    buffer_after_min integer NOT NULL DEFAULT 0 CHECK (buffer_after_min BETWEEN 0 AND 240),
    -- NULL: the company's own.
    min_notice_min integer CHECK (min_notice_min >= 0),
    horizon_days integer CHECK (horizon_days BETWEEN 1 AND 730),
    slot_step_min integer CHECK (slot_step_min BETWEEN 5 AND 240),
    -- [{"text": "Herrenschnitt", "confidence": 0.95}, ...]
    synonyms jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(synonyms) = 'array'),
    active boolean NOT NULL DEFAULT true,
    PRIMARY KEY (company_id, id),
    UNIQUE (company_id, key)
);

CREATE TABLE service_segments (
    company_id bigint NOT NULL REFERENCES companies,
    id bigint GENERATED ALWAYS AS IDENTITY,
    service_id bigint NOT NULL,
    segment_number smallint NOT NULL CHECK (segment_number BETWEEN 1 AND 12),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    duration_min integer NOT NULL CHECK (duration_min BETWEEN 1 AND 720),
    gap_after_min integer NOT NULL DEFAULT 0 CHECK (gap_after_min BETWEEN 0 AND 720),
    gap_after_max_min integer NOT NULL DEFAULT 0 CHECK (gap_after_max_min BETWEEN 0 AND 720),
    gap_name text,
    -- Whether the person of the first segment must, should or need not serve this one too.
    same_staff text NOT NULL DEFAULT 'required'
        CHECK (same_staff IN ('required', 'preferred', 'any')),
    PRIMARY KEY (company_id, id),
    UNIQUE (company_id, service_id, segment_number),
    CHECK (gap_after_max_min >= gap_after_min),
    FOREIGN KEY (company_id, service_id) REFERENCES services (company_id, id)
);

-- A room or device that a segment needs beside the person: any one of these calendars.
CREATE TABLE segment_resources (
    company_id bigint NOT NULL REFERENCES companies,
    id bigint GENERATED ALWAYS AS IDENTITY,
    segment_id bigint NOT NULL,
    calendar_id bigint NOT NULL,
    PRIMARY KEY (company_id, id),
    UNIQUE (company_id, segment_id, calendar_id),
    FOREIGN KEY (company_id, segment_id) REFERENCES service_segments (company_id, id)
        ON DELETE CASCADE,
    FOREIGN KEY (company_id, calendar_id) REFERENCES calendars (company_id, id)
);

CREATE TABLE staff_services (
    company_id bigint NOT NULL REFERENCES companies,
    id bigint GENERATED ALWAYS AS IDENTITY,
    staff_id uuid NOT NULL,
    service_id bigint NOT NULL,
    PRIMARY KEY (company_id, id),
    UNIQUE (company_id, staff_id, service_id),
    FOREIGN KEY (company_id, staff_id) REFERENCES staff (company_id, id),
    FOREIGN KEY (company_id, service_id) REFERENCES services (company_id, id)
);

-- Wall-clock hours of a branch, or of one staff member where she differs from her branch.
CREATE TABLE opening_hours (
    company_id bigint NOT NULL REFERENCES companies,
    id bigint GENERATED ALWAYS AS IDENTITY,
    branch_id bigint NOT NULL,
    staff_id uuid,
    weekday smallint NOT NULL CHECK (weekday BETWEEN 1 AND 7), -- ISO: Monday is 1
    opens_local time NOT NULL,
    closes_local time NOT NULL, -- 24:00 is allowed
    PRIMARY KEY (company_id, id),
    CHECK (opens_local < closes_local),
    FOREIGN KEY (company_id, branch_id) REFERENCES branches (company_id, id),
    FOREIGN KEY (company_id, staff_id) REFERENCES staff (company_id, id)
);

CREATE TABLE closures (
    company_id bigint NOT NULL REFERENCES companies,
    id bigint GENERATED ALWAYS AS IDENTITY,
    branch_id bigint, -- NULL: the whole company
    first_day date NOT NULL,
    last_day date NOT NULL,
    reason text,
    PRIMARY KEY (company_id, id),
    CHECK (first_day <= last_day),
    FOREIGN KEY (company_id, branch_id) REFERENCES branches (company_id, id)
);

CREATE TABLE absences (
    company_id bigint NOT NULL REFERENCES companies,
    id bigint GENERATED ALWAYS AS IDENTITY,
    calendar_id bigint NOT NULL,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    reason text,
    PRIMARY KEY (company_id, id),
    CHECK (starts_at < ends_at AND isfinite(starts_at) AND isfinite(ends_at)),
    FOREIGN KEY (company_id, calendar_id) REFERENCES calendars (company_id, id)
);
-- busy: the absences that touch a window.
CREATE INDEX absences_ends_at ON absences (company_id, calendar_id, ends_at);

-- What stands in an outside calendar. It may overlap itself, so it is not a reservation.
CREATE TABLE busy_times (
    company_id bigint NOT NULL REFERENCES companies,
    id bigint GENERATED ALWAYS AS IDENTITY,
    calendar_id bigint NOT NULL,
    source text NOT NULL CHECK (length(source) BETWEEN 1 AND 200),
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    PRIMARY KEY (company_id, id),
    CHECK (starts_at < ends_at AND isfinite(starts_at) AND isfinite(ends_at)),
    FOREIGN KEY (company_id, calendar_id) REFERENCES calendars (company_id, id)
);
-- busy: the imported times that touch a window.
CREATE INDEX busy_times_ends_at ON busy_times (company_id, calendar_id, ends_at);
