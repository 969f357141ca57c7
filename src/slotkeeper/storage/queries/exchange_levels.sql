-- exchange_levels: tell the other processes what this one has counted, and hear what they have.
SELECT * FROM core.exchange_levels(p_process => $1, p_buckets => $2, p_used_s => $3,
                                   p_level_s => $4)
