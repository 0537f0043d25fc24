"""The zones that are known by name, beside the IANA data base: every half day of three years."""

import random
import os
from zoneinfo import ZoneInfo
from datetime import datetime, timezone

from dialtone import localtime
from dialtone.config import zones
from dialtone.config.store import Store

# Where a zone lies in the IANA data base; those that are not here are Europe/City of the name's second half
_PLACES = {
    "UTC": "UTC", "AL-Tirana": "Europe/Tirane", "AE-Dubai": "Asia/Dubai", "AR-Buenos": "America/Argentina/Buenos_Aires",
    "AR-Buenos Aires": "America/Argentina/Buenos_Aires", "AU-Tasmania": "Australia/Hobart",
    "BM-Bermuda": "Atlantic/Bermuda", "BO-La Paz": "America/La_Paz", "BR-Brasilia": "America/Sao_Paulo",
    "BR-Sao Paulo": "America/Sao_Paulo", "BS-Nassau": "America/Nassau", "CA-Atlantic": "America/Halifax",
    "CA-Central": "America/Winnipeg", "CA-Eastern": "America/Toronto", "CA-Mountain": "America/Edmonton",
    "CA-Newfoundland": "America/St_Johns", "CA-Pacific": "America/Vancouver", "CA-Yukon": "America/Whitehorse",
    "CN-Beijing": "Asia/Shanghai", "CN-China": "Asia/Shanghai", "CO-Bogota": "America/Bogota",
    "CR-Costa Rica": "America/Costa_Rica", "CY-Nicosia": "Asia/Nicosia", "DO-Santo Domingo": "America/Santo_Domingo",
    "ES-Canary": "Atlantic/Canary", "FJ-Fiji": "Pacific/Fiji", "GT-Guatemala": "America/Guatemala",
    "HK-Hong Kong": "Asia/Hong_Kong", "IN-Calcutta": "Asia/Kolkata", "IS-Reykjavik": "Atlantic/Reykjavik",
    "JM-Jamaica": "America/Jamaica", "JP-Tokyo": "Asia/Tokyo", "KR-Seoul": "Asia/Seoul",
    "MX-Mexico": "America/Mexico_City", "MX-Mexico City": "America/Mexico_City", "MX-Pacific": "America/Hermosillo",
    "MX-Tijuana": "America/Tijuana", "NZ-Auckland": "Pacific/Auckland", "OM-Muscat": "Asia/Muscat",
    "PA-Panama": "America/Panama", "PE-Lima": "America/Lima", "PK-Islamabad": "Asia/Karachi",
    "PR-Puerto Rico": "America/Puerto_Rico", "PT-Azores": "Atlantic/Azores", "PT-Madeira": "Atlantic/Madeira",
    "RU-Yekaterinburg": "Asia/Yekaterinburg", "SG-Singapore": "Asia/Singapore", "SV-El Salvador": "America/El_Salvador",
    "TH-Bangkok": "Asia/Bangkok", "TR-Ankara": "Europe/Istanbul", "TT-Port of Spain": "America/Port_of_Spain",
    "TW-Taipei": "Asia/Taipei", "US-Alaska": "America/Anchorage", "US-Aleutian": "America/Adak",
    "US-Central": "America/Chicago", "US-Eastern": "America/New_York", "US-Hawaii": "Pacific/Honolulu",
    "US-Mountain": "America/Denver", "US-Pacific": "America/Los_Angeles", "UY-Montevideo": "America/Montevideo",
    "VE-Caracas": "America/Caracas", "ZA-Johannesburg": "Africa/Johannesburg",
}  # fmt: skip


def test_every_zone_is_the_data_bases():
    known = [(name, rule) for name, rule in zones.names() if rule]
    chance = random.Random(int(os.environ["DIALTONE_SEED"]))
    store = Store("57i")
    start = 1704067200 + chance.randrange(43200)  # 2024
    moments = range(start, start + 3 * 365 * 86400, 43200)
    told = {}  # by rule: many zones share one
    assert len(known) > 100
    for name, rule in known:
        place = _PLACES.get(name) or ("Australia/" if name[:2] == "AU" else "Europe/") + name[3:].replace(" ", "_")
        zone = ZoneInfo(place)
        store.set_local("time zone name", name.upper().replace(" ", "_"), "lcd")
        assert localtime.offset(store, start) == _there(zone, start), name
        if rule not in told:
            told[rule] = [localtime.offset(store, moment) for moment in moments]
        for moment, offset in zip(moments, told[rule], strict=True):
            assert offset == _there(zone, moment), (name, place, moment)


def _there(zone, moment):
    return datetime.fromtimestamp(moment, timezone.utc).astimezone(zone).utcoffset().total_seconds()
