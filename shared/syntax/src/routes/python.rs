//! FastAPI, Flask, Starlette, Django, aiohttp.

use super::{Book, Declared, assigned_to, handler, is_path, lines, method, rooted, written};
use crate::dotted::site;
use crate::rules::Definition;
use crate::site::{Site, string, strings};
use crate::tree::Node;

/// Decorators that take a path and serve nothing.
const NO_ROUTERS: &[&str] =
    &["mock", "patch", "pytest", "responses", "respx", "requests", "httpx", "client", "requests_mock"];

/// `@app.get("/x")`, `@bp.route("/x", methods=["POST"])`.
pub fn of_definition(definition: &Definition<'_>, book: &mut Book) {
    for decorator in &definition.decorators {
        let call = decorator.first("call");
        let Some(site) = call.and_then(|call| site(call, call.child("function")?, call.child("arguments"))) else {
            continue;
        };
        let receiver = site.receiver();
        let first = receiver.split('.').next().unwrap_or_default();
        if receiver.is_empty() || NO_ROUTERS.contains(&first) {
            continue;
        }
        let methods = match site.method() {
            "route" | "api_route" => named_methods(&site, "GET"),
            "websocket" | "websocket_route" => vec!["GET".to_owned()],
            word => method(word).into_iter().collect(),
        };
        let Some(path) = site.text(0).or_else(|| site.named("path").and_then(string)) else { continue };
        if path.is_empty() || is_path(&path) {
            declare(book, receiver, methods, &path, definition.handler(), *decorator);
        }
    }
}

/// Routes and mounts that are made by calls.
pub fn of_call(site: &Site<'_>, book: &mut Book) {
    match site.method() {
        "APIRouter" | "Blueprint" | "APIBlueprint" => {
            let prefix = site.named("prefix").or_else(|| site.named("url_prefix")).and_then(string);
            if let (Some(variable), Some(prefix)) = (assigned_to(site.node), prefix) {
                book.mount(variable, &prefix, None);
            }
        }
        "include_router" | "register_blueprint" => mount(site, book),
        "path" | "re_path" | "url" if in_urlpatterns(site.node) => django(site, book),
        "Route" | "WebSocketRoute" => starlette(site, book),
        "Mount" => {
            let prefix = site.text(0).or_else(|| site.named("path").and_then(string)).unwrap_or_default();
            let below = site.named("app").or_else(|| site.named("routes")).or_else(|| site.positional(1));
            if let Some(below) = below.filter(|below| below.is_any(&["identifier", "attribute"])) {
                book.hang(below.text(), &prefix, "", site.node.line());
            }
            book.group(site.node, &prefix);
        }
        "add_api_route" | "add_url_rule" => {
            let endpoint = site.named("view_func").or_else(|| site.named("endpoint"));
            let endpoint = endpoint.or_else(|| site.positional(if site.method() == "add_url_rule" { 2 } else { 1 }));
            let methods = named_methods(site, "GET");
            if let Some(path) = site.text(0).filter(|path| is_path(path)) {
                let name = endpoint.and_then(string).or_else(|| handler(endpoint));
                declare(book, site.receiver(), methods, &path, name, site.node);
            }
        }
        _ => aiohttp(site, book),
    }
}

fn declare(book: &mut Book, owner: &str, methods: Vec<String>, path: &str, handler: Option<String>, node: Node<'_>) {
    for method in methods {
        let handler = handler.clone();
        book.declare(Declared { owner, method, path: path.to_owned(), handler, lines: lines(node, Some(node)) });
    }
}

fn named_methods(site: &Site<'_>, otherwise: &str) -> Vec<String> {
    let given = site.named("methods").map(strings).unwrap_or_default();
    let methods: Vec<String> = given.iter().filter_map(|word| method(word)).collect();
    if methods.is_empty() { vec![otherwise.to_owned()] } else { methods }
}

/// A prefix given where a blueprint is registered takes the place of its own; a router's is added.
fn mount(site: &Site<'_>, book: &mut Book) {
    let Some(variable) = site.positional(0).map(|variable| variable.text()) else { return };
    let parent = Some(site.receiver());
    let prefix = site.named("prefix").or_else(|| site.named("url_prefix"));
    book.hang(variable, &written(prefix), site.receiver(), site.node.line());
    if let Some(prefix) = site.named("url_prefix").and_then(string) {
        book.remount(variable, &prefix, parent);
    } else {
        let prefix = site.named("prefix").and_then(string).unwrap_or_default();
        book.mount(variable, &prefix, parent);
    }
}

fn in_urlpatterns(node: Node<'_>) -> bool {
    let mut around = node.ancestors().take(6).filter(|node| node.kind().contains("assignment"));
    around.any(|assignment| assignment.child("left").is_some_and(|left| left.text() == "urlpatterns"))
}

fn django(site: &Site<'_>, book: &mut Book) {
    let (Some(path), Some(view)) = (site.text(0), site.positional(1)) else { return };
    let view = view.text();
    let path = path.trim_start_matches('^').trim_end_matches('$');
    if view.starts_with("include(") {
        return include(site, path, book);
    }
    let name = view.split(".as_view(").next().unwrap_or_default();
    let name = name.chars().all(|c| c.is_alphanumeric() || "._".contains(c)).then(|| name.to_owned());
    declare(book, "", vec!["ANY".to_owned()], &rooted(path), name, site.node);
}

/// `include("shop.urls")`, `include(("shop.urls", "shop"))`, `include(router.urls)`.
fn include(site: &Site<'_>, path: &str, book: &mut Book) {
    let first = site.positional(1).and_then(|view| view.child("arguments")?.named().next());
    let Some(module) = first.map(|first| if first.is("tuple") { first.named().next().unwrap_or(first) } else { first })
    else {
        return;
    };
    let target = string(module).unwrap_or_else(|| module.text().to_owned());
    book.hang(&target, &rooted(path), "", site.node.line());
}

/// An entry of a list of routes.
fn starlette(site: &Site<'_>, book: &mut Book) {
    let path = site.text(0).or_else(|| site.named("path").and_then(string));
    let endpoint = site.named("endpoint").or_else(|| site.positional(1));
    if let (Some(path), Some(endpoint)) = (path.filter(|path| is_path(path)), endpoint) {
        declare(book, "", named_methods(site, "GET"), &path, handler(Some(endpoint)), site.node);
    }
}

/// `router.add_get("/x", h)`, `router.add_route("GET", "/x", h)`, `web.get("/x", h)`.
fn aiohttp(site: &Site<'_>, book: &mut Book) {
    let receiver = site.receiver();
    let is_router = receiver.ends_with("router");
    let (verb, at) = match site.method() {
        "add_route" if is_router => (site.text(0).unwrap_or_default(), 1),
        name if is_router && name.starts_with("add_") => (name.trim_start_matches("add_").to_owned(), 0),
        name if receiver == "web" => (name.to_owned(), 0),
        _ => return,
    };
    let verb = if verb == "*" { Some("ANY".to_owned()) } else { method(&verb) };
    if let (Some(verb), Some(path), Some(served)) = (verb, site.text(at), site.positional(at + 1)) {
        declare(book, receiver, vec![verb], &path, handler(Some(served)), site.node);
    }
}
