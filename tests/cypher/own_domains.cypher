// As if the graph had been made for other own domains.
MATCH (s:Settings {id: 'wkw'})
SET s.domains = $domains
