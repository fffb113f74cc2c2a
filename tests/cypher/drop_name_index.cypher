// Takes away the index by which people are found by name.
DROP INDEX person_folded_name
