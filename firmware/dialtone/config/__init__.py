"""The phone's configuration: one parameter table, one lexer, one store. No files and no clocks in here."""
