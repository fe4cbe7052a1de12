//! C and C++.

use contracts::analysis::SymbolKind;

use super::text_of;
use crate::dotted::{Link, site};
use crate::env::{Reader, optional};
use crate::grammar::Role;
use crate::rules::{Definition, Found, NOTHING, Rules, Visible};
use crate::site::{Site, string};
use crate::tree::Node;

pub const C: Rules = Rules {
    id: "c",
    grammar: || tree_sitter_c::LANGUAGE.into(),
    roles: &[
        (Role::Comment, &["comment"]),
        (
            Role::Definition,
            &[
                "function_definition",
                "declaration",
                "type_definition",
                "struct_specifier",
                "union_specifier",
                "enum_specifier",
                "enumerator",
                "field_declaration",
                "preproc_def",
                "preproc_function_def",
            ],
        ),
        (Role::Import, &["preproc_include"]),
        (Role::Call, &["call_expression"]),
        (Role::Text, &["string_literal"]),
    ],
    define,
    import,
    call,
    links: &[
        ("field_expression", Link::Member("argument", "field")),
        ("call_expression", Link::Call("function")),
        ("subscript_expression", Link::Index("argument")),
        ("parenthesized_expression", Link::Through("#0")),
        ("pointer_expression", Link::Through("argument")),
    ],
    readers: READERS,
    ..NOTHING
};

pub const CPP: Rules = Rules {
    id: "cpp",
    grammar: || tree_sitter_cpp::LANGUAGE.into(),
    roles: &[
        (Role::Comment, &["comment"]),
        (
            Role::Definition,
            &[
                "function_definition",
                "declaration",
                "type_definition",
                "struct_specifier",
                "union_specifier",
                "enum_specifier",
                "enumerator",
                "field_declaration",
                "preproc_def",
                "preproc_function_def",
                "class_specifier",
                "namespace_definition",
                "alias_declaration",
                "concept_definition",
            ],
        ),
        (Role::Import, &["preproc_include", "using_declaration"]),
        (Role::Call, &["call_expression", "new_expression"]),
        (Role::Text, &["string_literal", "raw_string_literal"]),
    ],
    links: &[
        ("field_expression", Link::Member("argument", "field")),
        ("call_expression", Link::Call("function")),
        ("subscript_expression", Link::Index("argument")),
        ("parenthesized_expression", Link::Through("#0")),
        ("pointer_expression", Link::Through("argument")),
        ("qualified_identifier", Link::Member("scope", "name")),
        ("template_function", Link::Through("name")),
        ("template_method", Link::Through("name")),
        ("template_type", Link::Through("name")),
        ("new_expression", Link::Call("type")),
    ],
    ..C
};

const READERS: &[Reader] = &[
    optional("getenv"),
    optional("secure_getenv"),
    optional("std.getenv"),
    optional("qgetenv"),
    optional("qEnvironmentVariable"),
];

fn define<'t>(node: Node<'t>, found: &mut Found<'t>) {
    let kind = match node.kind() {
        "function_definition" | "preproc_function_def" => return function(node, found),
        "declaration" | "field_declaration" | "type_definition" => return declarations(node, found),
        "struct_specifier" | "class_specifier" | "union_specifier" => SymbolKind::Class,
        "enum_specifier" | "alias_declaration" | "concept_definition" => SymbolKind::Type,
        "namespace_definition" => SymbolKind::Section,
        _ => SymbolKind::Constant,
    };
    // `struct list *next` names a type and defines none.
    if node.kind().ends_with("_specifier") && node.child("body").is_none() {
        return;
    }
    let name = node.child("name").map_or("", Node::text).replace("::", ".");
    let template = node.parent().filter(|parent| parent.is("template_declaration"));
    let typedef = node.parent().filter(|parent| parent.is("type_definition"));
    let name =
        if name.is_empty() { typedef.map_or("", |typedef| text_of(typedef, "declarator")).to_owned() } else { name };
    let visible =
        if node.is_any(&["enumerator", "struct_specifier", "class_specifier", "enum_specifier", "union_specifier"]) {
            member_visibility(node)
        } else {
            Visible::AsContainer
        };
    let definition = Definition::new(kind, name, template.unwrap_or(node)).body(node.child("body"));
    found.define(definition.visible(visible));
}

fn function<'t>(node: Node<'t>, found: &mut Found<'t>) {
    if node.is("preproc_function_def") {
        let definition = Definition::new(SymbolKind::Function, text_of(node, "name"), node);
        return found.define(definition.body(node.child("value")).visible(Visible::Yes));
    }
    let Some((name, container)) = node.child("declarator").and_then(declared) else { return };
    let template = node.parent().filter(|parent| parent.is("template_declaration"));
    let body = node.first("field_initializer_list").or_else(|| node.child("body"));
    let definition = Definition::new(SymbolKind::Function, name, template.unwrap_or(node)).body(body);
    found.define(definition.within(container).visible(member_visibility(node)));
}

