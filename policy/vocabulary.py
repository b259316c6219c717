"""The words that policies use for choices; the same words stand in the schema, the events and the files."""

from enum import StrEnum


class ManagementMode(StrEnum):
    """The canonical ways to run an estate, to which each district's own names lead."""

    MARKET = "MARKET"
    OWNER_SELF = "OWNER_SELF"
    UNIT_SELF = "UNIT_SELF"
    TRUST = "TRUST"
    COMMUNITY_FALLBACK = "COMMUNITY_FALLBACK"
    TAKEOVER_FIRST = "TAKEOVER_FIRST"


class ModeMeans(StrEnum):
    """How an estate comes under a mode, where a document names the means and not only the mode."""

    SELECTION = "SELECTION"
    CONVERSION = "CONVERSION"
    CUSTODY = "CUSTODY"
    NEARBY_TAKEOVER = "NEARBY_TAKEOVER"


class CostBearer(StrEnum):
    """Who bears the cost of a service that no contract with a provider prices."""

    ALL_OWNERS = "ALL_OWNERS"
    PUBLIC_FUNDS = "PUBLIC_FUNDS"


class ProviderKind(StrEnum):
    """The kinds of providers that a document's name for a mode tells apart."""

    COMPANY = "COMPANY"
    STATE_OWNED = "STATE_OWNED"
    PROFESSIONAL_BODY = "PROFESSIONAL_BODY"
    PROFESSIONAL_PERSON = "PROFESSIONAL_PERSON"
    NON_ENTERPRISE_UNIT = "NON_ENTERPRISE_UNIT"
    COMMUNITY = "COMMUNITY"
    UNIT = "UNIT"


class OwnersRules(StrEnum):
    """The rules that owners set themselves before they manage themselves."""

    RULES_OF_PROCEDURE = "RULES_OF_PROCEDURE"
    REGULATIONS = "REGULATIONS"


class ServiceItem(StrEnum):
    """The items of basic service that documents name."""

    CLEANING = "CLEANING"
    ORDER = "ORDER"
    SECURITY = "SECURITY"
    GREENING = "GREENING"
    REPAIR = "REPAIR"
    PARKING = "PARKING"
    WASTE_REMOVAL = "WASTE_REMOVAL"
    SHARED_PARTS_UPKEEP = "SHARED_PARTS_UPKEEP"


class ActingBodyKind(StrEnum):
    """Who acts where no owners' committee is in term."""

    COMMUNITY_PARTY_AND_RESIDENTS_COMMITTEE = "COMMUNITY_PARTY_AND_RESIDENTS_COMMITTEE"
    RESIDENTS_COMMITTEE = "RESIDENTS_COMMITTEE"
    MANAGEMENT_COMMITTEE = "MANAGEMENT_COMMITTEE"
    SELF_MANAGEMENT_COMMITTEE = "SELF_MANAGEMENT_COMMITTEE"


class OwnersOrgan(StrEnum):
    """The owners' own organs for which another body may act."""

    CONGRESS = "CONGRESS"
    COMMITTEE = "COMMITTEE"


class ActingPower(StrEnum):
    """What an acting body may do."""

    SIGN_CONTRACT_OF_CHOSEN_PROVIDER = "SIGN_CONTRACT_OF_CHOSEN_PROVIDER"
    HEAR_OWNERS_AND_SUPERVISE = "HEAR_OWNERS_AND_SUPERVISE"
    OTHER_DUTIES_OF_LAW = "OTHER_DUTIES_OF_LAW"
    CONVENE_CONGRESS = "CONVENE_CONGRESS"
    ORGANISE_MANAGEMENT = "ORGANISE_MANAGEMENT"


class CongressPowers(StrEnum):
    """How far an acting body reaches into the matters of the owners' congress."""

    ORGANISES_VOTE_ONLY = "ORGANISES_VOTE_ONLY"


class DepositBasis(StrEnum):
    """The area that a performance deposit is computed on."""

    APPROVED_GROSS_AREA_INCL_UNDERGROUND = "APPROVED_GROSS_AREA_INCL_UNDERGROUND"


