// The last day on which anything happened.
MATCH (:Address)-[i:INTERACTED]->(:Address)
RETURN max(i.day) AS day
