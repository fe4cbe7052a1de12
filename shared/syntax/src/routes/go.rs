//! net/http, Gin, Echo, Chi, Fiber, gorilla/mux.

use super::{Book, Declared, assigned_to, chained, handler, is_path, lines, method, written};
use crate::grammar::Role;
use crate::site::{Site, string};
use crate::tree::Node;

/// Receivers that send or keep things under paths and serve none.
const NO_ROUTERS: &[&str] =
    &["client", "cache", "store", "redis", "header", "query", "params", "session", "viper", "config"];

/// Routes and mounts that are made by calls.
pub fn of_call(site: &Site<'_>, book: &mut Book) {
    passed_on(site, book);
    let receiver = site.receiver();
    let lower = receiver.to_ascii_lowercase();
    if receiver.is_empty() || NO_ROUTERS.iter().any(|name| lower.contains(name)) {
        return;
    }
    match site.method() {
        "HandleFunc" | "Handle" | "Method" | "MethodFunc" | "Add" => handle(site, receiver, book),
        "Group" | "Subrouter" => {
            let path = chained(site.node, "PathPrefix").and_then(|prefix| prefix.text(0)).or_else(|| site.text(0));
            let parent = receiver.split('.').next().unwrap_or_default();
            if let (Some(variable), Some(path)) = (assigned_to(site.node), path) {
                book.mount(variable, &path, Some(parent));
            }
        }
        "Route" => {
            if let Some(path) = site.text(0).filter(|path| is_path(path)) {
                hang(site, &path, receiver, book);
                book.group(site.node, &path);
            }
        }
        "Mount" => {
            if let Some(path) = site.text(0).filter(|path| is_path(path)) {
                hang(site, &path, receiver, book);
            }
            if let (Some(path), Some(router)) =
                (site.text(0), site.positional(1).filter(|router| router.is("identifier")))
            {
                book.mount(router.text(), &path, Some(receiver));
            }
        }
        "Any" | "All" => verb(site, receiver, "ANY".to_owned(), book),
        word => {
            if let Some(method) = method(word).filter(|_| receiver != "http") {
                verb(site, receiver, method, book);
            }
        }
    }
}

/// Names that hold a router where it is handed to somebody.
const HANDED: &[&str] = &["r", "e", "g", "rg", "mux", "router", "app", "api", "group", "engine", "v1", "v2"];

/// Parts of names of functions that take a router.
const TAKES: &[&str] = &["regist", "route", "mount", "setup", "init", "handler", "bind", "attach", "install", "add"];

/// `users.Register(api)`, `users.Register(r.Group("/users"))`: what is declared there lies under the group.
fn passed_on(site: &Site<'_>, book: &mut Book) {
    let callee = site.method().to_ascii_lowercase();
    if !TAKES.iter().any(|word| callee.contains(word)) {
        return;
    }
    for arg in &site.args {
        let call = Some(arg.value).filter(|value| value.role() == Role::Call);
        let group = call
            .and_then(|call| (call.tree().grammar.rules.call)(call))
            .filter(|group| matches!(group.method(), "Group" | "Route" | "Party"));
        let (prefix, owner) = match &group {
            Some(group) => (written(group.positional(0)), group.receiver().to_owned()),
            None if arg.value.is("identifier") => {
                let name = arg.value.text();
                if !book.is_router(name) && !HANDED.contains(&name) {
                    continue;
                }
                (String::new(), name.to_owned())
            }
            None => continue,
        };
        book.hang(&site.callee, &prefix, &owner, site.node.line());
    }
}

/// Chi: `Mount("/users", users.Routes())`, `Route("/users", users.Routes)`.
fn hang(site: &Site<'_>, prefix: &str, owner: &str, book: &mut Book) {
    let Some(served) = site.positional(1) else { return };
    let target = served.child("function").unwrap_or(served);
    if target.is_any(&["identifier", "selector_expression"]) {
        book.hang(target.text(), prefix, owner, site.node.line());
    }
}

/// `GET("/x", h)` of Gin and Echo, `Get("/x", h)` of Chi and Fiber.
fn verb(site: &Site<'_>, receiver: &str, method: String, book: &mut Book) {
    let Some(last) = site.args.last().filter(|_| site.args.len() > 1).map(|arg| arg.value) else { return };
    let shouted = site.method().chars().all(|c| c.is_ascii_uppercase());
    let serves = last.is_any(&["func_literal", "identifier", "selector_expression", "call_expression"]);
    let path = site.text(0).filter(|path| is_path(path) || shouted && path.is_empty());
    if let Some(path) = path.filter(|_| serves) {
        let handler = handler(Some(last).filter(|last| !last.is("call_expression")));
        book.declare(Declared { owner: receiver, method, path, handler, lines: lines(site.node, None) });
    }
}

/// `HandleFunc("GET /x", h)`, `HandleFunc("/x", h).Methods("GET")`, `Handle("GET", "/x", h)`.
fn handle(site: &Site<'_>, receiver: &str, book: &mut Book) {
    let Some(first) = site.text(0) else { return };
    let (methods, path, served) = match first.split_once(' ') {
        Some((word, path)) => (method(word).into_iter().collect(), path.trim().to_owned(), site.positional(1)),
        None => match (method(&first), site.text(1)) {
            (Some(method), Some(path)) => (vec![method], path, site.positional(2)),
            _ => (methods_behind(site.node), first, site.positional(1)),
        },
    };
    // A host may stand before the path.
    let looks_served = is_path(&path) || path.contains('/') && !path.contains(' ');
    if !looks_served || served.is_none() || site.method() == "Add" && !is_path(&path) {
        return;
    }
    for method in methods {
        let served = served.filter(|served| !served.is("call_expression"));
        let lines = lines(site.node, None);
        book.declare(Declared { owner: receiver, method, path: path.clone(), handler: handler(served), lines });
    }
}

/// gorilla/mux narrows a route behind its declaration.
fn methods_behind(call: Node<'_>) -> Vec<String> {
    let selector =
        call.parent().filter(|selector| selector.child("field").is_some_and(|field| field.text() == "Methods"));
    let arguments = selector.and_then(Node::parent).and_then(|outer| outer.child("arguments"));
    let methods: Vec<String> =
        arguments.into_iter().flat_map(Node::named).filter_map(string).filter_map(|word| method(&word)).collect();
    if methods.is_empty() { vec!["ANY".to_owned()] } else { methods }
}
