"""What the services announce: committed schemas without drift, and no personal data on the bus."""

from kit.event_schemas import DEFAULT_DIRECTORY, EventSchemas, SchemaFiles, all_event_classes
from kit.events import personal_data_fields, schema_of


def test_the_committed_schemas_are_those_of_the_event_classes() -> None:
    assert SchemaFiles.of(all_event_classes(), DEFAULT_DIRECTORY).drift() == ()


def test_every_committed_schema_compiles() -> None:
    schemas = EventSchemas.load()

    unknown = [event_class.type for event_class in all_event_classes() if not schemas.knows(event_class.type)]
    assert unknown == []


def test_no_event_carries_personal_data() -> None:
    carried = {
        event_class.type: names
        for event_class in all_event_classes()
        if (names := personal_data_fields(event_class.type, schema_of(event_class)))
    }

    assert carried == {}
