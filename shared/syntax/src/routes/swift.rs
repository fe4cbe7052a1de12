//! Vapor.

use super::{Book, Declared, assigned_to, handler, lines, method};
use crate::site::{Site, string};

/// `app.get("hello", ":name") { … }`, `let api = app.grouped("api")`.
pub fn of_call(site: &Site<'_>, book: &mut Book) {
    let receiver = site.receiver();
    let path: String = site
        .args
        .iter()
        .filter(|arg| arg.name.is_none())
        .filter_map(|arg| string(arg.value))
        .map(|part| format!("/{}", part.trim_matches('/')))
        .collect();
    if site.method() == "grouped" {
        if let Some(variable) = assigned_to(site.node) {
            book.mount(variable, &path, Some(receiver));
        }
        return;
    }
    let served_by = site.named("use");
    let serves = served_by.is_some() || site.args.last().is_some_and(|arg| arg.value.is("lambda_literal"));
    let is_router = matches!(receiver, "app" | "routes" | "router" | "group" | "builder") || book.is_router(receiver);
    if let Some(method) = method(site.method()).filter(|_| serves && is_router) {
        book.declare(Declared {
            owner: receiver,
            method,
            path,
            handler: handler(served_by),
            lines: lines(site.node, None),
        });
    }
}
