// Starts GraphiQL on this gateway: a token field, and the examples that this supergraph can answer.
"use strict";

const TOKEN_KEY = "anju-graphiql-token";
const tokenField = document.getElementById("token");
const exampleList = document.getElementById("examples");
const root = ReactDOM.createRoot(document.getElementById("graphiql"));

function bearer() {
  const token = tokenField.value.trim().replace(/^bearer\s+/i, "");
  return token === "" ? {} : { authorization: `Bearer ${token}` };
}

function fetcher() {
  const address = new URL("/graphql", window.location.href);
  const socket = new URL(address);
  socket.protocol = address.protocol === "https:" ? "wss:" : "ws:";
  return GraphiQL.createFetcher({
    url: address.href,
    subscriptionUrl: socket.href,
    headers: bearer(),
    wsConnectionParams: bearer(),
  });
}

function render(example) {
  const properties = { fetcher: fetcher(), isHeadersEditorEnabled: false, defaultEditorToolsVisibility: "variables" };
  if (example !== undefined) {
    properties.query = example.query;
    properties.variables = example.variables;
  }
  root.render(React.createElement(GraphiQL, properties));
}

async function start() {
  // The token stays in this tab: it is gone when the tab is closed.
  tokenField.value = sessionStorage.getItem(TOKEN_KEY) ?? "";
  const answer = await fetch("/graphiql/examples.json");
  const examples = answer.ok ? await answer.json() : [];
  let shown = examples[0];
  exampleList.replaceChildren(...examples.map(({ title }, position) => new Option(title, String(position))));
  exampleList.addEventListener("change", () => {
    shown = examples[Number(exampleList.value)];
    render(shown);
  });
  tokenField.addEventListener("change", () => {
    sessionStorage.setItem(TOKEN_KEY, tokenField.value);
    render();
  });
  render(shown);
}

start();