class DepositPer(StrEnum):
    """What the bounds of a performance deposit hold for."""

    MANAGEMENT_AREA_PER_YEAR = "MANAGEMENT_AREA_PER_YEAR"


class YearMode(StrEnum):
    """Whether a year's deposit is the amount to be held in that year, or a new payment each year."""

    LEVEL = "LEVEL"
    CUMULATIVE = "CUMULATIVE"


class RateSource(StrEnum):
    """Where a rate that the document does not give comes from."""

    CONTRACT_TERM = "CONTRACT_TERM"


class PartYear(StrEnum):
    """How a year of which only a part is served counts."""

    NO_PRORATION = "NO_PRORATION"


class ContractKind(StrEnum):
    """The kinds of contract that decide where a deposit is kept."""

    EARLY_STAGE = "EARLY_STAGE"
    CONGRESS = "CONGRESS"


class CustodyKind(StrEnum):
    """The kinds of account that hold entrusted money."""

    STREET_DESIGNATED = "STREET_DESIGNATED"
    OWNERS_PUBLIC = "OWNERS_PUBLIC"
    DISTRICT_FINANCE_MAINTENANCE = "DISTRICT_FINANCE_MAINTENANCE"
    HOUSING_AUTHORITY_MAINTENANCE = "HOUSING_AUTHORITY_MAINTENANCE"
    OWNERS_MAINTENANCE = "OWNERS_MAINTENANCE"
    TRUST_FUND = "TRUST_FUND"


class Approver(StrEnum):
    """Whose approval a use of jointly managed money needs."""

    STREET = "STREET"
    COMMUNITY = "COMMUNITY"
    COMMITTEE = "COMMITTEE"


class CongressWithoutAccount(StrEnum):
    """What happens to a deposit when the congress is formed and has no bank account yet."""

    STAY_TRANSFERRING_REMIND_DAILY = "STAY_TRANSFERRING_REMIND_DAILY"


class Beneficiary(StrEnum):
    """Who receives, pays or applies."""

    PROVIDER = "PROVIDER"
    COMMUNITY = "COMMUNITY"
    STREET = "STREET"
    OWNER = "OWNER"
    ESTATE = "ESTATE"


class Collector(StrEnum):
    """Who collects the maintenance fund from the owners."""

    PROVIDER = "PROVIDER"
    COMMITTEE = "COMMITTEE"
    MANAGEMENT_COMMITTEE = "MANAGEMENT_COMMITTEE"


class MatchBase(StrEnum):
    """What public money matches."""

    CONFIRMED_DEPOSITS = "CONFIRMED_DEPOSITS"


class Cadence(StrEnum):
    """How often."""

    MONTHLY = "MONTHLY"
    QUARTERLY = "QUARTERLY"
    YEARLY = "YEARLY"


class MatchCreditedTo(StrEnum):
    """Where the match is booked."""

    ESTATE_POOL = "ESTATE_POOL"
    DOOR_ACCOUNT = "DOOR_ACCOUNT"


class EmergencyReason(StrEnum):
    """The dangers in which a maintenance fund is used before the owners decide."""

    ROOF_OR_WALL_LEAK = "ROOF_OR_WALL_LEAK"
    LIFT = "LIFT"
    WATER_PUMP = "WATER_PUMP"
    OUTER_WALL = "OUTER_WALL"
    DRAIN = "DRAIN"
    FIRE_SYSTEM = "FIRE_SYSTEM"


class AssessmentRequirement(StrEnum):
    """The assessment result that a payment needs."""

    QUALIFIED = "QUALIFIED"


class FailedPeriod(StrEnum):
    """What a period without a qualified assessment does to the reward's years."""

    SKIP_PERIOD_CLOCK_RUNS = "SKIP_PERIOD_CLOCK_RUNS"


class YearStart(StrEnum):
    """When the first year of a reward begins."""

    SERVICE_START = "SERVICE_START"


