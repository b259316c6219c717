"""Every index of the registry's queries; a query that has none here is a fault."""

from kit.mongo import Index
from services.registry.store.abandonments import ABANDONMENTS
from services.registry.store.base_surveys import BASE_SURVEYS, TRAITS
from services.registry.store.bodies import BODIES, PERSONS
from services.registry.store.bundles import BUNDLES
from services.registry.store.communities import GRID_CONTACTS, PROPERTY_ROOMS
from services.registry.store.congresses import CONGRESSES
from services.registry.store.consultations import CONSULTATIONS
from services.registry.store.contents import CONTENTS
from services.registry.store.contracts import CONTRACTS
from services.registry.store.corrections import CORRECTIONS
from services.registry.store.decisions import DECISIONS
from services.registry.store.documents import DOCUMENTS
from services.registry.store.donations import DONATIONS
from services.registry.store.estates import ESTATES
from services.registry.store.facilities import FACILITIES
from services.registry.store.file_tasks import FILE_TASKS
from services.registry.store.fund_uses import FUND_USES
from services.registry.store.modes import ESTATE_MODES
from services.registry.store.old_estate_ledgers import BASE_LEDGER, UNMANAGED, WORK_PLANS
from services.registry.store.owners import OWNERS
from services.registry.store.parts import BUILDINGS, PARTS
from services.registry.store.party_records import BACKBONE_RESIDENTS, PARTY_COVERAGES
from services.registry.store.providers import CREDIT_LOOKUPS, PROVIDERS
from services.registry.store.selections import SELECTIONS
from services.registry.store.service_areas import ESTATES_OF_SERVICE_AREAS, SERVICE_AREAS
from services.registry.store.staff import STAFF_COUNTS
from services.registry.store.territory import COMMUNITIES, STREETS
from services.registry.store.trust_funds import TRUST_FUNDS

