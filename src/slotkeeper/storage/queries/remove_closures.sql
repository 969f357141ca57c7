-- remove_closures: all of a company; the file's are about to be written.
DELETE FROM closures WHERE company_id = $1
