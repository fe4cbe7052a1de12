//! Rails' routes.rb, Sinatra.

use super::{Book, Declared, is_path, lines, method, rooted};
use crate::site::{Site, string, strings};
use crate::tree::Node;

/// What `resources` serves: action, method, path below the collection.
const ACTIONS: &[(&str, &str, &str)] = &[
    ("index", "GET", ""),
    ("create", "POST", ""),
    ("new", "GET", "/new"),
    ("show", "GET", "/:id"),
    ("edit", "GET", "/:id/edit"),
    ("update", "PATCH", "/:id"),
    ("update", "PUT", "/:id"),
    ("destroy", "DELETE", "/:id"),
];

/// Routes and what they lie under.
pub fn of_call(site: &Site<'_>, book: &mut Book) {
    if site.callee.ends_with("routes.draw") {
        return book.group(site.node, "");
    }
    if !site.receiver().is_empty() {
        return;
    }
    if !book.in_group() {
        return sinatra(site, book);
    }
    let block = block(site);
    match site.method() {
        "root" => {
            let handler = site.named("to").and_then(string).or_else(|| site.text(0));
            book.declare(Declared { owner: "", method: "GET".into(), path: "/".into(), handler, lines: whole(site) });
        }
        "namespace" | "scope" => {
            let prefix = site.named("path").and_then(string).or_else(|| site.text(0)).unwrap_or_default();
            if let Some(block) = block {
                book.group(block, &if prefix.is_empty() { prefix } else { rooted(&prefix) });
            }
        }
        "resources" => resources(site, true, book),
        "resource" => resources(site, false, book),
        "member" => regroup(site, "/:id", book),
        "collection" => regroup(site, "", book),
        "match" => {
            let methods = site.named("via").map(strings).unwrap_or_default();
            for word in &methods {
                verb(site, if word == "all" { Some("ANY".to_owned()) } else { method(word) }, book);
            }
        }
        word => verb(site, method(word), book),
    }
}

fn block<'t>(site: &Site<'t>) -> Option<Node<'t>> {
    site.args.last().map(|arg| arg.value).filter(|value| value.is_any(&["block", "do_block"]))
}

/// The lines of the statement without its block.
fn whole(site: &Site<'_>) -> (u32, u32) {
    lines(site.node, site.node.child("arguments"))
}

/// `get "/x", to: "a#b"`, `get "x" => "a#b"`, `get :recent, on: :collection`.
fn verb(site: &Site<'_>, method: Option<String>, book: &mut Book) {
    let Some(method) = method else { return };
    let arrow = site.args.iter().find(|arg| arg.name.is_some_and(|name| name.starts_with(['"', '\''])));
    let path = arrow.and_then(|arg| arg.name).map(|name| name.trim_matches(['"', '\'']).to_owned());
    let Some(path) = path.or_else(|| site.text(0)) else { return };
    let handler = site.named("to").and_then(string).or_else(|| arrow.and_then(|arg| string(arg.value)));
    let on = site.named("on").and_then(string);
    if let Some(on) = on {
        regroup(site, if on == "member" { "/:id" } else { "" }, book);
    }
    book.declare(Declared { owner: "", method, path: rooted(&path), handler, lines: whole(site) });
}

/// All actions of a resource; what its block holds lies under one of its members.
fn resources(site: &Site<'_>, many: bool, book: &mut Book) {
    let list = |name: &str| site.named(name).map(strings);
    let (only, except) = (list("only"), list("except").unwrap_or_default());
    let names = site.args.iter().filter(|arg| arg.name.is_none()).filter_map(|arg| string(arg.value));
    for name in names {
        for (action, method, below) in ACTIONS {
            let wanted = only.as_ref().is_none_or(|only| only.iter().any(|one| one == action));
            let served = wanted && !except.iter().any(|one| one == action) && (many || *action != "index");
            if served {
                let below = if many { *below } else { below.trim_start_matches("/:id") };
                let handler = Some(format!("{name}#{action}"));
                let path = format!("/{name}{below}");
                book.declare(Declared { owner: "", method: (*method).into(), path, handler, lines: whole(site) });
            }
        }
        if let Some(block) = block(site) {
            let id = name.strip_suffix('s').unwrap_or(&name);
            book.group(block, &if many { format!("/{name}/:{id}_id") } else { format!("/{name}") });
        }
    }
}

/// `member` and `collection` say where in the resource around them they lie.
fn regroup(site: &Site<'_>, below: &str, book: &mut Book) {
    let calls = site.node.ancestors().take(8).filter(|node| node.is("call"));
    let sites = calls.filter_map(|call| (call.tree().grammar.rules.call)(call));
    let name = sites.filter(|site| site.method() == "resources").find_map(|site| site.text(0));
    if let Some(name) = name {
        book.group_instead(site.node, &format!("/{name}{below}"));
    }
}

/// `get "/x" do … end`; without a block it is a test's request.
fn sinatra(site: &Site<'_>, book: &mut Book) {
    let Some(method) = method(site.method()).filter(|_| block(site).is_some()) else { return };
    if let Some(path) = site.text(0).filter(|path| is_path(path)) {
        book.declare(Declared { owner: "", method, path, handler: None, lines: whole(site) });
    }
}