/// Variables, prototypes, fields, typedefs: one symbol a declarator.
fn declarations<'t>(node: Node<'t>, found: &mut Found<'t>) {
    let declarators = node.named().filter(|child| child.field_name() == "declarator").take(50);
    for declarator in declarators {
        let is_function = function_in(declarator);
        // A type that defines itself in its own typedef is found there.
        let defined_here =
            node.child("type").is_some_and(|of| of.child("body").is_some() && of.child("name").is_none());
        let kind = match node.kind() {
            "type_definition" if defined_here => continue,
            "type_definition" => SymbolKind::Type,
            _ if is_function => SymbolKind::Function,
            _ => SymbolKind::Constant,
        };
        if let Some((name, container)) = declared(declarator) {
            let definition = Definition::new(kind, name, node).body(None).within(container);
            found.define(definition.visible(member_visibility(node)));
        }
    }
}

/// A declarator that takes parameters and is no pointer to a function.
fn function_in(declarator: Node<'_>) -> bool {
    let mut at = Some(declarator);
    for _ in 0..8 {
        match at {
            Some(node) if node.is("function_declarator") => {
                return !node.child("declarator").is_some_and(|inner| inner.is("parenthesized_declarator"));
            }
            Some(node) => {
                at =
                    node.child("declarator").or_else(|| node.named().next().filter(|_| node.is("reference_declarator")))
            }
            None => return false,
        }
    }
    false
}

/// The name inside of pointers, arrays, parameters; `A::B::c` is `c` of `A.B`.
fn declared(declarator: Node<'_>) -> Option<(String, Option<String>)> {
    let mut node = declarator;
    for _ in 0..12 {
        if node.is("qualified_identifier") {
            break;
        }
        let inner = node.child("declarator").or_else(|| {
            let wraps = node.is_any(&["parenthesized_declarator", "reference_declarator", "pointer_declarator"]);
            node.named().last().filter(|_| wraps)
        });
        let Some(inner) = inner else { break };
        node = inner;
    }
    let mut containers = Vec::new();
    while node.is("qualified_identifier") && containers.len() < 10 {
        let scope = node.child("scope");
        containers.extend(scope.map(|scope| scope.child("name").unwrap_or(scope).text()));
        node = node.child("name")?;
    }
    let name = if node.is("template_function") { text_of(node, "name") } else { node.text() };
    let container = (!containers.is_empty()).then(|| containers.join("."));
    (!name.is_empty() && name.len() < 200).then(|| (name.to_owned(), container))
}

/// `static` hides at the top of a file; in a class the last access specifier decides.
fn member_visibility(node: Node<'_>) -> Visible {
    let outer = node.parent().filter(|parent| parent.is("template_declaration")).unwrap_or(node);
    let in_class = outer.parent().is_some_and(|parent| parent.is("field_declaration_list"));
    if !in_class {
        let namespace = outer.parent().and_then(Node::parent).filter(|around| around.is("namespace_definition"));
        if namespace.is_some_and(|namespace| namespace.child("name").is_none()) {
            return Visible::No;
        }
        let is_static = node.children().any(|child| child.is("storage_class_specifier") && child.text() == "static");
        return if is_static { Visible::No } else { Visible::AsContainer };
    }
    let before = std::iter::successors(outer.previous(), |sibling| sibling.previous()).take(500);
    let access = before.filter(|sibling| sibling.is("access_specifier")).map(Node::text).next();
    let class = outer.parent().and_then(Node::parent).is_some_and(|around| around.is("class_specifier"));
    match access {
        Some(access) => {
            if access.starts_with("private") {
                Visible::No
            } else {
                Visible::AsContainer
            }
        }
        None => {
            if class {
                Visible::No
            } else {
                Visible::AsContainer
            }
        }
    }
}

fn import<'t>(node: Node<'t>, found: &mut Found<'t>) {
    if node.is("preproc_include") {
        let Some(path) = node.child("path") else { return };
        let quoted = string(path).unwrap_or_else(|| path.text().trim_matches(['<', '>']).to_owned());
        return found.import(quoted, Vec::new(), node);
    }
    if node.is("using_declaration")
        && let Some(path) = node.named().last()
    {
        let path = path.text();
        match path.rsplit_once("::") {
            Some((module, name)) if !node.has("namespace") => found.import(module, vec![name.to_owned()], node),
            _ => found.import(path, vec!["*".to_owned()], node),
        }
    }
}

fn call(node: Node<'_>) -> Option<Site<'_>> {
    let function = node.child("function").or_else(|| node.child("type"))?;
    site(node, function, node.child("arguments"))
}
