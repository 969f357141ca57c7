-- What a row has to tell of the catalogue, so that a late yes and a conversion see what has changed
-- since it was claimed. Both are written by the core alone.

-- NULL: claimed by a server that did not say so.
ALTER TABLE appointment_reservations
    ADD COLUMN catalogue_version bigint,
    ADD COLUMN off_catalogue boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN appointment_reservations.catalogue_version IS
    'The version of the catalogue by which it was placed';
COMMENT ON COLUMN appointment_reservations.off_catalogue IS
    'Whether a later catalogue has no room for it: closed then, or staff or service gone';

-- blocked_elsewhere, busy: the imported times that touch a claim or a window. With both ends in the
-- index, what ends later is passed over there and not read: a calendar may have thousands.
CREATE INDEX busy_times_overlap ON busy_times (company_id, calendar_id, ends_at, starts_at);
