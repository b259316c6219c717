"""GraphiQL in a real browser: it starts from our own files, asks with the token of its field, and shows the answer."""

from collections.abc import Iterator

import pytest

from tests.gateway.browser import CHROMIUM, Page, open_browser
from tests.gateway.running import RunningGateway, ScriptedSubgraph, running_gateway, write_supergraph

pytestmark = [
    pytest.mark.system,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium is installed to open the page in"),
]
EXECUTE = "document.querySelector('.graphiql-execute-button')"
RESPONSE = "document.querySelector('.result-window .CodeMirror')?.CodeMirror.getValue()"
QUERY = "document.querySelector('.graphiql-query-editor .CodeMirror')?.CodeMirror"


@pytest.fixture(scope="module")
def subgraph() -> Iterator[ScriptedSubgraph]:
    """A subgraph that knows one user."""
    one = ScriptedSubgraph()
    one.answer_json('{"data":{"user":{"__typename":"User","id":"1","name":"周桂英"}}}')
    yield one
    one.close()


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory, subgraph: ScriptedSubgraph) -> Iterator[RunningGateway]:
    """A gateway over the subgraph."""
    with running_gateway(write_supergraph(tmp_path_factory.mktemp("supergraph"), a=subgraph.url)) as running:
        yield running


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory, gateway: RunningGateway) -> Iterator[Page]:
    """The opened page."""
    with open_browser(tmp_path_factory.mktemp("profile")) as page:
        page.open(f"{gateway.url}/")
        page.wait_for(f"{EXECUTE} !== null && {QUERY} !== undefined")
        yield page


def test_the_page_offers_the_examples_that_this_supergraph_can_answer(page: Page) -> None:
    assert page.wait_for("[...document.getElementById('examples').options].map(one => one.text)") == [
        "这张图有什么 What can be asked here"
    ]


def test_a_query_is_asked_with_the_token_and_its_answer_shown(page: Page, subgraph: ScriptedSubgraph) -> None:
    page.evaluate("document.getElementById('token').focus()")
    page.type_text("a.b.c")
    page.evaluate("document.getElementById('token').dispatchEvent(new Event('change'))")
    page.evaluate(f"{QUERY}.setValue('query Types {{ user {{ name }} }}')")

    page.evaluate(f"{EXECUTE}.click()")

    page.wait_for(f"({RESPONSE} ?? '').includes('周桂英')")
    assert b"authorization: bearer a.b.c" in subgraph.requests[-1].lower()


def test_the_schema_reaches_the_documentation(page: Page) -> None:
    page.evaluate("document.querySelector('button[aria-label=\"Show Documentation Explorer\"]').click()")

    assert page.wait_for(
        "[...document.querySelectorAll('.graphiql-doc-explorer-content a')].some(one => one.textContent === 'Query')"
    )


def test_nothing_breaks_the_content_security_policy_or_comes_from_elsewhere(
    page: Page, gateway: RunningGateway
) -> None:
    loaded = page.evaluate("performance.getEntriesByType('resource').map(one => one.name)")

    assert page.problems == []
    assert [one for one in loaded if not one.startswith((gateway.url, "data:"))] == []
    assert f"{gateway.url}/graphiql/graphiql.min.js" in loaded
