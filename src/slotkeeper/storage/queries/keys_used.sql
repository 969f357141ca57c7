-- keys_used: note which API keys were accepted just now.
UPDATE directory SET last_used_at = now() WHERE kind = 'api_key' AND key_hash = ANY ($1::bytea[])
