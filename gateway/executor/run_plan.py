"""Run a compiled plan: level by level, each level's requests side by side."""

import asyncio
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeGuard

import orjson
from graphql import VariableDefinitionNode

from gateway.executor.context_arguments import ContextReader, context_values
from gateway.executor.errors import ErrorCollector
from gateway.executor.merge import merge_object
from gateway.executor.representations import JsonObject, RepresentationBuilder, Representations
from gateway.executor.request_text import EntityCall, RequestText, write_request
from gateway.executor.subgraph_client import SubgraphAnswer, SubgraphClient, SubgraphFailure
from gateway.planner.plan import Fetch, Plan, Request
from gateway.planner.query_tree import Position
from gateway.supergraph.model import Supergraph
from gateway.telemetry import NO_TRACING, SUBGRAPH_FAILURES, SUBGRAPH_SECONDS, Tracing


@dataclass(frozen=True, slots=True)
class CompiledRequest:
    """A request with all that can be prepared before any data is there."""

    request: Request
    text: RequestText
    query_json: bytes
    builders: Mapping[Fetch, RepresentationBuilder]
    repeatable: bool
    # Of the fetches that take arguments from contexts.
    contexts: Mapping[Fetch, ContextReader] = field(default_factory=dict)
    definitions: Mapping[str, VariableDefinitionNode] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CompiledPlan:
    """A plan ready to run any number of times."""

    plan: Plan
    levels: tuple[tuple[CompiledRequest, ...], ...]


@dataclass(slots=True)
class Execution:
    """What one run of a plan needs and gathers."""

    client: SubgraphClient
    names: Mapping[str, str]
    variables: Mapping[str, Any]
    headers: Mapping[str, str]
    errors: ErrorCollector
    data: JsonObject
    tracing: Tracing = NO_TRACING
    deadline: float | None = None


def compile_plan(plan: Plan, supergraph: Supergraph, definitions: Mapping[str, VariableDefinitionNode]) -> CompiledPlan:
    """Return the plan with its request texts and representation builders."""
    return CompiledPlan(
        plan,
        tuple(tuple(_compile_request(request, supergraph, definitions) for request in level) for level in plan.levels),
    )


def _compile_request(
    request: Request, supergraph: Supergraph, definitions: Mapping[str, VariableDefinitionNode]
) -> CompiledRequest:
    text = write_request(request, definitions)
    builders = {fetch: RepresentationBuilder(fetch, supergraph) for fetch in request.fetches}
    return CompiledRequest(
        request,
        text,
        _json(text.query),
        builders,
        request.fetches[0].operation != "mutation",
        {fetch: ContextReader(fetch, supergraph, builders[fetch]) for fetch in request.fetches if fetch.contexts},
        definitions,
    )


def _json(text: str) -> bytes:
    """Return a text that is kept for long as JSON: what orjson returns holds kilobytes of unused room."""
    return json.dumps(text, ensure_ascii=False).encode()


async def run_plan(compiled: CompiledPlan, execution: Execution) -> None:
    """Gather the plan's data into `execution.data`; failures become errors and leave their part of it out."""
    for level in compiled.levels:
        if len(level) == 1:
            await _run(level[0], execution)
        else:
            await asyncio.gather(*(_run(request, execution) for request in level))


async def run_event(compiled: CompiledPlan, event: SubgraphAnswer, execution: Execution) -> None:
    """Gather the data of one event of a subscription: the subgraph sent its root, the other levels are asked for."""
    (root,), *levels = compiled.levels
    _take_in(root, event, [execution.data], execution)
    await run_plan(CompiledPlan(compiled.plan, tuple(levels)), execution)


async def _run(compiled: CompiledRequest, execution: Execution) -> None:
    if compiled.text.calls:
        await _run_entities(compiled, execution)
    else:
        await _run_root(compiled, execution)


async def _run_root(compiled: CompiledRequest, execution: Execution) -> None:
    fetch = compiled.request.fetches[0]
    targets = compiled.builders[fetch].objects(execution.data)
    if not targets:
        return
    answer = await _ask(compiled, {}, execution)
    if answer is not None:
        _take_in(compiled, answer, targets, execution)


def _take_in(
    compiled: CompiledRequest, answer: SubgraphAnswer, targets: Sequence[JsonObject], execution: Execution
) -> None:
    fetch = compiled.request.fetches[0]
    if answer.data is not None:
        for target in targets:
            merge_object(target, answer.data)
    for error in answer.errors:
        path = error.get("path") if isinstance(error, dict) else None
        base = static_path(fetch.position)
        keys = path if isinstance(path, list) else []
        execution.errors.add_from_subgraph(
            error,
            path=base + client_path(fetch.position, keys) or None,
            subgraph=execution.names[compiled.request.graph],
        )