INDEXES = (
    Index(STREETS, (("district", 1), ("name", 1)), unique=True),
    Index(COMMUNITIES, (("street_id", 1), ("name", 1)), unique=True),
    Index(ESTATES, (("code", 1),), unique=True),
    Index(ESTATES, (("district", 1), ("code", 1))),
    Index(ESTATES, (("street_id", 1), ("code", 1))),
    Index(ESTATES, (("community_id", 1), ("code", 1))),
    Index(ESTATES, (("areas", 1), ("code", 1))),
    Index(FACILITIES, (("estate_id", 1), ("name", 1)), unique=True),
    Index(ABANDONMENTS, (("estate_id", 1), ("from", 1)), unique=True),
    Index(BASE_SURVEYS, (("estate_id", 1), ("on", 1)), unique=True),
    Index(TRAITS, (("estate_id", 1),), unique=True),
    Index(PARTY_COVERAGES, (("estate_id", 1), ("on", 1)), unique=True),
    Index(BACKBONE_RESIDENTS, (("estate_id", 1), ("name", 1)), unique=True),
    Index(BASE_LEDGER, (("estate_id", 1), ("on", 1)), unique=True),
    Index(UNMANAGED, (("estate_id", 1), ("on", 1)), unique=True),
    Index(WORK_PLANS, (("street_id", 1), ("community_id", 1), ("estate_class", 1), ("starts_on", 1)), unique=True),
    Index(BODIES, (("street_id", 1), ("district", 1), ("code", 1)), unique=True),
    Index(BODIES, (("district", 1), ("street_id", 1))),
    Index(PERSONS, (("district", 1), ("number", 1)), unique=True),
    Index(PROPERTY_ROOMS, (("community_id", 1), ("from", 1)), unique=True),
    Index(GRID_CONTACTS, (("community_id", 1), ("department", 1), ("from", 1)), unique=True),
    Index(SERVICE_AREAS, (("street_id", 1), ("name", 1)), unique=True),
    Index(ESTATES_OF_SERVICE_AREAS, (("estate_id", 1),), unique=True),
    Index(ESTATES_OF_SERVICE_AREAS, (("service_area_id", 1),)),
    Index(BUILDINGS, (("estate_id", 1), ("label", 1)), unique=True),
    Index(PARTS, (("building_id", 1), ("door_number", 1)), unique=True),
    Index(PARTS, (("ownerships.owner_id", 1),)),
    Index(OWNERS, (("district", 1), ("code", 1)), unique=True),
    Index(PROVIDERS, (("unified_credit_code", 1),), unique=True),
    Index(CREDIT_LOOKUPS, (("estate_id", 1), ("provider_id", 1))),
    Index(CONGRESSES, (("estate_id", 1),), unique=True),
    Index(DECISIONS, (("estate_id", 1),)),
    Index(FUND_USES, (("estate_id", 1),)),
    Index(CONTRACTS, (("number", 1),), unique=True),
    Index(CONTRACTS, (("estate_id", 1),)),
    Index(CONTRACTS, (("provider_id", 1), ("state", 1))),
    Index(CONTRACTS, (("bundle_id", 1),)),
    Index(CONTRACTS, (("areas", 1), ("ends_key", 1))),
    Index(CONTRACTS, (("ends_key", 1),)),
    Index(SELECTIONS, (("estate_id", 1),)),
    Index(SELECTIONS, (("procedure.offers.id", 1),)),
    Index(BUNDLES, (("members.estate_id", 1),), unique=True),
    Index(STAFF_COUNTS, (("estate_id", 1),)),
    Index(DONATIONS, (("community_id", 1),)),
    Index(CONTENTS, (("state", 1), ("uploaded_at", 1))),
    Index(DOCUMENTS, (("areas", 1), ("order", 1))),
    Index(DOCUMENTS, (("subject_id", 1), ("kind", 1), ("order", 1))),
    Index(DOCUMENTS, (("district", 1), ("kind", 1), ("order", 1))),
    Index(DOCUMENTS, (("kind", 1), ("order", 1))),
    Index(DOCUMENTS, (("order", 1),)),
    Index(DOCUMENTS, (("estate_id", 1), ("order", 1))),
    Index(CORRECTIONS, (("estate_id", 1), ("order", 1))),
    Index(FILE_TASKS, (("subject", 1), ("state", 1))),
    Index(FILE_TASKS, (("subject", 1), ("kind", 1), ("requested_at", 1))),
    Index(FILE_TASKS, (("state", 1), ("requested_at", 1))),
    Index(FILE_TASKS, (("state", 1), ("expires_at", 1))),
    Index(OWNERS, (("areas", 1), ("code", 1))),
    Index(OWNERS, (("areas", 1), ("name_key", 1))),
    Index(OWNERS, (("areas", 1), ("initials_key", 1))),
    Index(ESTATES, (("areas", 1), ("name_key", 1))),
    Index(ESTATES, (("areas", 1), ("initials_key", 1))),
    Index(ESTATES, (("district", 1), ("name_key", 1))),
    Index(ESTATES, (("district", 1), ("initials_key", 1))),
    Index(ESTATES, (("street_id", 1), ("name_key", 1))),
    Index(ESTATES, (("street_id", 1), ("initials_key", 1))),
    Index(ESTATES, (("community_id", 1), ("name_key", 1))),
    Index(ESTATES, (("community_id", 1), ("initials_key", 1))),
    Index(ESTATES, (("name_key", 1),)),
    Index(ESTATES, (("initials_key", 1),)),
    Index(PROVIDERS, (("name_key", 1),)),
    Index(PROVIDERS, (("initials_key", 1),)),
    Index(PROVIDERS, (("district", 1), ("unified_credit_code", 1))),
    Index(ESTATE_MODES, (("estate_id", 1),), unique=True),
    Index(ESTATE_MODES, (("review_key", 1),)),
    Index(ESTATE_MODES, (("district", 1), ("review_key", 1))),
    Index(ESTATE_MODES, (("street_id", 1), ("review_key", 1))),
    Index(ESTATE_MODES, (("community_id", 1), ("review_key", 1))),
    Index(ESTATE_MODES, (("areas", 1), ("review_key", 1))),
    Index(CONSULTATIONS, (("estate_id", 1),)),
    Index(TRUST_FUNDS, (("estate_id", 1),)),
)
