// Gives the settings the formula of the strength: its name and the weight of each channel.
// mode: write
// params: -
// returns: -
MATCH (s:Settings {id: 'wkw'})
SET s.formula = coalesce(s.formula, 'WKW-2'), s.changing = coalesce(s.changing, false),
    s.email = coalesce(s.email, 1.0), s.meeting = coalesce(s.meeting, 3.0), s.call = coalesce(s.call, 2.0)