class HouseholdBase(StrEnum):
    """Which households count."""

    ALL_HOUSEHOLDS_OF_AREA = "ALL_HOUSEHOLDS_OF_AREA"


class Payer(StrEnum):
    """Who bears a share, or gets the odd fen."""

    CITY = "CITY"
    DISTRICT = "DISTRICT"


class MonthRule(StrEnum):
    """Which months count for a monthly subsidy."""

    WHOLE_MONTH = "WHOLE_MONTH"


class MoneySource(StrEnum):
    """The purse that a payment comes from."""

    PROPERTY_FEE = "PROPERTY_FEE"
    PUBLIC_REVENUE = "PUBLIC_REVENUE"
    DISTRICT_FINANCE = "DISTRICT_FINANCE"


class SourceOrder(StrEnum):
    """Which of several permitted purses comes first."""

    COMMITTEE_DECIDES = "COMMITTEE_DECIDES"


class Department(StrEnum):
    """The departments that sign off measures or receive copies."""

    HOUSING_SECURITY_CENTRE = "HOUSING_SECURITY_CENTRE"
    FINANCE = "FINANCE"
    MARKET_SUPERVISION = "MARKET_SUPERVISION"
    CIVILISATION_OFFICE = "CIVILISATION_OFFICE"
    HEALTH = "HEALTH"
    PUBLIC_SECURITY = "PUBLIC_SECURITY"
    TAX = "TAX"
    GOVERNMENT_PROCUREMENT = "GOVERNMENT_PROCUREMENT"


class ArrearsBase(StrEnum):
    """What the arrears ratio is a ratio of."""

    AMOUNT = "AMOUNT"
    HOUSEHOLDS = "HOUSEHOLDS"


class FailedMediation(StrEnum):
    """Where an arrears case goes after mediation failed."""

    COURT_LINKAGE_SCHEME = "COURT_LINKAGE_SCHEME"


class DunningStep(StrEnum):
    """The steps of asking for an overdue fee, in order."""

    REMINDED = "REMINDED"
    POSTED = "POSTED"
    DEADLINE_PASSED = "DEADLINE_PASSED"
    ARBITRATION = "ARBITRATION"
    LAWSUIT = "LAWSUIT"


class LetterPrecondition(StrEnum):
    """What must have happened before a letter to the employer."""

    STREET_MEDIATION_FAILED = "STREET_MEDIATION_FAILED"


class LetterSubject(StrEnum):
    """Whose employer may be written to."""

    PARTY_CADRE = "PARTY_CADRE"
    PUBLIC_BODY_STAFF = "PUBLIC_BODY_STAFF"
    STATE_ENTERPRISE_STAFF = "STATE_ENTERPRISE_STAFF"


class LateFees(StrEnum):
    """Whether arrears bear late fees or interest."""

    NONE_UNLESS_IN_CONTRACT = "NONE_UNLESS_IN_CONTRACT"


class BlacklistClasses(StrEnum):
    """How the two classes of listing reasons combine."""

    EITHER = "EITHER"
    BOTH = "BOTH"


class BlacklistTerm(StrEnum):
    """How long a listing lasts."""

    SAME_AS_RECORD = "SAME_AS_RECORD"


class PropertyRoomSource(StrEnum):
    """Where a property office comes from."""

    RENOVATION = "RENOVATION"
    NEIGHBOURHOOD_CENTRE = "NEIGHBOURHOOD_CENTRE"
    LONG_LEASE = "LONG_LEASE"
    SHARED_OFFICE = "SHARED_OFFICE"
    OWNED_BY_UNIT = "OWNED_BY_UNIT"
    ONE_CASE_ONE_DISCUSSION = "ONE_CASE_ONE_DISCUSSION"


class RoomPer(StrEnum):
    """What one property office serves."""

    COMMUNITY = "COMMUNITY"
    ESTATE = "ESTATE"


class AssessmentPeriod(StrEnum):
    """How often providers are assessed."""

    QUARTER = "QUARTER"
    YEAR = "YEAR"
    CAMPAIGN = "CAMPAIGN"
    TIMELY = "TIMELY"


