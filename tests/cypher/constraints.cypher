// Lists constraints and the index of our own.
SHOW CONSTRAINTS YIELD name, labelsOrTypes, properties
RETURN name, labelsOrTypes[0] AS labels, properties[0] AS property
ORDER BY name
