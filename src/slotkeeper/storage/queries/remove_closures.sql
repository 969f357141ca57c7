-- remove_closures: delete all of a company's closures, before those of its file are written.
DELETE FROM closures WHERE company_id = $1
