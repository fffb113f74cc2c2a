// The bare form to compare with: pages of ties in the order of their index, and the same three facts set on each.
MATCH ()-[k:KNOWS]->() USING INDEX k:KNOWS(pair)
WHERE k.pair > $after
WITH k ORDER BY k.pair LIMIT 10000
WITH k, k.fast * $f + k.slow * $s AS sum
SET k.strength = sum / (sum + 4.0), k.level = CASE WHEN k.two_way THEN 'strong' ELSE 'one-way' END, k.day = $day
RETURN max(k.pair) AS after, count(k) AS ties