async def _run_entities(compiled: CompiledRequest, execution: Execution) -> None:
    gathered: dict[str, Representations] = {}
    variables: dict[str, Any] = {}
    groups = {fetch: reader.groups(execution.data) for fetch, reader in compiled.contexts.items()}
    if groups:
        compiled = _call_once_per_group(compiled, {fetch: len(found) for fetch, found in groups.items()})
    for call in compiled.text.calls:
        if call.contexts:
            group = groups[call.fetches[0]][call.group]
            gathered[call.alias] = group.representations
            variables[call.variable] = group.representations.values
            variables.update(context_values(call.contexts, group, call.suffix))
            continue
        representations = gathered[call.alias] = Representations()
        for fetch in call.fetches:
            if fetch.entity is not None:
                representations.add(compiled.builders[fetch], fetch.entity, execution.data)
        variables[call.variable] = representations.values
    if not any(one.values for one in gathered.values()):
        return
    answer = await _ask(compiled, variables, execution)
    if answer is None:
        return
    if answer.data is not None:
        incomplete = False
        for alias, representations in gathered.items():
            entities = answer.data.get(alias)
            if not isinstance(entities, list):
                incomplete = True
                continue
            incomplete |= len(entities) != len(representations.targets)
            for entity, targets in zip(entities, representations.targets, strict=False):
                if isinstance(entity, dict):
                    # The type name in the data is that of the subgraph which gave the object.
                    if "__typename" in targets[0]:
                        entity.pop("__typename", None)
                    for target in targets:
                        if target.keys().isdisjoint(entity):
                            target.update(entity)
                        else:
                            merge_object(target, entity)
        if incomplete and not answer.errors:
            name = execution.names[compiled.request.graph]
            SUBGRAPH_FAILURES.labels(name, "SUBGRAPH_NOT_GRAPHQL").inc()
            message = "the subgraph did not answer for every entity"
            path = failure_path(compiled) or None
            execution.errors.add(message, path=path, code="SUBGRAPH_NOT_GRAPHQL", subgraph=name)
    calls = {call.alias: call for call in compiled.text.calls}
    for error in answer.errors:
        execution.errors.add_from_subgraph(
            error,
            path=_entity_error_path(error, calls, gathered, compiled, execution),
            subgraph=execution.names[compiled.request.graph],
        )


def _call_once_per_group(compiled: CompiledRequest, numbers: Mapping[Fetch, int]) -> CompiledRequest:
    if all(number == 1 for number in numbers.values()):
        return compiled
    text = write_request(compiled.request, compiled.definitions, numbers)
    return replace(compiled, text=text, query_json=_json(text.query))


def request_body(
    compiled: CompiledRequest, variables: Mapping[str, Any], representations: Mapping[str, Any] | None = None
) -> bytes:
    """Return the request as JSON, with those of the client's variables that it uses."""
    used = {name: variables[name] for name in compiled.text.variables if name in variables}
    if representations:
        used.update(representations)
    if used:
        return b'{"query":%b,"variables":%b}' % (compiled.query_json, orjson.dumps(used))
    return b'{"query":%b}' % compiled.query_json


async def _ask(
    compiled: CompiledRequest, representations: Mapping[str, Any], execution: Execution
) -> SubgraphAnswer | None:
    body = request_body(compiled, execution.variables, representations)
    graph = compiled.request.graph
    name = execution.names[graph]
    started = time.perf_counter()
    try:
        with execution.tracing.fetch(name, execution.headers) as headers:
            return await execution.client.ask(
                graph, body, headers, repeatable=compiled.repeatable, deadline=execution.deadline
            )
    except SubgraphFailure as failure:
        SUBGRAPH_FAILURES.labels(name, failure.code).inc()
        execution.errors.add(str(failure), path=failure_path(compiled) or None, code=failure.code, subgraph=name)
        return None
    finally:
        SUBGRAPH_SECONDS.labels(name).observe(time.perf_counter() - started)


def _entity_error_path(
    error: Any,
    calls: Mapping[str, EntityCall],
    gathered: Mapping[str, Representations],
    compiled: CompiledRequest,
    execution: Execution,
) -> list[str | int] | None:
    path = error.get("path") if isinstance(error, dict) else None
    if _is_entity_path(path) and path[0] in calls:
        representations = gathered[path[0]]
        if 0 <= path[1] < len(representations.targets):
            target = representations.targets[path[1]][0]
            for fetch in calls[path[0]].fetches:
                found = find_object(fetch.position, target, execution.data)
                if found is not None:
                    return found + client_path(fetch.position, path[2:])
    return static_path(compiled.request.fetches[0].position) or None


def _is_entity_path(path: Any) -> TypeGuard[list[Any]]:
    return isinstance(path, list) and len(path) >= 2 and isinstance(path[0], str) and isinstance(path[1], int)


def failure_path(compiled: CompiledRequest) -> list[str | int]:
    """Return the path of what a failed request leaves null: one field, or the object whose fields it would answer."""
    fetch, *others = compiled.request.fetches
    path = static_path(fetch.position)
    branches = [fetch.selection, *fetch.selection.fragments.values()]
    keys = [key for branch in branches for key in branch.fields]
    if not others and len(keys) == 1:
        path += client_path(fetch.position, keys)
    return path


def static_path(position: Position) -> list[str | int]:
    """Return the response names down to the position, without list indexes."""
    names: list[str | int] = []
    via = position.parent
    while via is not None:
        if via.response_name is None:
            names.clear()
        else:
            names.append(via.response_name)
        via = via.position.parent
    return names[::-1]


def client_path(position: Position | None, keys: list[Any]) -> list[str | int]:
    """Return a path below the position in the client's names; it ends where only the planner's fields follow."""
    path: list[str | int] = []
    for key in keys:
        if isinstance(key, int):
            path.append(key)
            continue
        one = next((f for f in position.fields if f.key == key and not f.hidden), None) if position else None
        if one is None or one.response_name is None:
            break
        path.append(one.response_name)
        position = one.child
    return path


def find_object(position: Position, wanted: JsonObject, data: JsonObject) -> list[str | int] | None:
    """Return the client's path to one gathered object of the position."""
    steps = []
    via = position.parent
    while via is not None:
        steps.append(via)
        via = via.position.parent

    def search(value: Any, depth: int, path: list[str | int]) -> list[str | int] | None:
        if isinstance(value, list):
            for index, item in enumerate(value):
                found = search(item, depth, [*path, index])
                if found is not None:
                    return found
            return None
        if not isinstance(value, dict):
            return None
        if depth < 0:
            return path if value is wanted else None
        step = steps[depth]
        name = step.response_name
        if name is None:
            return path
        return search(value.get(step.key), depth - 1, [*path, name])

    return search(data, len(steps) - 1, [])
