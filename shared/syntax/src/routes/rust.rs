//! Axum, Actix, Rocket.

use super::{Book, Declared, assigned_to, chained, handler, is_path, lines, method, written};
use crate::rules::Definition;
use crate::site::{Site, string};
use crate::tree::Node;

/// `.route("/x", get(h).post(i))`, `.nest("/api", router)`, Actix's scopes and resources.
pub fn of_call(site: &Site<'_>, book: &mut Book) {
    let outermost = !site.node.parent().is_some_and(|parent| parent.is("field_expression"));
    if outermost && let Some(scope) = chained(site.node, "scope").and_then(|scope| scope.text(0)) {
        book.group(site.node, &scope);
    }
    match site.method() {
        "route" => {
            let (path, served) = match site.text(0).filter(|path| is_path(path)) {
                Some(path) => (Some(path), site.positional(1)),
                None => (chained(site.node, "resource").and_then(|resource| resource.text(0)), site.positional(0)),
            };
            if let (Some(path), Some(served)) = (path, served) {
                declare(site, &path, served, book);
            }
        }
        "nest" => mount(site, site.text(0), site.positional(1), book),
        "merge" => mount(site, Some(String::new()), site.positional(0), book),
        "configure" | "service" => {
            let target = site.positional(0).filter(|served| served.is_any(&["identifier", "scoped_identifier"]));
            // The scope around it is a group already.
            if let Some(target) = target {
                book.hang(target.text(), "", &owner(site.node), site.node.line());
            }
        }
        "mount" => rocket(site, book),
        _ => {}
    }
}

fn declare(site: &Site<'_>, path: &str, served: Node<'_>, book: &mut Book) {
    let owner = owner(site.node);
    for (method, handler) in methods(served) {
        let lines = lines(site.node, None);
        // A chain starts where its first call does; the declaration is this link of it.
        let start =
            site.node.child("function").and_then(|function| function.child("field")).map_or(lines.0, Node::line);
        let lines = (start, site.args.first().map_or(start, |arg| arg.value.line()).max(start));
        book.declare(Declared { owner: &owner, method, path: path.to_owned(), handler, lines });
    }
}

/// The router's variable, or the function that returns it.
fn owner(node: Node<'_>) -> String {
    let function = || node.ancestor("function_item", 200).and_then(|function| function.child("name"));
    assigned_to(node).or_else(|| function().map(Node::text)).unwrap_or_default().to_owned()
}

fn mount(site: &Site<'_>, prefix: Option<String>, router: Option<Node<'_>>, book: &mut Book) {
    let (Some(prefix), Some(router)) = (prefix, router) else { return };
    // `users()` returns the router that its body makes.
    let name = router.child("function").filter(|_| router.is("call_expression")).unwrap_or(router);
    book.hang(name.text(), &prefix, &owner(site.node), site.node.line());
    let name = name.child("name").unwrap_or(name).text();
    book.mount(name, &prefix, Some(&owner(site.node)));
}

/// Rocket: `mount("/api", routes![users::list, create])`.
fn rocket(site: &Site<'_>, book: &mut Book) {
    let Some(list) = site.positional(1).filter(|list| list.is("macro_invocation")) else { return };
    let Some((_, names)) =
        list.text().split_once(['[', '(']).filter(|(name, _)| name.trim_end_matches('!').ends_with("routes"))
    else {
        return;
    };
    let prefix = written(site.positional(0));
    for name in names.trim_end_matches([']', ')']).split(',').map(str::trim) {
        book.hang(name, &prefix, &owner(site.node), site.node.line());
    }
}

/// `get(list).post(create)`, `axum::routing::patch(update)`, `web::get().to(show)`.
fn methods(served: Node<'_>) -> Vec<(String, Option<String>)> {
    let mut found = Vec::new();
    let mut handled = None;
    let mut at = Some(served);
    while let Some(node) = at.filter(|node| node.is("call_expression") && found.len() < 20) {
        let Some(function) = node.child("function") else { break };
        let name = function.child("field").or_else(|| function.child("name")).unwrap_or(function).text();
        let first = node.child("arguments").and_then(|arguments| arguments.named().next());
        let method = if name == "any" { Some("ANY".to_owned()) } else { method(name) };
        match method {
            Some(method) => found.push((method, handler(first).or_else(|| handled.take()))),
            None if name == "to" => handled = handler(first),
            None => {}
        }
        at = function.child("value");
    }
    found.reverse();
    found
}

/// `#[get("/x")]`, `#[actix_web::post("/x")]`, `#[route("/x", method = "GET")]`.
pub fn of_definition(definition: &Definition<'_>, book: &mut Book) {
    for decorator in &definition.decorators {
        let Some(attribute) = decorator.first("attribute") else { continue };
        let Some(name) = attribute.named().next().map(|name| name.text().rsplit("::").next().unwrap_or_default())
        else {
            continue;
        };
        let Some(tokens) = attribute.child("arguments") else { continue };
        let mut texts = tokens.named().filter_map(string);
        let Some(path) = texts.next().filter(|path| is_path(path)) else { continue };
        let methods: Vec<String> = match name {
            "route" => texts.filter_map(|word| method(&word)).collect(),
            _ => method(name).into_iter().collect(),
        };
        for method in methods {
            let handler = Some(definition.name.to_string());
            let lines = lines(*decorator, Some(*decorator));
            book.declare(Declared { owner: "", method, path: path.clone(), handler, lines });
        }
    }
}
