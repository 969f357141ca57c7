-- A caller's number is hashed with a key of the installation, by the server: a plain hash of ten digits
-- says the digits. Plain ones that there are, or that a server of the former release still writes,
-- are dropped by the worker once they are an hour old and count for no cap any more.
COMMENT ON COLUMN calls.caller_hash IS
    'The caller''s number, or the line called where it is withheld, as HMAC-SHA-256 with the installation''s key; its first bytes are keyd';
