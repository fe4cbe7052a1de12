//! Python.

use contracts::analysis::SymbolKind;

use super::text_of;
use crate::dotted::{Link, site};
use crate::env::{self, Reader, defaulted, is_variable, read, subscript};
use crate::grammar::Role;
use crate::routes::python as routes;
use crate::rules::{Definition, Found, NOTHING, Rules, Visible};
use crate::site::{Site, string, strings};
use crate::tree::Node;

pub const RULES: Rules = Rules {
    id: "python",
    grammar: || tree_sitter_python::LANGUAGE.into(),
    roles: &[
        (Role::Comment, &["comment"]),
        (
            Role::Definition,
            &["function_definition", "class_definition", "assignment", "type_alias_statement", "decorator"],
        ),
        (Role::Import, &["import_statement", "import_from_statement", "future_import_statement"]),
        (Role::Call, &["call"]),
        (Role::Text, &["string"]),
        (Role::Reference, &["subscript", "comparison_operator"]),
    ],
    define,
    import,
    call,
    links: &[
        ("attribute", Link::Member("object", "attribute")),
        ("call", Link::Call("function")),
        ("subscript", Link::Index("value")),
        ("await", Link::Through("#0")),
        ("parenthesized_expression", Link::Through("#0")),
    ],
    readers: READERS,
    reference,
    routes_of_call: routes::of_call,
    routes_of_definition: routes::of_definition,
    exports_are_final: true,
    ..NOTHING
};

const READERS: &[Reader] = &[
    defaulted("os.getenv"),
    defaulted("getenv"),
    defaulted("os.environ.get"),
    defaulted("environ.get"),
    defaulted("os.environ.setdefault"),
    env::required("os.environ.__getitem__"),
    defaulted("os.environ.pop"),
    defaulted("env.str"),
    defaulted("env.int"),
    defaulted("env.bool"),
    defaulted("env.list"),
    defaulted("decouple.config"),
];

fn define<'t>(node: Node<'t>, found: &mut Found<'t>) {
    match node.kind() {
        "assignment" => assignment(node, found),
        "decorator" => found.decorated_beyond(node),
        "type_alias_statement" => {
            let name = node.child("left").map_or("", Node::text);
            found.define(Definition::new(SymbolKind::Type, name, node).visible(by_name(name)));
        }
        kind => {
            let kind = if kind == "class_definition" { SymbolKind::Class } else { SymbolKind::Function };
            let name = text_of(node, "name");
            let whole = node.parent().filter(|parent| parent.is("decorated_definition")).unwrap_or(node);
            let decorators = whole.named().filter(|child| child.is("decorator"));
            let definition = Definition::new(kind, name, whole).body(node.child("body")).visible(by_name(name));
            found.define(definition.decorators(decorators));
        }
    }
}

/// A leading underscore hides; the language's own `__names__` do not.
fn by_name(name: &str) -> Visible {
    Visible::when(!name.starts_with('_') || (name.starts_with("__") && name.ends_with("__")))
}

/// `name = value` as a statement of a module or a class.
fn assignment<'t>(node: Node<'t>, found: &mut Found<'t>) {
    let Some(left) = node.child("left").filter(|left| left.is("identifier")) else { return };
    if !node.parent().is_some_and(|parent| parent.is("expression_statement")) {
        return;
    }
    let name = left.text();
    if name == "__all__" {
        found.exports.extend(node.child("right").map(strings).unwrap_or_default());
        return;
    }
    settings_field(name, node, found);
    found.define(Definition::new(SymbolKind::Constant, name, node).visible(by_name(name)));
}

/// Pydantic settings: `url: str = Field("x", env="URL")`, and in a class of settings every field by its own name.
fn settings_field<'t>(name: &str, node: Node<'t>, found: &mut Found<'t>) {
    let field =
        node.child("right").filter(|right| right.is("call")).and_then(call).filter(|field| field.method() == "Field");
    let class =
        node.ancestor("class_definition", 4).filter(|class| text_of(*class, "superclasses").contains("BaseSettings"));
    let own_name = field
        .as_ref()
        .and_then(|field| field.named("env").or_else(|| field.named("validation_alias").filter(|_| class.is_some())));
    let by_class = || class.filter(|_| node.child("type").is_some()).map(|class| prefix(class) + name);
    let Some(variable) = own_name.and_then(string).or_else(|| by_class().map(|name| name.to_ascii_uppercase())) else {
        return;
    };
    let default = match &field {
        Some(field) => {
            field.positional(0).or_else(|| field.named("default")).or_else(|| field.named("default_factory"))
        }
        None => node.child("right"),
    };
    let default = default.filter(|node| node.text() != "...");
    found.env.extend(read(variable, node, default, default.is_none()));
}

/// What a class of settings puts before the names of its fields.
fn prefix(class: Node<'_>) -> String {
    let mut inner =
        class.descendants().take(3_000).filter(|inner| inner.text() == "env_prefix" && inner.is("identifier"));
    let value =
        inner.next().and_then(Node::parent).and_then(|given| given.child("value").or_else(|| given.child("right")));
    value.and_then(string).unwrap_or_default()
}

fn import<'t>(node: Node<'t>, found: &mut Found<'t>) {
    match node.kind() {
        "import_statement" => {
            for name in node.named().filter(|child| child.field_name() == "name") {
                found.import(name.child("name").unwrap_or(name).text(), Vec::new(), node);
            }
        }
        _ => {
            let taken = node.named().filter(|child| child.field_name() == "name" || child.is("wildcard_import"));
            let names = taken.map(|name| name.child("name").unwrap_or(name).text().to_owned()).collect();
            found.import(node.child("module_name").map_or("__future__", Node::text), names, node);
        }
    }
}

fn call(node: Node<'_>) -> Option<Site<'_>> {
    site(node, node.child("function")?, node.child("arguments"))
}

/// `os.environ["X"]` and `"X" in os.environ`.
fn reference<'t>(node: Node<'t>, found: &mut Found<'t>) {
    let is_environ =
        |value: Option<Node<'_>>| value.is_some_and(|value| matches!(value.text(), "os.environ" | "environ"));
    if node.is("subscript") && is_environ(node.child("value")) {
        if let Some(name) = subscript(node, node.child("subscript")) {
            found.env.extend(read(name, node, None, true));
        }
    } else if node.is("comparison_operator") && node.has("in") && is_environ(node.named().last()) {
        let name = node.named().next().and_then(string).filter(|name| is_variable(name));
        found.env.extend(name.and_then(|name| read(name, node, None, false)));
    }
}
