-- What a call wished and could not have, so that it hears of it when it is given back meanwhile.
-- A table of its own and no column of `calls`: servers of the former release read those rows whole.

CREATE TABLE refused_wishes (
    company_id bigint NOT NULL CONSTRAINT refused_wishes_in_company REFERENCES companies,
    call_id text NOT NULL
        CONSTRAINT refused_wishes_call_id_fits CHECK (length(call_id) BETWEEN 1 AND 100),
    wishes jsonb NOT NULL
        CONSTRAINT refused_wishes_are_few CHECK (jsonb_array_length(wishes) BETWEEN 1 AND 4),
    CONSTRAINT refused_wishes_pkey PRIMARY KEY (company_id, call_id),
    CONSTRAINT refused_wishes_of_call FOREIGN KEY (company_id, call_id)
        REFERENCES calls (company_id, call_id) ON DELETE CASCADE
);
ALTER TABLE refused_wishes ENABLE ROW LEVEL SECURITY;
ALTER TABLE refused_wishes FORCE ROW LEVEL SECURITY;
CREATE POLICY acts_for_company ON refused_wishes TO slotkeeper_app USING (company_id = ANY ((
    SELECT nullif(current_setting('slotkeeper.companies', true), '')::bigint[])::bigint[]));
GRANT SELECT, INSERT, UPDATE, DELETE ON refused_wishes TO slotkeeper_app;

COMMENT ON TABLE refused_wishes IS
    'What a call wished and could not have: it is held for the call where it is given back.';
COMMENT ON COLUMN refused_wishes.company_id IS 'The company it belongs to';
COMMENT ON COLUMN refused_wishes.call_id IS 'The call, by the platform''s id';
COMMENT ON COLUMN refused_wishes.wishes IS
    'The first wish first: at (a start), service, person, and staff (null: anyone)';
