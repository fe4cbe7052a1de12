//! What modules take and give: `import`, `require`, `export`, `module.exports`.

use contracts::analysis::SymbolKind;

use super::is_function;
use crate::languages::text_of;
use crate::rules::{Definition, Found, Visible};
use crate::site::string;
use crate::tree::Node;

/// `export { a, b as c }`, `export default a`, `export … from`.
pub fn export<'t>(node: Node<'t>, found: &mut Found<'t>) {
    let clause = node.first("export_clause");
    let specifiers = || clause.into_iter().flat_map(Node::named).filter(|child| child.is("export_specifier"));
    let names = specifiers().map(|specifier| text_of(specifier, "name").to_owned());
    if let Some(source) = node.child("source").and_then(string) {
        let mut names: Vec<String> = names.collect();
        if names.is_empty() {
            names.push("*".into());
        }
        found.import(source, names, node);
        return;
    }
    found.exports.extend(names);
    let Some(value) = node.child("value") else { return };
    match value.kind() {
        "identifier" => found.exports.push(value.text().to_owned()),
        _ if is_function(value) || value.is("class") => {
            let kind = if value.is("class") { SymbolKind::Class } else { SymbolKind::Function };
            found.define(Definition::new(kind, "default", node).body(value.child("body")).visible(Visible::Yes));
        }
        _ => {}
    }
}

/// CommonJS: `module.exports = { a, b }`, `exports.a = …`; and `Thing.prototype.method = function`.
pub fn assignment<'t>(node: Node<'t>, found: &mut Found<'t>) {
    let (Some(left), Some(right)) = (node.child("left"), node.child("right")) else { return };
    if !left.is("member_expression") || !node.parent().is_some_and(|parent| parent.is("expression_statement")) {
        return;
    }
    let target = left.text();
    if target == "module.exports" {
        match right.kind() {
            "identifier" => found.exports.push(right.text().to_owned()),
            "object" => {
                let names =
                    right.named().take(500).filter(|child| child.is_any(&["shorthand_property_identifier", "pair"]));
                found.exports.extend(names.map(|child| child.child("key").unwrap_or(child).text().to_owned()));
            }
            _ => {}
        }
        return;
    }
    let name = text_of(left, "property");
    let object = text_of(left, "object");
    let is_export = object == "module.exports" || object == "exports";
    let owner = object.strip_suffix(".prototype");
    let body = right.child("body").filter(|_| is_function(right));
    if right.is("identifier") && is_export {
        found.exports.push(right.text().to_owned());
    } else if is_export || owner.is_some() && is_function(right) {
        let kind = if is_function(right) { SymbolKind::Function } else { SymbolKind::Constant };
        let definition = Definition::new(kind, name, node).body(body).within(owner.map(str::to_owned));
        found.define(definition.visible(Visible::Yes));
    }
}

/// `import("x")`, and `require("x")` as a statement of its own.
pub fn import_of_call<'t>(node: Node<'t>, found: &mut Found<'t>) {
    let lazy = node.child("function").is_some_and(|function| function.is("import"));
    let bare = node.parent().is_some_and(|parent| parent.is("expression_statement"));
    let first = node.child("arguments").and_then(|arguments| arguments.named().next()).and_then(string);
    if let Some(module) = first.filter(|_| lazy || bare && required_module(node).is_some()) {
        found.import(module, Vec::new(), node);
    }
}

pub fn import<'t>(node: Node<'t>, found: &mut Found<'t>) {
    let clause = node.first_of(&["import_clause", "import_require_clause"]);
    let source = node.child("source").or_else(|| clause.and_then(|clause| clause.child("source")));
    let Some(source) = source.and_then(string) else { return };
    let mut names = Vec::new();
    for part in clause.into_iter().flat_map(Node::named) {
        match part.kind() {
            "identifier" if part.parent().is_some_and(|parent| parent.is("import_clause")) => {
                names.push("default".to_owned())
            }
            "namespace_import" => names.push("*".to_owned()),
            "named_imports" => {
                let specifiers = part.named().filter(|child| child.is("import_specifier"));
                names.extend(specifiers.map(|specifier| text_of(specifier, "name").to_owned()));
            }
            _ => {}
        }
    }
    found.import(source, names, node);
}

/// `require('x')`, also with a member behind it.
pub fn required_module(value: Node<'_>) -> Option<String> {
    let call = if value.is("member_expression") { value.child("object")? } else { value };
    if !call.is("call_expression") || text_of(call, "function") != "require" {
        return None;
    }
    call.child("arguments")?.named().next().and_then(string)
}
