// Gives the sources whose reading has not ended.
// mode: read
// params: -
// returns: unfinished
MATCH (o:Settings {id: 'wkw'})
RETURN o.unfinished AS unfinished
LIMIT 1
