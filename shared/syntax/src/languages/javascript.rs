//! JavaScript, TypeScript, TSX.

use contracts::analysis::SymbolKind;

use super::directly_before;
use crate::dotted::{Link, site};
use crate::env::{Reader, defaulted, is_variable, optional, read, written};
use crate::grammar::Role;
use crate::routes::javascript as routes;
use crate::rules::{Definition, Found, NOTHING, Rules, Visible};
use crate::site::{Site, string};
use crate::tree::Node;

use modules::{assignment, export, import, import_of_call, required_module};

mod modules;

pub const JAVASCRIPT: Rules = Rules {
    id: "javascript",
    grammar: || tree_sitter_javascript::LANGUAGE.into(),
    roles: &[
        (Role::Comment, &["comment", "html_comment"]),
        (
            Role::Definition,
            &[
                "function_declaration",
                "generator_function_declaration",
                "class_declaration",
                "method_definition",
                "field_definition",
                "variable_declarator",
                "export_statement",
                "assignment_expression",
            ],
        ),
        (Role::Import, &["import_statement"]),
        (Role::Call, &["call_expression", "new_expression"]),
        (Role::Text, &["string", "template_string", "jsx_text"]),
        (Role::Reference, &["member_expression", "subscript_expression"]),
    ],
    define,
    import,
    import_of_call,
    call,
    links: LINKS,
    readers: READERS,
    reference,
    routes_of_call: routes::of_call,
    routes_of_definition: routes::of_definition,
    ..NOTHING
};

pub const TYPESCRIPT: Rules = Rules {
    id: "typescript",
    grammar: || tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into(),
    roles: TYPED_ROLES,
    links: TYPED_LINKS,
    ..JAVASCRIPT
};

pub const TSX: Rules =
    Rules { id: "tsx", grammar: || tree_sitter_typescript::LANGUAGE_TSX.into(), roles: TSX_ROLES, ..TYPESCRIPT };

const TYPED_DEFINITIONS: &[&str] = &[
    "function_declaration",
    "generator_function_declaration",
    "class_declaration",
    "method_definition",
    "public_field_definition",
    "variable_declarator",
    "export_statement",
    "assignment_expression",
    "abstract_class_declaration",
    "abstract_method_signature",
    "method_signature",
    "property_signature",
    "function_signature",
    "interface_declaration",
    "type_alias_declaration",
    "enum_declaration",
    "enum_assignment",
    "internal_module",
    "module",
    "required_parameter",
    "decorator",
];

const TYPED_ROLES: &[(Role, &[&str])] = &[
    (Role::Comment, &["comment", "html_comment"]),
    (Role::Definition, TYPED_DEFINITIONS),
    (Role::Import, &["import_statement"]),
    (Role::Call, &["call_expression", "new_expression"]),
    (Role::Text, &["string", "template_string"]),
    (Role::Reference, &["member_expression", "subscript_expression"]),
];

const TSX_ROLES: &[(Role, &[&str])] = &[
    (Role::Comment, &["comment", "html_comment"]),
    (Role::Definition, TYPED_DEFINITIONS),
    (Role::Import, &["import_statement"]),
    (Role::Call, &["call_expression", "new_expression"]),
    (Role::Text, &["string", "template_string", "jsx_text"]),
    (Role::Reference, &["member_expression", "subscript_expression"]),
];

const LINKS: &[(&str, Link)] = &[
    ("member_expression", Link::Member("object", "property")),
    ("subscript_expression", Link::Index("object")),
    ("call_expression", Link::Call("function")),
    ("new_expression", Link::Call("constructor")),
    ("await_expression", Link::Through("#0")),
    ("parenthesized_expression", Link::Through("#0")),
];

const TYPED_LINKS: &[(&str, Link)] = &[
    ("member_expression", Link::Member("object", "property")),
    ("subscript_expression", Link::Index("object")),
    ("call_expression", Link::Call("function")),
    ("new_expression", Link::Call("constructor")),
    ("await_expression", Link::Through("#0")),
    ("parenthesized_expression", Link::Through("#0")),
    ("non_null_expression", Link::Through("#0")),
    ("as_expression", Link::Through("#0")),
    ("instantiation_expression", Link::Through("#0")),
];

const READERS: &[Reader] = &[
    optional("Deno.env.get"),
    optional("env.get"),
    defaulted("configService.get"),
    defaulted("this.config.get"),
    defaulted("this.configService.get"),
];

fn define<'t>(node: Node<'t>, found: &mut Found<'t>) {
    let kind = match node.kind() {
        "export_statement" => return export(node, found),
        "decorator" => return found.decorated_beyond(node),
        "assignment_expression" => return assignment(node, found),
        "variable_declarator" => return variable(node, found),
        "required_parameter" => return parameter_property(node, found),
        "method_definition" if node.parent().is_some_and(|parent| parent.is("object")) => return,
        "method_signature" | "property_signature" if !in_named_type(node) => return,
        "function_declaration"
        | "generator_function_declaration"
        | "function_signature"
        | "method_definition"
        | "method_signature"
        | "abstract_method_signature" => SymbolKind::Function,
        "class_declaration" | "abstract_class_declaration" => SymbolKind::Class,
        "interface_declaration" | "type_alias_declaration" | "enum_declaration" => SymbolKind::Type,
        "internal_module" | "module" => SymbolKind::Section,
        "field_definition" | "public_field_definition" => field_kind(node),
        _ => SymbolKind::Constant,
    };
    let name = node.child("name").or_else(|| node.child("property")).map_or("", Node::text);
    let statement = node.parent().filter(|parent| parent.is("export_statement"));
    let body = node.child("body").or_else(|| node.child("value").and_then(|value| value.child("body")));
    let definition = Definition::new(kind, name.trim_matches(['"', '\'']), statement.unwrap_or(node));
    let own = node.named().filter(|child| child.is("decorator"));
    let outer = statement.into_iter().flat_map(Node::named).filter(|child| child.is("decorator"));
    let before = directly_before(node, &["decorator"]);
    let definition = definition.decorators(outer).decorators(before).decorators(own);
    found.define(definition.body(body).visible(visible(node, name, statement.is_some())));
}

