lemma L() ensures true {}
