"""The time zones that the phone knows by name: as in the real phones' list, and a few more. Dropped after use."""

from dialtone.errors import CallerError

# Name, minutes west of Greenwich, letter of a rule of daylight saving in localtime.py. Custom: by minutes and dates.
NAMES = (  # pieces, for each of which a worn heap has a hole
    "UTC=0,Custom=,AD-Andorra=-60e,AE-Dubai=-240,AL-Tirana=-60e,AR-Buenos=180,AR-Buenos Aires=180,"
    "AT-Vienna=-60e,AU-Adelaide=-570a,AU-Brisbane=-600,AU-Darwin=-570,AU-Melbourne=-600a,AU-Perth=-480,"
    "AU-Sydney=-600a,AU-Tasmania=-600a,BE-Brussels=-60e,BG-Sofia=-120e,BM-Bermuda=240u,BO-La Paz=240,"
    "BR-Brasilia=180,BR-Sao Paulo=180,BS-Nassau=300u,CA-Atlantic=240u,CA-Central=360u,CA-Eastern=300u,"
    "CA-Mountain=420u,CA-Newfoundland=210u,CA-Pacific=480u,",
    "CA-Yukon=420,CH-Zurich=-60e,CN-Beijing=-480,CN-China=-480,CO-Bogota=300,CR-Costa Rica=360,"
    "CY-Nicosia=-120e,CZ-Prague=-60e,DE-Berlin=-60e,DK-Copenhagen=-60e,DO-Santo Domingo=240,EE-Tallinn=-120e,"
    "ES-Canary=0e,ES-Madrid=-60e,FI-Helsinki=-120e,FJ-Fiji=-720,FR-Paris=-60e,GB-Belfast=0e,GB-London=0e,"
    "GI-Gibraltar=-60e,GR-Athens=-120e,GT-Guatemala=360,HK-Hong Kong=-480,HR-Zagreb=-60e,HU-Budapest=-60e,"
    "IE-Dublin=0e,IN-Calcutta=-330,IS-Reykjavik=0,",
    "IT-Rome=-60e,JM-Jamaica=300,JP-Tokyo=-540,KR-Seoul=-540,LI-Vaduz=-60e,LT-Vilnius=-120e,"
    "LU-Luxembourg=-60e,LV-Riga=-120e,MC-Monaco=-60e,MK-Skopje=-60e,MT-Malta=-60e,MX-Mexico=360,"
    "MX-Mexico City=360,MX-Pacific=420,MX-Tijuana=480u,NL-Amsterdam=-60e,NO-Oslo=-60e,NZ-Auckland=-720n,"
    "OM-Muscat=-240,PA-Panama=300,PE-Lima=300,PK-Islamabad=-300,PL-Warsaw=-60e,PR-Puerto Rico=240,"
    "PT-Azores=60e,PT-Lisbon=0e,PT-Madeira=0e,RO-Bucharest=-120e,",
    "RU-Kaliningrad=-120,RU-Moscow=-180,RU-Samara=-240,RU-Yekaterinburg=-300,SE-Stockholm=-60e,"
    "SG-Singapore=-480,SI-Ljubljana=-60e,SK-Bratislava=-60e,SM-San Marino=-60e,SV-El Salvador=360,"
    "TH-Bangkok=-420,TR-Ankara=-180,TR-Istanbul=-180,TT-Port of Spain=240,TW-Taipei=-480,UA-Kiev=-120e,"
    "US-Alaska=540u,US-Aleutian=600u,US-Central=360u,US-Eastern=300u,US-Hawaii=600,US-Mountain=420u,"
    "US-Pacific=480u,UY-Montevideo=180,VA-Vatican=-60e,",
    "VE-Caracas=240,YU-Belgrade=-60e,ZA-Johannesburg=-120,",
)


def names():
    """Yields (name, minutes and rule) of each zone."""
    for piece in NAMES:
        end = 0
        while end < len(piece):
            start = end
            end = piece.find(",", start) + 1
            yield piece[start : end - 1].split("=")


class Names:
    """The names as a list that is in no memory: 120 texts would be 6 KB."""

    def __len__(self):
        return sum([piece.count(",") for piece in NAMES])

    def __getitem__(self, index):
        for piece in NAMES:
            count = piece.count(",")
            if index < count:
                at = 0
                for _ in range(index):
                    at = piece.find(",", at) + 1
                return piece[at : piece.find("=", at)]
            index -= count
        raise IndexError

    def index(self, name):
        """The place of a name that is in it."""
        at = 0
        while self[at] != name:
            at += 1
        return at


def known(text):
    """(name, minutes and rule) of the zone that ``text`` names in any letter case, or None."""
    wanted = text.replace("_", " ").lower()
    for pair in names():
        if pair[0].lower() == wanted:
            return pair


def zone(text):
    """The one spelling of a zone's name; CallerError."""
    pair = known(text)
    if pair:
        return pair[0]
    name = meant(text)
    advice = "Did you mean %s?" % name if name else "For others: Custom, and time zone minutes"
    raise CallerError("is no time zone that this phone knows", advice)


def meant(text):
    """The zone that a mistyped name, a city alone or a name of the IANA data base was probably meant to be, or ""."""
    from dialtone.config.nearest import FAR, slips

    wanted = text.replace("_", " ").replace("/", "-").lower()
    city = wanted[wanted.rfind("-") + 1 :]
    best = ""
    least = FAR
    for name, _ in names():
        key = name.lower()
        cost = min(slips(key, wanted), slips(key[3:], city) + 2)
        if cost < least:
            least = cost
            best = name
    return best
