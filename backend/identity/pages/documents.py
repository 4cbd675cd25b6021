"""How documents are called on pages (证件类型)."""

from backend.core.words import N_

TITLES = {
    "citizen": N_("Identity card"),
    "household-register": N_("Household register"),
    "hk-permit": N_("Residence permit for people from Hong Kong"),
    "macau-permit": N_("Residence permit for people from Macau"),
    "taiwan-permit": N_("Residence permit for people from Taiwan"),
    "hk-macau-travel-permit": N_("Travel permit for people from Hong Kong and Macau"),
    "taiwan-travel-permit": N_("Travel permit for people from Taiwan"),
    "foreign-permanent": N_("Foreign permanent resident card, new form"),
    "foreign-permanent-2017": N_("Foreign permanent resident card, older form"),
    "passport": N_("Chinese passport"),
    "foreign-passport": N_("Foreign passport: three letters of the country, then the number"),
    "officer": N_("Officer's card"),
    "soldier": N_("Soldier's card"),
}
OPTIONS = tuple(TITLES.items())
