"""Federations as other people build them: each query has one right answer, whichever way the plan takes."""

import pytest

from tests.gateway.same_values import SameValues, announce_federations

SCENARIOS: dict[str, tuple[dict[str, str], tuple[str, ...]]] = {
    "complex entity call: lists of entities under compound nested keys": (
        {
            "products": """
              type Query { topProducts: ProductList! }
              type ProductList @key(fields: "products { id pid }") { products: [Product!]! }
              type Product @key(fields: "id pid") { id: String! category: Category @shareable pid: String
                @shareable }
              type Category @key(fields: "id") { id: String! @shareable details: Details tag: String @shareable }
              type Details { text: String }
            """,
            "link": """
              type Query { l: Int }
              type Product @key(fields: "id") @key(fields: "id pid") { id: String! pid: String! @shareable }
            """,
            "price": """
              type Query { p: Int }
              type Product @key(fields: "id pid category { id tag }") { id: String! pid: String! @shareable
                category: Category @shareable price: Price }
              type Category { id: String! @shareable tag: String @shareable }
              type Price { price: Float! }
            """,
        },
        (
            "{ topProducts { products { id price { price } } } }",
            "{ topProducts { products { category { details { text } } price { price } } } }",
        ),
    ),
    "keys that differ by subgraph": (
        {
            "a": """
              type Query { b: B }
              type B @key(fields: "id") { id: ID! a: A! }
              type A @key(fields: "id") { id: ID! nameInA: String }
            """,
            "b": """
              type Query { x: Int }
              type B @key(fields: "id") { id: ID! }
              type A @key(fields: "id") @key(fields: "pId") { id: ID! pId: ID! @shareable }
            """,
            "c": """
              type Query { y: Int }
              type A @key(fields: "pId") { pId: ID! @shareable nameInC: String n: N }
              type N @key(fields: "k { id }") { k: K own: Int }
              type K { id: ID! }
            """,
            "d": """
              type Query { z: Int }
              type N @key(fields: "k { id }") { k: K @external other: Int }
              type K { id: ID! @external }
            """,
        },
        (
            "{ b { a { nameInC nameInA } } }",
            "{ b { a { n { other own k { id } } } } }",
        ),
    ),
    "requires with arguments that conflict with the client's": (
        {
            "a": """
              type Query { products: [Product] }
              type Product @key(fields: "upc") { upc: String! name: String weight: Int price(currency: String):
                Int size(unit: Int = 1): Size }
              type Size { w(scale: Int): Int h: Int }
            """,
            "b": """
              type Query { b: Int }
              type Product @key(fields: "upc") { upc: String! weight: Int @external price(currency: String): Int
                @external size(unit: Int = 1): Size @external estimate: Int @requires(fields:
                "price(currency: \\"USD\\") weight") estimateEur: Int @requires(fields: "price(currency: \\"EUR\\")")
                volume: Int @requires(fields: "size(unit: 2) { w(scale: 3) h }") }
              type Size { w(scale: Int): Int @external h: Int @external }
            """,
        },
        (
            '{ products { price(currency: "CNY") estimate estimateEur weight } }',
            '{ products { weight: price(currency: "CNY") estimate } }',
            "{ products { size(unit: 9) { w h2: h } volume estimate } }",
            "query($c: String) { products { price(currency: $c) size { w: h h: w } volume estimateEur } }",
        ),
    ),
    "requires in a circle of subgraphs": (
        {
            "a": """
              type Query { feed: [Post] }
              type Post @key(fields: "id") { id: ID! byNovice: Boolean! @external byExpert: Boolean!
                @requires(fields: "byNovice") author: Author! @shareable }
              type Author @key(fields: "id") { id: ID! }
            """,
            "b": """
              type Query { b: Int }
              type Post @key(fields: "id") { id: ID! author: Author! @external byNovice: Boolean!
                @requires(fields: "author { yearsOfExperience }") }
              type Author @key(fields: "id") { id: ID! yearsOfExperience: Int! }
            """,
        },
        (
            "{ feed { byNovice } }",
            "{ feed { byExpert } }",
            "{ feed { id byExpert byNovice author { id yearsOfExperience } } }",
        ),
    ),
    "requires of requires, three deep, merged with others": (
        {
            "a": """
              type Query { product: Product }
              type Product @key(fields: "id") { id: ID! price: Int! }
            """,
            "b": """
              type Query { b: Int }
              type Product @key(fields: "id") { id: ID! hasDiscount: Boolean! }
            """,
            "c": """
              type Query { c: Int }
              type Product @key(fields: "id") { id: ID! price: Int! @external hasDiscount: Boolean! @external
                isExpensive: Boolean! @requires(fields: "price") isExpensiveWithDiscount: Boolean!
                @requires(fields: "hasDiscount price") }
            """,
            "d": """
              type Query { d: Int }
              type Product @key(fields: "id") { id: ID! isExpensive: Boolean! @external isExpensiveWithDiscount:
                Boolean! @external canAfford: Boolean! @requires(fields: "isExpensive") canAffordWithDiscount:
                Boolean! @requires(fields: "isExpensiveWithDiscount") }
            """,
        },
        (
            "{ product { canAfford canAffordWithDiscount } }",
            "{ product { canAfford isExpensive } }",
            "{ product { canAffordWithDiscount price } }",
            "{ product { canAffordWithDiscount } }",
        ),
    ),
    "requires on an interface and with fragments": (
        {
            "a": """
              type Query { user: User products: [Product!]! }
              type User @key(fields: "id") { id: ID! address: Address @external city: String @requires(fields:
                "address { id ... on Work { work } ... on Home { home } }") zip: String @requires(fields:
                "address { id }") }
              interface Address { id: ID! }
              type Work implements Address @key(fields: "id") { id: ID! @external work: String @external }
              type Home implements Address @key(fields: "id") { id: ID! @external home: String @external }
              interface Product @key(fields: "id") { id: ID! dim: String }
              type Book implements Product @key(fields: "id") { id: ID! dim: String pages: Int }
              type Film implements Product @key(fields: "id") { id: ID! dim: String minutes: Int }
            """,
            "b": """
              type Query { b: Int }
              type User @key(fields: "id") { id: ID! address: Address name: String }
              interface Address { id: ID! }
              type Work implements Address @key(fields: "id") { id: ID! work: String }
              type Home implements Address @key(fields: "id") { id: ID! home: String city: String }
              type Book @key(fields: "id") { id: ID! dim: String @external shipping: String @requires(fields:
                "dim") }
              type Film @key(fields: "id") { id: ID! dim: String @external shipping: String @requires(fields:
                "dim") }
            """,
        },
        (
            "{ user { city } }",
            "{ user { zip name address { id ... on Home { city } __typename } } }",
            "{ user { city zip address { ... on Work { work } } } }",
            "{ products { ... on Book { shipping } ... on Film { shipping minutes } id } }",
        ),
    ),
    "nested provides and provides on an interface and a union": (
        {
            "a": """
              type Query { products: [Product] @provides(fields: "categories { id name }") media: Media @shareable
                @provides(fields: "... on Book { title } animals { id name }") other: Media things: [Thing]
                @provides(fields: "... on Book { title }") }
              union Thing = Book | Film
              interface Media { id: ID! animals: [Animal] }
              interface Animal { id: ID! name: String }
              type Book implements Media @key(fields: "id") { id: ID! title: String @external animals: [Animal]
                @shareable }
              type Film implements Media @key(fields: "id") { id: ID! animals: [Animal] @shareable }
              type Dog implements Animal @key(fields: "id") { id: ID! @external name: String @external }
              type Cat implements Animal @key(fields: "id") { id: ID! @external name: String @external }
              type Product @key(fields: "id") { id: ID! categories: [Category] @external }
              type Category @key(fields: "id") { id: ID! name: String @external }
            """,
            "b": """
              type Query { b: Int }
              type Book @key(fields: "id") { id: ID! title: String }
              type Film @key(fields: "id") { id: ID! title: String }
              interface Animal { id: ID! name: String }
              type Dog implements Animal @key(fields: "id") { id: ID! name: String age: Int }
              type Cat implements Animal @key(fields: "id") { id: ID! name: String age: Int }
              type Product @key(fields: "id") { id: ID! categories: [Category] }
              type Category @key(fields: "id") { id: ID! name: String sub: [Category] }
            """,
        },
        (
            "{ products { id categories { id name } } }",
            "{ products { categories { name sub { name } } } }",
            "{ media { id animals { id name ... on Cat { age } } ... on Book { title } } }",
            "{ media { animals { id name } ... on Film { title } } other { ... on Book { title } animals { id } } }",
            "{ things { ... on Book { id title } ... on Film { id title } } }",
        ),
    ),
    "an interface object with requires, fragments and type names": (
        {
            "a": """
              type Query { users: [Node!]! anotherUsers: [Node] }
              interface Node @key(fields: "id") { id: ID! name: String! }
              type User implements Node @key(fields: "id") { id: ID! name: String! age: Int }
              type Admin implements Node @key(fields: "id") { id: ID! name: String! level: Int }
            """,
            "b": """
              type Query { accounts: [Node] }
              type Node @key(fields: "id") @interfaceObject { id: ID! name: String! @external username: String
                @requires(fields: "name") score: Int }
            """,
        },
        (
            "{ users { id name username } }",
            "{ accounts { id name __typename score } }",
            "{ accounts { __typename } }",
            "{ accounts { ... on User { age score } } }",
            "{ accounts { ... on Admin { username level } ... on Node { id } } }",
            """
              { users { ... on User { username } ... on Admin { t: __typename score } } anotherUsers { username
                age: __typename } }
            """,
            "{ accounts { ... on User { id } } }",
        ),
    ),
    "union members and interfaces that differ by subgraph": (
        {
            "a": """
              type Query { media: Media viewer: Viewer @shareable bag: Bag }
              union Media = Book
              type Bag { id: ID! @shareable one: One }
              interface One { id: ID! }
              type Viewer @shareable { media: ViewerMedia book: ViewerMedia }
              union ViewerMedia = Book | Song
              type Song @shareable { title: String! }
              type Book implements One @key(fields: "id") { id: ID! title: String! @shareable }
            """,
            "b": """
              type Query { viewer: Viewer @shareable b: Int }
              type Viewer @shareable { media: ViewerMedia movie: ViewerMedia }
              union Media = Movie | Book
              union ViewerMedia = Book | Movie
              interface One { id: ID! pages: Int }
              type Book implements One @key(fields: "id") { id: ID! title: String! @shareable pages: Int }
              type Movie implements One @key(fields: "id") { id: ID! title: String! pages: Int }
            """,
        },
        (
            "{ media { ... on Book { title pages } ... on Movie { title } __typename } }",
            "{ viewer { media { __typename ... on Book { title } ... on Song { title } ... on Movie { title } } } }",
            """
              { viewer { book { ... on Book { pages title } ... on Song { title } } movie { ... on Movie { title }
                } } }
            """,
            "{ bag { one { id pages ... on Book { title } } } }",
        ),
    ),
    "shared roots and mismatched child types": (
        {
            "a": """
              type Query { users: [User!]! @shareable product: Product @shareable }
              union User2 = User
              type User @key(fields: "id") { id: ID! @shareable name: String }
              type Product @shareable { id: ID! name: Name category: Category }
              type Name @shareable { id: ID! brand: String! }
              type Category @shareable { id: ID! details: String }
            """,
            "b": """
              type Query { users: [User!]! @shareable product: Product @shareable }
              type User @key(fields: "id") { id: ID @shareable age: Int }
              type Product @shareable { id: ID! name: Name price: Price }
              type Name @shareable { id: ID! model: String! }
              type Price { id: ID! amount: Int }
            """,
            "c": """
              type Query { product: Product @shareable }
              type Product @shareable { id: ID! name: Name stock: Int }
              type Name @shareable { id: ID! long: String }
            """,
        },
        (
            "{ users { id name age } }",
            "{ product { id name { brand model long id } price { amount } category { details } stock } }",
        ),
    ),
    "overrides, with requires and through an interface": (
        {
            "a": """
              type Query { feed: [Post] a: Int }
              interface Post { id: ID! createdAt: String }
              type Text implements Post @key(fields: "id") { id: ID! createdAt: String @shareable body: String }
              type Image implements Post @key(fields: "id") { id: ID! createdAt: String url: String }
            """,
            "b": """
              type Query { another: [Post] b: Int }
              interface Post { id: ID! createdAt: String }
              type Text implements Post @key(fields: "id") { id: ID! body: String @external long: Int
                @requires(fields: "body") createdAt: String @shareable }
              type Image implements Post @key(fields: "id") { id: ID! createdAt: String @override(from: "a") }
            """,
            "c": """
              type Query { c: Int }
              type Text @key(fields: "id") { id: ID! body: String @override(from: "a") }
            """,
        },
        (
            "{ feed { id createdAt } }",
            "{ another { createdAt ... on Text { long } } }",
            "{ feed { ... on Text { long body createdAt } ... on Image { createdAt } } }",
        ),
    ),
    "mutations and their follow-up fetches": (
        {
            "a": """
              type Query { a: Int }
              type Mutation { add(n: Int): Product! multiply(by: Int!): Int! }
              type Product @key(fields: "id") { id: ID! name: String! }
            """,
            "b": """
              type Query { b: Int }
              type Mutation { remove: Product drop(n: Int): Int! }
              type Product @key(fields: "id") { id: ID! price: Int! name: String! @external expensive: Boolean
                @requires(fields: "name") }
            """,
        },
        (
            "mutation { add(n: 1) { id price expensive } drop(n: 2) multiply(by: 3) }",
            "mutation { one: multiply(by: 1) two: drop(n: 2) three: multiply(by: 3) }",
            "mutation M($n: Int) { remove { name price } add(n: $n) { expensive name } }",
        ),
    ),
    "parents entered again for a child without a key": (
        {
            "a": """
              type Query { a: Int }
              type Product @key(fields: "id") { id: ID! category: Category @shareable }
              type Category { details: String }
            """,
            "b": """
              type Query { b: Int }
              type Product @key(fields: "id pid") { id: ID! pid: ID! category: Category @shareable }
              type Category { name: String @shareable }
            """,
            "c": """
              type Query { productFromC(id: ID): Product }
              type Product @key(fields: "id pid") @key(fields: "id") { id: ID! pid: ID! category: Category
                @shareable }
              type Category @shareable { name: String id: ID }
            """,
        },
        (
            "{ productFromC(id: 1) { category { details name id } } }",
            "{ productFromC { id pid category { details } } }",
        ),
    ),
    "enums, inputs and hidden values": (
        {
            "a": """
              type Query { users(filter: Filter): [User] }
              input Filter { kind: Kind first: Int! }
              enum Kind { ONE TWO OLD @inaccessible }
              type User @key(fields: "id") { id: ID! kind: Kind kinds: [Kind!] }
            """,
            "b": """
              type Query { b(filter: Filter): Kind2 }
              input Filter { kind: Kind first: Int! more: Int }
              enum Kind { ONE TWO }
              enum Kind2 { X Y }
              type User @key(fields: "id") { id: ID! secret: String @inaccessible shown: Int }
            """,
        },
        (
            "{ users(filter: { first: 3, kind: ONE }) { id kind kinds shown } b(filter: { first: 1 }) }",
            "query($f: Filter) { users(filter: $f) { kind } }",
        ),
    ),
    "circular references through interfaces": (
        {
            "a": """
              type Query { product: Product }
              interface Product { id: ID! samePriceProduct: Product }
              type Book implements Product @key(fields: "id") { id: ID! samePriceProduct: Book @provides(fields:
                "price") price: Float @external }
            """,
            "b": """
              type Query { b: Int }
              type Book @key(fields: "id") { id: ID! price: Float }
            """,
        },
        (
            "{ product { samePriceProduct { id ... on Book { price samePriceProduct { price id } } } } }",
            "{ product { ... on Book { samePriceProduct { ... on Book { price } } price } } }",
        ),
    ),
    "skip and include in requirements and fragments": (
        {
            "a": """
              type Query { product: Product }
              type Product @key(fields: "id") { id: ID! price: Int! }
            """,
            "b": """
              type Query { b: Int }
              type Product @key(fields: "id") { id: ID! price: Int! @external isExpensive: Boolean! neverCalled:
                String! includeMe: String! @requires(fields: "price") }
            """,
        },
        (
            "query($skip: Boolean = true) { product { price neverCalled @skip(if: $skip) } }",
            """
              query($no: Boolean = false, $yes: Boolean = true) { product { id include: includeMe @include(if:
                $no) includeMe @include(if: $yes) ... @skip(if: $no) { isExpensive } } }
            """,
            """
              query($no: Boolean = false) { product @skip(if: $no) { ...F @include(if: $no) id } } fragment F on
                Product { neverCalled }
            """,
            "query($no: Boolean = false) { product { ... @include(if: $no) { neverCalled } } }",
        ),
    ),
    "fields of the first federation, extended and external": (
        {
            "a": """
              type Query { user: User @provides(fields: "name") }
              type User @extends @key(fields: "id") { id: ID @external rid: ID name: String! @external }
            """,
            "b": """
              type Query { userById(id: ID): User }
              type User @key(fields: "id") { id: ID name: String! nickname: String }
            """,
        },
        ("{ user { id rid name nickname } userById(id: 1) { id name rid } }",),
    ),
    "interfaces implementing interfaces, nested lists and type names": (
        {
            "a": """
              type Query { nodes: [[Node!]] named: Named }
              interface Node { id: ID! }
              interface Named implements Node { id: ID! name: String }
              type User implements Named & Node @key(fields: "id") { id: ID! name: String }
              type Team implements Named & Node @key(fields: "id") { id: ID! name: String members: [User!]! }
              type Log implements Node { id: ID! }
            """,
            "b": """
              type Query { b: Int }
              type User @key(fields: "id") { id: ID! age: Int }
              type Team @key(fields: "id") { id: ID! size: Int lead: User }
            """,
        },
        (
            """
              { nodes { id __typename ... on Named { name ... on Team { size members { age name } lead { name age
                } } } ... on User { age } } }
            """,
            "{ named { ... on Node { id } ... on Team { lead { name } } ... on User { a: age } } __typename }",
            """
              { a: nodes { ... on Team { x: lead { age } } } b: nodes { ... on Team { x: members { age } } ... on
                User { y: age } } }
            """,
        ),
    ),
    "an unresolvable interface object and shared fields of interfaces": (
        {
            "a": """
              type Query { product: Product }
              interface Product @key(fields: "id") { id: ID! data: String }
              type Book implements Product @key(fields: "id") { id: ID! data: String title: String }
              type Pen implements Product @key(fields: "id") { id: ID! data: String }
            """,
            "b": """
              type Query { b: Product }
              type Product @key(fields: "id", resolvable: false) @interfaceObject { id: ID! }
            """,
            "c": """
              type Query { c: Int }
              type Product @key(fields: "id") @interfaceObject { id: ID! reviews: [Review!]! }
              type Review @key(fields: "id") { id: ID! product: Product }
            """,
        },
        (
            "{ product { id data reviews { id product { data __typename } } } }",
            "{ b { id } }",
            "{ b { id data reviews { id } ... on Book { title } } }",
        ),
    ),
}

announce_federations(texts for texts, _ in SCENARIOS.values())


@pytest.mark.parametrize(
    ("scenario", "query"), [(name, query) for name, (_, queries) in SCENARIOS.items() for query in queries]
)
async def test_the_answer_is_right(scenario: str, query: str) -> None:
    federation = SameValues(SCENARIOS[scenario][0])

    answer, right = await federation.answers(query)

    assert answer == right, federation.queries
