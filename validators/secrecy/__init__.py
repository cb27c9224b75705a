"""Find protected values in what the respondent may read, in any notation, and nothing else (docs/DISCLOSURE.md).

reading   a text as the matcher reads it: one form of each letter, every number by its value
bounds    where a name begins and ends
cutting   a protected value → the clues that identify alone
matcher   the clues of a record and its case, searched in texts
"""

from validators.secrecy.addresses import AddressParts, place_of
from validators.secrecy.clues import Clue
from validators.secrecy.cutting import cut
from validators.secrecy.matcher import Secrets, Value, secrets_of

__all__ = ["AddressParts", "Clue", "Secrets", "Value", "cut", "place_of", "secrets_of"]
