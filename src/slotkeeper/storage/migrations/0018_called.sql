-- How the caller is related to each person of a visit, so that she can speak of one of them later.
ALTER TABLE appointment_reservations
    ADD COLUMN person_called text,
    ADD CONSTRAINT reservations_person_called_bounded
        CHECK (length(person_called) <= 60);
COMMENT ON COLUMN appointment_reservations.person_called IS
    'The caller''s relation to this person ("mein Sohn"), never a name; empty is the caller herself';
