-- What a company asks before it books: who it is for, at which branch, and who talks to a caller
-- that asks for a person. A server of the former release reads none of it.

ALTER TABLE companies
    ADD COLUMN needed_to_book text NOT NULL DEFAULT 'name_or_number',
    ADD COLUMN which_branch text NOT NULL DEFAULT 'ask',
    ADD COLUMN human_number text,
    ADD COLUMN human_hours text;

ALTER TABLE companies
    ADD CONSTRAINT companies_needed_to_book_known CHECK (needed_to_book IN
        ('name_or_number', 'name', 'number', 'name_and_number', 'nothing')) NOT VALID,
    ADD CONSTRAINT companies_which_branch_known CHECK (which_branch IN ('ask', 'any')) NOT VALID,
    ADD CONSTRAINT companies_human_number_is_e164
        CHECK (human_number ~ '^\+[1-9][0-9]{6,14}$') NOT VALID,
    ADD CONSTRAINT companies_human_hours_are_two_times
        CHECK (human_hours ~ '^[0-2][0-9]:[0-5][0-9]-[0-2][0-9]:[0-5][0-9]$') NOT VALID;

ALTER TABLE companies
    VALIDATE CONSTRAINT companies_needed_to_book_known,
    VALIDATE CONSTRAINT companies_which_branch_known,
    VALIDATE CONSTRAINT companies_human_number_is_e164,
    VALIDATE CONSTRAINT companies_human_hours_are_two_times;

COMMENT ON COLUMN companies.needed_to_book IS
    'What must be known of a customer before a slot is booked: name, number, both, either, nothing';
COMMENT ON COLUMN companies.which_branch IS
    'Whether a caller who names no branch is asked for it, or gets any; of several branches only';
COMMENT ON COLUMN companies.human_number IS
    'The number, in E.164, of the person to whom callers are handed over; NULL: they are rung back';
COMMENT ON COLUMN companies.human_hours IS
    'When that person answers, such as 09:00-17:00 on open days; NULL: while a branch is open';
