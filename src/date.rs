//! Dates: from the captures of a rule to a value, with the reference date as a parameter.
