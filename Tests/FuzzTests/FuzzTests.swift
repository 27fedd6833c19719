// Fuzz
