"""The registry out of its parts; wiring only."""

from functools import cache

from kit.activations import ActivatedPolicies
from kit.content.gridfs import GridFSContent
from kit.content.storage import ContentStorage, S3Access
from kit.service import BackgroundTask, ReadinessCheck, Running, ServiceParts
from kit.settings import ServiceSettings
from policy.policies import Activation, Policies
from services.registry.files import ContentAccess, routes
from services.registry.graphql.context import RegistryPolicies
from services.registry.graphql.labels import LABELS
from services.registry.graphql.schema import SCHEMA
from services.registry.reactions import reactions
from services.registry.settings import RegistrySettings
from services.registry.store.file_tasks import TaskKind
from services.registry.store.indexes import INDEXES
from services.registry.use_cases.export_list import ExportWork
from services.registry.use_cases.import_file import ImportWork
from services.registry.use_cases.run_file_tasks import FileTasks, Work


def load_policies(settings: ServiceSettings) -> RegistryPolicies:
    """Return the mounted policies; a bad file stops the start with file, line and reason."""
    return ActivatedPolicies(Policies.load(settings.policy_dir), Activation)


async def check_used_policies(running: Running[RegistryPolicies]) -> None:
    """Stop the start when a version that is in force was changed."""
    await running.policies.check_used(running.mongo)


async def lacking_policies(running: Running[RegistryPolicies]) -> str | None:
    """Say which version that is in force is not mounted here."""
    return await running.policies.problem(running.mongo)


@cache
def s3_content(access: S3Access) -> ContentStorage:
    """Return the one storage of a bucket and login."""
    # Imported here: the client takes seconds to load, and most cities keep their files in the database.
    from kit.content.s3 import S3Content

    return S3Content(access)


def content_of(running: Running[RegistryPolicies]) -> ContentAccess:
    """Return where the settings keep the bytes of documents."""
    settings = running.settings
    assert isinstance(settings, RegistrySettings)
    access = settings.s3_access
    storage: ContentStorage = GridFSContent(running.mongo) if access is None else s3_content(access)
    return ContentAccess(storage, settings.content_bytes_max)


async def run_file_tasks(running: Running[RegistryPolicies]) -> None:
    """Write lists to files and import ledgers, one after the other, as long as the service runs."""
    storage = content_of(running).storage
    works: dict[TaskKind, Work] = {
        TaskKind.EXPORT: ExportWork(running.policies, LABELS.of),
        TaskKind.IMPORT: ImportWork(storage, running.clock, running.policies),
    }
    await FileTasks(running.mongo, storage, running.clock, works).run()


PARTS: ServiceParts[RegistryPolicies] = ServiceParts(
    name="registry",
    settings=RegistrySettings,
    schema=SCHEMA,
    indexes=INDEXES,
    load_policies=load_policies,
    reactions=reactions,
    prepare=(check_used_policies,),
    readiness=(ReadinessCheck("policies", lacking_policies),),
    routes=routes(content_of),
    tasks=(BackgroundTask("file-tasks", run_file_tasks),),
)
