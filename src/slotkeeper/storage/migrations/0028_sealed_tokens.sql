-- Tokens are given out sealed, so that no row opens a reservation. Servers of the former release know
-- a token only as it is stored: for a day they find what is held here, and give out its token.
ALTER TABLE companies
    ADD COLUMN tokens_sealed_from timestamptz NOT NULL DEFAULT now() + interval '1 day';
-- What is new was never served by a former release.
ALTER TABLE companies ALTER COLUMN tokens_sealed_from SET DEFAULT '-infinity';

COMMENT ON COLUMN companies.tokens_sealed_from IS
    'From when on the tokens of new reservations are of the kind that is given out sealed';
COMMENT ON COLUMN appointment_reservations.caller_token IS
    'The token that names the reservation: the shared one where there is one. Given out sealed (version 8), or as it is (version 4, by a former release). Generated, because an expression over two columns is no index condition under a policy';