class AnnualFormula(StrEnum):
    """How the yearly score follows from the quarters."""

    MEAN_OF_FOUR = "MEAN_OF_FOUR"


class AssessmentGroup(StrEnum):
    """The groups of items that a template must have."""

    SERVICE_CONTENT = "SERVICE_CONTENT"
    SERVICE_STANDARD = "SERVICE_STANDARD"
    FEE_COLLECTION = "FEE_COLLECTION"


class Opinion(StrEnum):
    """Whose opinion is heard before a grade."""

    COMMITTEE = "COMMITTEE"
    COMMUNITY = "COMMUNITY"
    STREET = "STREET"


class GovernedInstrument(StrEnum):
    """The instruments that may wait for a document of the district's authority."""

    MAINTENANCE_FUND = "MAINTENANCE_FUND"
    COMMITTEE_FORMATION = "COMMITTEE_FORMATION"
    PROVIDER_ASSESSMENT = "PROVIDER_ASSESSMENT"


class CleaningCost(StrEnum):
    """Who bears the cost of cleaning."""

    PUBLIC_OUTSIDE_GATE = "PUBLIC_OUTSIDE_GATE"
    ENTRUSTED_PAID_AFTER_EXAMINATION = "ENTRUSTED_PAID_AFTER_EXAMINATION"
    MUNICIPAL_SANITATION = "MUNICIPAL_SANITATION"


class ExitStep(StrEnum):
    """The steps of a provider's exit."""

    NOTICE = "NOTICE"
    AUDIT = "AUDIT"
    RESELECT = "RESELECT"
    HANDOVER = "HANDOVER"
    BUFFER = "BUFFER"


class CampaignPhase(StrEnum):
    """The phases of the zero-clearing campaign."""

    SURVEY = "SURVEY"
    PILOT = "PILOT"
    ROLL_OUT = "ROLL_OUT"
    ACCEPTANCE = "ACCEPTANCE"


class TrustRole(StrEnum):
    """Who stands where in a property-management trust."""

    ALL_OWNERS_THROUGH_CONGRESS = "ALL_OWNERS_THROUGH_CONGRESS"
    PROVIDER = "PROVIDER"
    EACH_OWNER = "EACH_OWNER"


class TrusteeIncome(StrEnum):
    """What the trustee may take."""

    REMUNERATION_ONLY = "REMUNERATION_ONLY"


class Surplus(StrEnum):
    """Where what is left over goes."""

    STAYS_IN_FUND = "STAYS_IN_FUND"


class DecisionMatter(StrEnum):
    """The matters of Civil Code art. 278."""

    RULES_OF_PROCEDURE = "RULES_OF_PROCEDURE"
    REGULATIONS = "REGULATIONS"
    ELECT_COMMITTEE = "ELECT_COMMITTEE"
    HIRE_OR_DISMISS_PROVIDER = "HIRE_OR_DISMISS_PROVIDER"
    USE_MAINTENANCE_FUND = "USE_MAINTENANCE_FUND"
    RAISE_MAINTENANCE_FUND = "RAISE_MAINTENANCE_FUND"
    REBUILD = "REBUILD"
    CHANGE_COMMON_USE = "CHANGE_COMMON_USE"
    OTHER_MAJOR = "OTHER_MAJOR"


class NotReturnedBallot(StrEnum):
    """How a ballot that was not returned counts, unless the estate's rules say otherwise."""

    NOT_PARTICIPATING = "NOT_PARTICIPATING"


class IncomeEarmark(StrEnum):
    """What income from common parts or public space may be used for."""

    PROJECT_SERVICE = "PROJECT_SERVICE"
    COMMUNITY_FUNDS = "COMMUNITY_FUNDS"
    AREA_SERVICE = "AREA_SERVICE"


class IncomeKind(StrEnum):
    """Where income comes from."""

    COMMON_PARTS = "COMMON_PARTS"
    STREET_PARKING = "STREET_PARKING"
    IDLE_SPACE_OF_MERGED_AREA = "IDLE_SPACE_OF_MERGED_AREA"
