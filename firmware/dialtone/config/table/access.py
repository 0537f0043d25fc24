"""Passwords and what they guard. Columns: ``config.parameters``."""

ROWS = (
    "admin password|password|22222|64|live|SX|Admin passw.||"
    "Administrator Password|Opens the administrator pages and the Administrator Menu.",
    "user password|password||64|live|SX|User password||"
    "User Password|Opens the user pages. While it is empty nobody can log in as user.",
    "web interface enabled|bool|1||live|FX|Web pages||"
    "Web Interface|Serves the web pages. XML push does not depend on it.",
    "secure web service|bool|0||live|FX|HTTPS only||"
    "Secure Web Service|Serves pages over HTTPS alone: plain HTTP neither shows nor redirects to one. Pushes are not "
    "concerned, see Block XML HTTP POSTs.",
    "options password enabled|bool|0||live|X|Options passw.||"
    "Options Password|Asks for the user password when the Options key is pressed.",
)
