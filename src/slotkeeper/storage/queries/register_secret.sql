-- register_secret: register the fingerprint of the installation's secret; the first one stays.
INSERT INTO installation (secret_fingerprint) VALUES ($1) ON CONFLICT DO NOTHING
