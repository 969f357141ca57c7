-- A caller whose line has dropped rings again: the newer call may take over what the older one holds.
ALTER TABLE appointment_reservations ADD COLUMN took_over uuid;
COMMENT ON COLUMN appointment_reservations.took_over IS
    'Caller''s token of the hold of an older call of the same number that this one took over. '
    'What was taken over is not taken over again';
