// Gives the formula of the graph, and whether ties are still on their way to it.
// mode: read
// params: -
// returns: formula, changing, weights
MATCH (o:Settings {id: 'wkw'})
RETURN o.formula AS formula, o.changing AS changing, {email: o.email, meeting: o.meeting, call: o.call} AS weights
LIMIT 1