/// In an interface, or in the object type that an alias names.
fn in_named_type(node: Node<'_>) -> bool {
    let around = node.parent();
    let alias = || around.and_then(Node::parent).is_some_and(|outer| outer.is("type_alias_declaration"));
    around.is_some_and(|around| around.is_any(&["interface_body", "class_body"])) || alias()
}

/// Members are as visible as their class, unless they are marked; statements by `export`.
fn visible(node: Node<'_>, name: &str, exported: bool) -> Visible {
    let hidden = || node.first("accessibility_modifier").is_some_and(|marked| marked.text() != "public");
    let around = node.parent().map_or("", Node::kind);
    if matches!(around, "class_body" | "interface_body" | "object_type" | "enum_body" | "object") {
        return if name.starts_with('#') || hidden() { Visible::No } else { Visible::AsContainer };
    }
    Visible::when(exported || around == "ambient_declaration")
}

/// A field that holds a function is a method to everybody who calls it.
fn field_kind(node: Node<'_>) -> SymbolKind {
    if node.child("value").is_some_and(is_function) { SymbolKind::Function } else { SymbolKind::Constant }
}

fn is_function(node: Node<'_>) -> bool {
    node.is_any(&["arrow_function", "function_expression", "generator_function"])
}

/// `const a = …` outside of functions; also reads of `const { A, B: b = 1 } = process.env`.
fn variable<'t>(node: Node<'t>, found: &mut Found<'t>) {
    let (Some(name), value) = (node.child("name"), node.child("value")) else { return };
    if let Some(value) = value {
        if let Some(required) = required_module(value) {
            let names =
                name.named().filter(|_| name.is("object_pattern")).map(|child| child.child("key").unwrap_or(child));
            let names: Vec<String> = names.map(|name| name.text().to_owned()).collect();
            return found.import(required, names, node);
        }
        if name.is("object_pattern") && is_environment(value) {
            destructured(name, found);
        }
    }
    let Some(statement) = node.parent() else { return };
    let exported = statement.parent().filter(|parent| parent.is("export_statement"));
    let outer = exported.unwrap_or(statement);
    let outer = outer.parent().filter(|parent| parent.is("ambient_declaration")).unwrap_or(outer);
    let at_top = outer.parent().is_some_and(|parent| {
        parent.is("program") || parent.parent().is_some_and(|module| module.is_any(&["internal_module", "module"]))
    });
    if !at_top || !name.is("identifier") {
        return;
    }
    let function = value.filter(|value| is_function(*value));
    let class = value.filter(|value| value.is("class"));
    let kind = match (function, class) {
        (Some(_), _) => SymbolKind::Function,
        (_, Some(_)) => SymbolKind::Class,
        _ => SymbolKind::Constant,
    };
    let body = function.or(class).and_then(|value| value.child("body"));
    let visible = Visible::when(exported.is_some() || outer.is("ambient_declaration"));
    let whole = if statement.named().nth(1).is_some() { node } else { exported.unwrap_or(statement) };
    found.define(Definition::new(kind, name.text(), whole).body(body).visible(visible));
}

/// `constructor(private http: Client)` declares a field.
fn parameter_property<'t>(node: Node<'t>, found: &mut Found<'t>) {
    let Some(pattern) = node.child("pattern").filter(|pattern| pattern.is("identifier")) else { return };
    if node.first_of(&["accessibility_modifier", "readonly"]).is_some() {
        let hidden = node.first("accessibility_modifier").is_some_and(|marked| marked.text() != "public");
        let visible = if hidden { Visible::No } else { Visible::AsContainer };
        found.define(Definition::new(SymbolKind::Constant, pattern.text(), node).visible(visible).of_type());
    }
}

fn call(node: Node<'_>) -> Option<Site<'_>> {
    let function = node.child("function").or_else(|| node.child("constructor"))?;
    site(node, function, node.child("arguments").filter(|arguments| arguments.is("arguments")))
}

fn is_environment(node: Node<'_>) -> bool {
    matches!(node.text(), "process.env" | "import.meta.env" | "Bun.env")
}

/// `process.env.X`, `process.env["X"]`.
fn reference<'t>(node: Node<'t>, found: &mut Found<'t>) {
    if !node.child("object").is_some_and(is_environment) || written(node) {
        return;
    }
    let key = node.child("property").map(|property| property.text().to_owned());
    let name = key.or_else(|| node.child("index").and_then(string));
    found.env.extend(name.and_then(|name| read(name, node, None, false)));
}

/// `{ A, B: b, C = 1 }` taken from the environment.
fn destructured<'t>(pattern: Node<'t>, found: &mut Found<'t>) {
    for part in pattern.named().take(100) {
        let inner = part.child("value").filter(|value| value.is("assignment_pattern")).unwrap_or(part);
        let name = part.child("key").or_else(|| part.child("left")).unwrap_or(part);
        let name = name.text().to_owned();
        if is_variable(&name) && !part.is("rest_pattern") {
            found.env.extend(read(name, part, inner.child("right"), false));
        }
    }
}
