"""The pages: HTML generated from the parameter table and the phone's status, without JavaScript."""
