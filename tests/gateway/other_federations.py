"""Federations as other people build them, beside those of the planner's scenarios: the subgraphs' SDL by
name."""

from tests.gateway.same_values import FEDERATION_1

OTHER_FEDERATIONS: dict[str, dict[str, str]] = {
    "a node field that two subgraphs answer, each with types of its own": {
        "a": """
          type Query { node(id: ID!): Node @shareable account(id: String!): Account }
          interface Node { id: ID! }
          type Account implements Node @key(fields: "id") { id: ID! username: String! chats: [Chat!]! }
          type Chat implements Node @key(fields: "id") { id: ID! }
        """,
        "b": """
          type Query { node(id: ID!): Node @shareable chat(id: String!): Chat }
          interface Node { id: ID! }
          type Chat implements Node @key(fields: "id") { id: ID! text: String! account: Account! }
          type Account implements Node @key(fields: "id") { id: ID! }
        """,
    },
    "first federation: an external field that nothing uses": {
        "a": f"""{FEDERATION_1}
          type Query {{ product: Product }}
          type Product @key(fields: "id") {{ id: ID! name: String! }}
        """,
        "b": f"""{FEDERATION_1}
          extend
          type Query {{ b: Int }}
          extend
          type Product @key(fields: "id") {{ id: ID! @external name: String! @external price: Int }}
        """,
    },
    "an override from a subgraph that is not there": {
        "a": """
          type Query { feed: [Post] }
          type Post @key(fields: "id") { id: ID! createdAt: String! @shareable }
        """,
        "b": """
          type Query { bFeed: [Post] }
          type Post @key(fields: "id") { id: ID! createdAt: String! @override(from: "gone") @shareable }
        """,
    },
    "a required field behind keys of two steps": {
        "a": """
          type Query { cs: [C] }
          type C { b: B alt: [B] }
          type B @key(fields: "u") { u: ID! }
        """,
        "b": """
          type Query { x: Int }
          type B @key(fields: "id") @key(fields: "u") { id: ID! u: ID! }
        """,
        "c": """
          type Query { y: Int }
          type B @key(fields: "id") { id: ID! au: Au! opt: Au }
          type Au { n: String b: B }
        """,
    },
    "reviews of products, provided and required": {
        "accounts": """
          type Query { me: User }
          type User @key(fields: "id") { id: ID! name: String username: String @shareable }
        """,
        "inventory": """
          type Query { i: Int }
          type Product @key(fields: "upc") { upc: String! weight: Int @external price: Int @external inStock:
            Boolean shippingEstimate: Int @requires(fields: "price weight") shippingEstimateTag: String
            @requires(fields: "price weight") }
        """,
        "products": """
          type Query { products: [Product] topProducts(first: Int = 5): [Product] }
          type Product @key(fields: "upc") { upc: String! name: String price: Int weight: Int }
        """,
        "reviews": """
          type Query { r: Int }
          type Review @key(fields: "id") { id: ID! body: String author: User @provides(fields: "username")
            product: Product }
          type User @key(fields: "id") { id: ID! username: String @external reviews: [Review] }
          type Product @key(fields: "upc") { upc: String! reviews: [Review] }
        """,
    },
    "a required argument below a field clients ask too": {
        "a": """
          type Query { products: [Product] }
          type Product @key(fields: "upc") { upc: String! name: String weight: Int price(currency: String!):
            Int category: Category }
          type Category @key(fields: "id") { id: ID! averagePrice(currency: String!): Int }
        """,
        "b": """
          type Query { b: Int }
          type Product @key(fields: "upc") { upc: String! weight: Int @external price(currency: String!): Int
            @external category: Category @external shippingEstimate: Int @requires(fields:
            "price(currency: \\"USD\\") weight") shippingEstimateEUR: Int @requires(fields:
            "price(currency: \\"EUR\\") weight")
            isExpensiveCategory: Boolean @requires(fields: "category { averagePrice(currency: \\"USD\\") }") }
          type Category @key(fields: "id") { id: ID! @external averagePrice(currency: String!): Int @external
            }
        """,
    },
    "required lists with arguments": {
        "a": """
          type Query { feed: [Post] }
          type Post @key(fields: "id") { id: ID! comments(limit: Int!): [Comment] @external author: Author
            @requires(fields: "comments(limit: 3) { authorId somethingElse(from: \\"x\\") }") other: Int
            @requires(fields: "comments(limit: 1) { authorId }") }
          type Comment @key(fields: "id") { id: ID! authorId: ID @external somethingElse(from: String): String
            @external }
          type Author { id: ID! name: String }
        """,
        "b": """
          type Query { b: Int }
          type Post @key(fields: "id") { id: ID! comments(limit: Int!): [Comment] }
          type Comment @key(fields: "id") { id: ID! authorId: ID date: String somethingElse(from: String):
            String }
        """,
    },
    "a requirement on an interface that two subgraphs share": {
        "a": """
          type Query { a: User }
          type User @key(fields: "id") { id: ID! name: String! @shareable address: Address @external city:
            String @requires(fields: "address { id }") country: String @requires(fields:
            "address { ... on WorkAddress { id } }") }
          interface Address { id: ID! }
          type HomeAddress implements Address @key(fields: "id") { id: ID! city: String @shareable }
          type WorkAddress implements Address @key(fields: "id") { id: ID! city: String @shareable }
          type SecondAddress implements Address { id: ID! city: String @shareable }
        """,
        "b": """
          type Query { b: User }
          type User @key(fields: "id") { id: ID! name: String! @shareable address: Address @shareable }
          interface Address { id: ID! }
          type HomeAddress implements Address @key(fields: "id") { id: ID! city: String @shareable }
          type WorkAddress implements Address @key(fields: "id") { id: ID! city: String @shareable }
        """,
    },
    "fields provided on an interface": {
        "a": """
          type Query { a: Int media: Media @shareable book: Book @shareable }
          interface Media { id: ID! }
          interface Animal { id: ID! }
          type Book implements Media @key(fields: "id") { id: ID! animals: [Animal] @shareable }
          type Dog implements Animal @key(fields: "id") { id: ID! age: Int }
          type Cat implements Animal @key(fields: "id") { id: ID! age: Int }
        """,
        "b": """
          type Query { b: Int media: Media @shareable @provides(fields: "animals { id name }") book: Book
            @shareable }
          interface Media { id: ID! animals: [Animal] }
          interface Animal { id: ID! name: String }
          type Book implements Media @key(fields: "id") { id: ID! @shareable animals: [Animal] @external }
          type Dog implements Animal { id: ID! @external name: String @external }
          type Cat implements Animal { id: ID! @external name: String @external }
        """,
        "c": """
          type Query { c: Int }
          interface Media { id: ID! animals: [Animal] }
          interface Animal { id: ID! name: String }
          type Book implements Media @key(fields: "id") { id: ID! animals: [Animal] @shareable title: String }
          type Dog implements Animal @key(fields: "id") { id: ID! name: String @shareable }
          type Cat implements Animal @key(fields: "id") { id: ID! name: String @shareable }
        """,
    },
    "fields provided on a member of a shared union": {
        "a": """
          type Query { media: [Media] @shareable a: Int }
          union Media = Book | Movie
          type Book @key(fields: "id") { id: ID! }
          type Movie @key(fields: "id") { id: ID! }
        """,
        "b": """
          type Query { media: [Media] @shareable @provides(fields: "... on Book { title }") b: Int }
          union Media = Book | Movie
          type Book @key(fields: "id") { id: ID! title: String! @external }
          type Movie @key(fields: "id") { id: ID! }
        """,
        "c": """
          type Query { c: Int }
          type Book @key(fields: "id") { id: ID! title: String! @shareable }
          type Movie @key(fields: "id") { id: ID! title: String! @shareable }
        """,
    },
    "an overridden field that others require": {
        "a": """
          type Query { userInA: User }
          type User @key(fields: "id") { id: ID name: String! @external aName: String! @requires(fields:
            "name") }
        """,
        "b": """
          type Query { userInB: User }
          type User @key(fields: "id") { id: ID name: String! @override(from: "c") }
        """,
        "c": """
          type Query { userInC: User }
          type User @key(fields: "id") { id: ID name: String! cName: String! }
        """,
    },
    "a type that is member here and implementation there": {
        "a": """
          type Query { products: [Product] }
          union Product = Oven | Toaster
          interface Node { id: ID! }
          type Oven @key(fields: "id") { id: ID! }
          type Toaster implements Node @key(fields: "id") { id: ID! warranty: Int }
        """,
        "b": """
          type Query { node(id: ID!): Node nodes: [Node] toasters: [Toaster] }
          interface Node { id: ID! }
          type Oven implements Node @key(fields: "id") { id: ID! warranty: Int }
          type Toaster implements Node @key(fields: "id") { id: ID! }
        """,
    },
    "products, publishers and reviews behind three abstract types": {
        "agency": """
          type Query { ag: Int }
          type Agency @key(fields: "id") { id: ID! companyName: String email: Email }
          type Email { address: String }
          type Group @key(fields: "id") { id: ID! name: String email: String }
          union PublisherType = Agency | Group
          interface Product { id: ID! }
          type Book implements Product @key(fields: "id") { id: ID! publisherType: PublisherType @shareable }
        """,
        "books": """
          type Query { books: [Book] }
          interface Product { id: ID! }
          type Book implements Product @key(fields: "id") { id: ID! title: String }
        """,
        "inventory": """
          type Query { inv: Int }
          interface Product { id: ID! dimensions: ProductDimension delivery(zip: String): DeliveryEstimates }
          type Book implements Product @key(fields: "id") { id: ID! dimensions: ProductDimension @external
            delivery(zip: String): DeliveryEstimates @requires(fields: "dimensions { size weight }") }
          type Magazine implements Product @key(fields: "id") { id: ID! dimensions: ProductDimension @external
            delivery(zip: String): DeliveryEstimates @requires(fields: "dimensions { size weight }") }
          type ProductDimension @shareable { size: String weight: Float }
          type DeliveryEstimates { estimatedDelivery: String fastestDelivery: String }
        """,
        "magazines": """
          type Query { magazines: [Magazine] }
          interface Product { id: ID! }
          type Magazine implements Product @key(fields: "id") { id: ID! title: String }
        """,
        "products": """
          type Query { products: [Product] similar(id: ID!): [Product] }
          interface Product { id: ID! sku: String dimensions: ProductDimension createdBy: User hidden: Boolean
            @inaccessible }
          interface Similar { similar: [Product] }
          type ProductDimension @shareable { size: String weight: Float }
          type Book implements Product & Similar @key(fields: "id") { id: ID! sku: String dimensions:
            ProductDimension @shareable createdBy: User similar: [Book] hidden: Boolean publisherType:
            PublisherType @shareable }
          type Magazine implements Product & Similar @key(fields: "id") { id: ID! sku: String dimensions:
            ProductDimension @shareable createdBy: User similar: [Magazine] hidden: Boolean publisher:
            PublisherType }
          union PublisherType = Agency | Self
          type Agency @key(fields: "id", resolvable: false) { id: ID! }
          type Self { email: String }
          type User @key(fields: "email") { email: ID! totalProductsCreated: Int @shareable }
        """,
        "reviews": """
          type Query { review(id: Int!): Review }
          interface Product { id: ID! reviewsCount: Int! reviewsScore: Float! reviews: [Review!]! }
          type Book implements Product & Similar @key(fields: "id") { id: ID! reviewsCount: Int! reviewsScore:
            Float! @shareable reviews: [Review!]! similar: [Book] @external reviewsOfSimilar: [Review!]!
            @requires(fields: "similar { id }") }
          type Magazine implements Product & Similar @key(fields: "id") { id: ID! reviewsCount: Int!
            reviewsScore: Float! @shareable reviews: [Review!]! similar: [Magazine] @external
            reviewsOfSimilar: [Review!]! @requires(fields: "similar { id }") }
          interface Similar { similar: [Product] }
          type Review { id: Int! body: String! product: Product }
        """,
        "users": """
          type Query { u: Int }
          type User @key(fields: "email") { email: ID! name: String totalProductsCreated: Int @shareable }
        """,
    },
    "an interface object that leads back to its interface": {
        "a": """
          type Query { a: Employee }
          interface Human @key(fields: "id") { id: ID! }
          type Employee implements Human @key(fields: "id") { id: ID! name: String }
          type Boss implements Human @key(fields: "id") { id: ID! }
        """,
        "b": """
          type Query { b: [Human] }
          type Human @key(fields: "id") @interfaceObject { id: ID! field: String more: More }
          type More { x: Int h: Human }
        """,
    },
    "two interface objects of two interfaces": {
        "a": """
          type Query { users: [NodeWithName!]! }
          interface NodeWithName @key(fields: "id") { id: ID! name: String }
          type User implements NodeWithName @key(fields: "id") { id: ID! name: String age: Int }
        """,
        "b": """
          type Query { anotherUsers: [NodeWithName] }
          type NodeWithName @key(fields: "id") @interfaceObject { id: ID! username: String }
        """,
        "c": """
          type Query { accounts: [Account] }
          interface Account @key(fields: "id") { id: ID! isMain: Boolean }
          type Admin implements Account @key(fields: "id") { id: ID! isMain: Boolean isActive: Boolean
            @shareable }
          type Regular implements Account @key(fields: "id") { id: ID! isMain: Boolean isActive: Boolean
            @shareable }
        """,
        "d": """
          type Query { d: Int }
          type Account @key(fields: "id") @interfaceObject { id: ID! name: String! }
        """,
    },
    "an enum of which one subgraph hides a value": {
        "a": """
          type Query { users: [User] }
          enum UserType { REGULAR ANONYMOUS @inaccessible }
          type User @key(fields: "id") { id: ID! type: UserType @shareable }
        """,
        "b": """
          type Query { usersB: [User] }
          enum UserType { REGULAR ANONYMOUS }
          type User @key(fields: "id") { id: ID! type: UserType @shareable }
        """,
    },
    "an input of which one subgraph knows less": {
        "a": """
          type Query { usersInA(filter: UsersFilter!): [User] }
          input UsersFilter { offset: Int first: Int! }
          type User @key(fields: "id") { id: ID! }
        """,
        "b": """
          type Query { usersInB(filter: UsersFilter!): [User] }
          input UsersFilter { first: Int! }
          type User @key(fields: "id") { id: ID! name: String }
        """,
    },
    "a value put together from four parents": {
        "a": """
          type Query { a: Int }
          type Product @key(fields: "id") { id: ID! category: Category @shareable }
          type Category { details: String }
        """,
        "b": """
          type Query { b: Int }
          type Product @key(fields: "id pid") { id: ID! pid: ID! @shareable category: Category @shareable }
          type Category { id: ID! @shareable }
        """,
        "c": """
          type Query { c: Int }
          type Product @key(fields: "id pid") @key(fields: "id") { id: ID! pid: ID! @shareable category:
            Category @shareable }
          type Category { name: String }
        """,
        "d": """
          type Query { product: Product }
          type Product @key(fields: "id") { id: ID! name: String }
        """,
    },
    "mutations of three subgraphs with inputs": {
        "a": """
          type Query { product(id: ID!): Product! products: [Product!]! }
          input AddProductInput { name: String! price: Float! }
          type Mutation { addProduct(input: AddProductInput!): Product! multiply(by: Int! requestId: String!):
            Int! addCategory(name: String!): Category @shareable }
          type Product @key(fields: "id") { id: ID! name: String! price: Float! }
          type Category @key(fields: "id") { id: ID! name: String! @shareable }
        """,
        "b": """
          type Query { b: Int }
          type Mutation { delete: Int! }
          type Product @key(fields: "id") { id: ID! price: Float! @external isExpensive: Boolean!
            @requires(fields: "price") isAvailable: Boolean! }
        """,
        "c": """
          type Query { c: Int }
          type Mutation { add(num: Int! requestId: String!): Int! addCategory(name: String!): Category
            @shareable }
          type Category @key(fields: "id") { id: ID! name: String! @shareable }
        """,
    },
    "first federation: two keys, one extended": {
        "a": f"""{FEDERATION_1}
          type Query {{ productInA: Product }}
          extend
          type Product @key(fields: "id") @key(fields: "upc") {{ id: ID! upc: ID! @external pid: ID }}
        """,
        "b": f"""{FEDERATION_1}
          type Query {{ b: Int }}
          type Product @key(fields: "id") @key(fields: "upc") {{ id: ID! upc: ID! name: String price: Float }}
        """,
    },
    "first federation: an extension that provides": {
        "a": f"""{FEDERATION_1}
          type Query {{ randomUser: User providedRandomUser: User @provides(fields: "name") }}
          extend
          type User @key(fields: "id") {{ id: ID! @external rid: ID name: String! @external }}
        """,
        "b": f"""{FEDERATION_1}
          type Query {{ userById(id: ID): User }}
          type User @key(fields: "id") {{ id: ID! name: String! nickname: String }}
        """,
    },
    "an override below shared value types": {
        "a": """
          type Query { nodes: [N] }
          type N @key(fields: "id") { id: ID! a: A @shareable }
          type A @shareable { b: B }
          type B { c: String d: Int }
        """,
        "b": """
          type Query { b: Int }
          type N @key(fields: "id") { id: ID! a: A @shareable }
          type A @shareable { b: B }
          type B { c: String @override(from: "a") e: Int }
        """,
    },
    "characters whose friends are characters": {
        "a": """
          type Query { chars: [Character] }
          interface Character { id: ID! name: String friends: [Character] }
          type Human implements Character @key(fields: "id") { id: ID! name: String friends: [Character]
            height: Int }
          type Droid implements Character @key(fields: "id") { id: ID! name: String friends: [Character] fn:
            String }
        """,
        "b": """
          type Query { starships: [Ship] hero: Character }
          interface Character { id: ID! mass: Int }
          type Ship { pilots: [Character!]! captain: Human }
          type Human implements Character @key(fields: "id") { id: ID! mass: Int }
          type Droid implements Character @key(fields: "id") { id: ID! mass: Int model: String }
        """,
    },
    "type names of a union, an interface and an interface object": {
        "a": """
          type Query { union: Product interface: Node }
          union Product = Oven | Toaster
          interface Node { id: ID! }
          type Oven implements Node @key(fields: "id") { id: ID! }
          type Toaster implements Node @key(fields: "id") { id: ID! }
        """,
        "b": """
          type Query { users: [User!]! }
          interface User @key(fields: "id") { id: ID! }
          type Admin implements User @key(fields: "id") { id: ID! name: String }
        """,
        "c": """
          type Query { c: [User] }
          type User @key(fields: "id") @interfaceObject { id: ID! mail: String }
        """,
    },
    "shared fields of other nullability, children owned elsewhere": {
        "a": """
          type Query { x: X }
          type X @key(fields: "id") { id: ID! v: V! @shareable n: [Int!]! @shareable }
          type V @shareable { a: Int! b: String }
        """,
        "b": """
          type Query { y: Int }
          type X @key(fields: "id") { id: ID! v: V @shareable n: [Int] @shareable }
          type V @shareable { a: Int c: W }
          type W { z: Int u: X }
        """,
    },
    "keys that need a hop through a third subgraph": {
        "a": """
          type Query { a: [T] }
          type T @key(fields: "x") { x: ID! }
        """,
        "b": """
          type Query { b: Int }
          type T @key(fields: "x") @key(fields: "y") @key(fields: "z { w }") { x: ID! y: ID! z: Z }
          type Z { w: ID! }
        """,
        "c": """
          type Query { c: T }
          type T @key(fields: "y") { y: ID! inC: Int other: T }
        """,
        "d": """
          type Query { d: Int }
          type T @key(fields: "z { w }") { z: Z inD: Int @shareable viaC: Int @requires(fields: "inC") inC:
            Int @external }
          type Z { w: ID!}
        """,
    },
    "an argument from a context": {
        "a": """
          type Query { t: T }
          type T @key(fields: "id") @context(name: "ctx") { id: ID! prop: String! u: U! us: [U] }
          type U @key(fields: "id") { id: ID! v: Int f(a: String @fromContext(field: "$ctx { prop }")): Int! }
        """,
        "b": """
          type Query { b: Int }
          type U @key(fields: "id") { id: ID! other: T }
          type T @key(fields: "id") { id: ID! }
        """,
    },
    "requirements of interface objects on each other": {
        "a": """
          type Query { items: [Item] }
          interface Item @key(fields: "id") { id: ID! title: String owner: Owner }
          type Doc implements Item @key(fields: "id") { id: ID! title: String owner: Owner pages: Int }
          type Pic implements Item @key(fields: "id") { id: ID! title: String owner: Owner }
          type Owner { name: String }
        """,
        "b": """
          type Query { b: [Item] }
          type Item @key(fields: "id") @interfaceObject { id: ID! title: String @external owner: Owner
            @external slug: String @requires(fields: "title") full: String @requires(fields:
            "title owner { name }") }
          type Owner { name: String @external }
        """,
        "c": """
          type Query { c: [Item] }
          type Item @key(fields: "id") @interfaceObject { id: ID! slug: String @external stars: Int
            @requires(fields: "slug") rel: [Item] }
        """,
        "d": """
          type Query { d: Doc }
          type Doc @key(fields: "id") { id: ID! size: Int }
        """,
    },
    "interfaces implementing interfaces in three subgraphs": {
        "a": """
          type Query { nodes: [Node] named: [Named] }
          interface Node { id: ID! }
          interface Named implements Node { id: ID! name: String }
          type A implements Node & Named @key(fields: "id") { id: ID! name: String }
          type B implements Node & Named @key(fields: "id") { id: ID! name: String }
          type C implements Node @key(fields: "id") { id: ID! c: Int @shareable }
        """,
        "b": """
          type Query { bs: [Node] deep: Wrap }
          interface Node { id: ID! age: Int }
          interface Named { age: Int }
          type A implements Node & Named @key(fields: "id") { id: ID! age: Int self: Named }
          type B implements Node @key(fields: "id") { id: ID! age: Int }
          type C implements Node @key(fields: "id") { id: ID! age: Int up: Node }
          type Wrap { any: [Any!]! named: Named }
          union Any = A | C
        """,
        "c": """
          type Query { c: Int }
          type B @key(fields: "id") { id: ID! friend: Node others: [[A]] }
          interface Node { id: ID! }
          interface Nick { nick: String }
          type A implements Node & Nick @key(fields: "id") { id: ID! nick: String }
        """,
    },
    "a requirement through a list of entities of another subgraph": {
        "a": """
          type Query { orders: [Order] }
          type Order @key(fields: "id") { id: ID! items: [Item!]! }
          type Item { qty: Int product: Product }
          type Product @key(fields: "sku") { sku: ID! }
        """,
        "b": """
          type Query { b: Int }
          type Product @key(fields: "sku") { sku: ID! name: String price(cur: String = "X"): Int weight: Int
            size: Size }
          type Size { w: Int h: Int }
        """,
        "c": """
          type Query { c: Int }
          type Order @key(fields: "id") { id: ID! items: [Item!]! @external total: Int @requires(fields:
            "items { qty product { price weight } }") shipping: Int @requires(fields:
            "items { product { size { w h } } }") }
          type Item @external { qty: Int product: Product }
          type Product @key(fields: "sku") { sku: ID! price(cur: String = "X"): Int @external weight: Int
            @external size: Size @external }
          type Size @external { w: Int h: Int }
        """,
    },
    "required arguments with inputs, enums and lists": {
        "a": """
          type Query { u: U us: [U] }
          type U @key(fields: "id") { id: ID! n(l: Int, r: R): String pos(at: [Int!]): P }
          type P { x(k: K): Int y: Int }
          enum K { ONE TWO }
          input R { a: Int b: [K] }
        """,
        "b": """
          type Query { b: Int }
          type U @key(fields: "id") { id: ID! n(l: Int, r: R): String @external pos(at: [Int!]): P @external
            full: Int @requires(fields: "n(l: 2, r: {a: 1, b: [ONE]}) pos(at: [1, 2]) { x y }") half: Int
            @requires(fields: "n(l: 3)") }
          type P { x(k: K): Int @external y: Int @external }
          enum K { ONE TWO }
          input R { a: Int b: [K] }
        """,
    },
    "requirements in a chain across two entities": {
        "posts": """
          type Query { ps: [Post] }
          type Post @key(fields: "id") { id: ID! likes: Int author: Author title: String }
          type Author @key(fields: "id") { id: ID! }
        """,
        "authors": """
          type Query { as: [Author] }
          type Author @key(fields: "id") { id: ID! karma: Int posts: [Post!] }
          type Post @key(fields: "id") { id: ID! }
        """,
        "scores": """
          type Query { s: Int }
          type Post @key(fields: "id") { id: ID! likes: Int @external author: Author @external score: Int
            @requires(fields: "likes author { karma }") }
          type Author @key(fields: "id") { id: ID! karma: Int @external level: Int @requires(fields:
            "karma posts { id }") posts: [Post!] @external }
        """,
        "ranks": """
          type Query { r: Post }
          type Post @key(fields: "id") { id: ID! score: Int @external badge: String @requires(fields: "score")
            author: Author @external rank: Int @requires(fields: "score author { level karma }") }
          type Author @key(fields: "id") { id: ID! level: Int @external karma: Int @external }
        """,
    },
    "a shared value type known in three ways": {
        "a": """
          type Query { x: X xs: [X!] }
          type X @key(fields: "id") { id: ID! geo: Geo @shareable }
          type Geo @shareable { lat: Int lon: Int }
        """,
        "b": """
          type Query { b: Int }
          type X @key(fields: "id") { id: ID! geo: Geo @shareable }
          type Geo @shareable { lat: Int alt: Int near: X }
        """,
        "c": """
          type Query { c: Int }
          type X @key(fields: "id") { id: ID! geo: Geo @shareable }
          type Geo @shareable { lat: Int box: [Geo!] lon: Int alt: Int near: X }
        """,
    },
    "overrides in a chain, one with a label": {
        "a": """
          type Query { t: T }
          type T @key(fields: "id") { id: ID! a: Int b: Int o: O }
          type O @key(fields: "id") { id: ID! n: String }
        """,
        "b": """
          type Query { tb: T }
          type T @key(fields: "id") { id: ID! a: Int @override(from: "a") c: Int o: O @override(from: "a",
            label: "percent(50)") }
          type O @key(fields: "id") { id: ID! n: String @override(from: "a") m: Int }
        """,
        "c": """
          type Query { tc: [T] }
          type T @key(fields: "id") { id: ID! b: Int @override(from: "a") c: Int @override(from: "b") rc: Int
            @requires(fields: "a") a: Int @external }
        """,
    },
    "a union that every subgraph knows differently": {
        "a": """
          type Query { s: [S] sa: S }
          union S = A | B
          type A @key(fields: "id") { id: ID! x: Int }
          type B @key(fields: "id") { id: ID! }
        """,
        "b": """
          type Query { sb: S }
          union S = B | C
          type B @key(fields: "id") { id: ID! y: Int s: S }
          type C @key(fields: "id") { id: ID! }
        """,
        "c": """
          type Query { sc: [S!]! }
          union S = A | C
          type A @key(fields: "id") { id: ID! xx: Int c: S }
          type C @key(fields: "id") { id: ID! z: Int }
        """,
    },
    "compound keys of other shapes": {
        "a": """
          type Query { u: U us: [U] }
          type U @key(fields: "id org { id }") { id: ID! org: Org }
          type Org @key(fields: "id") { id: ID! n: String }
        """,
        "b": """
          type Query { b: U }
          type U @key(fields: "id org { id }") @key(fields: "org { id } mail") { id: ID! org: Org mail: String
            p: Int o: Org }
          type Org @key(fields: "id") @key(fields: "code") { id: ID! code: String }
        """,
        "c": """
          type Query { c: Int }
          type U @key(fields: "org { id } mail") { org: Org mail: String q: Int }
          type Org @key(fields: "id") { id: ID! }
        """,
    },
    "first federation: value types and extensions": {
        "a": f"""{FEDERATION_1}
          type Query {{ me: User }}
          type User @key(fields: "id") {{ id: ID! name: String }}
          type Addr {{ a: Int b: Int }}
        """,
        "b": f"""{FEDERATION_1}
          extend
          type User @key(fields: "id") {{ id: ID! @external reviews: [Review] addr: Addr }}
          type Review @key(fields: "id") {{ id: ID! body: String product: Product }}
          extend
          type Product @key(fields: "upc") {{ upc: ID! @external reviews: [Review] }}
          type Addr {{ a: Int b: Int }}
        """,
        "c": f"""{FEDERATION_1}
          extend
          type Query {{ top: [Product] }}
          type Product @key(fields: "upc") {{ upc: ID! name: String weight: Int addr: Addr }}
          type Addr {{ a: Int b: Int }}
        """,
        "d": f"""{FEDERATION_1}
          extend
          type Product @key(fields: "upc") {{ upc: ID! @external weight: Int @external ship: Int
            @requires(fields: "weight") }}
        """,
    },
    "one name of other types on members of a union": {
        "a": """
          type Query { a: Int t: T u: [U] }
          type T @key(fields: "id") { id: ID! x: Int! v: V }
          union U = T | W
          type W @key(fields: "id") { id: ID! x: String v: [V] }
          type V @shareable { k: Int }
        """,
        "b": """
          type Query { b: U }
          type T @key(fields: "id") { id: ID! z: Int! u2: U! e: E! }
          type W @key(fields: "id") { id: ID! z: Int e: E }
          union U = T | W
          enum E { P Q }
        """,
    },
    "references that cannot be resolved where they stand": {
        "a": """
          type Query { r: [R] }
          type R @key(fields: "id") { id: ID! p: P }
          type P @key(fields: "id", resolvable: false) { id: ID! }
        """,
        "b": """
          type Query { p: P }
          type P @key(fields: "id") { id: ID! n: Int r: R }
          type R @key(fields: "id", resolvable: false) { id: ID! }
        """,
        "c": """
          type Query { c: Int }
          type P @key(fields: "id") { id: ID! m: Int tags: [T!]! }
          type T @key(fields: "k", resolvable: false) { k: String! }
        """,
        "d": """
          type Query { d: T }
          type T @key(fields: "k") { k: String! label: String p: P }
          type P @key(fields: "id", resolvable: false) { id: ID! }
        """,
    },
}
