-- installation_secret: read the fingerprint of the secret that all processes must have.
SELECT secret_fingerprint FROM installation
