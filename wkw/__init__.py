"""wkw answers who among one's colleagues can introduce one to a lead."""
