//! Laravel, Symfony, Slim.

use super::{Book, Declared, chained, handler, is_function, is_path, lines, method, rooted};
use crate::dotted::site;
use crate::rules::Definition;
use crate::site::{Site, string, strings};
use crate::tree::Node;

/// What a Laravel resource serves: action, method, path below the collection; the last two are not in an API.
const ACTIONS: &[(&str, &str, &str)] = &[
    ("index", "GET", ""),
    ("store", "POST", ""),
    ("show", "GET", "/{id}"),
    ("update", "PUT", "/{id}"),
    ("destroy", "DELETE", "/{id}"),
    ("create", "GET", "/create"),
    ("edit", "GET", "/{id}/edit"),
];

/// `Route::get("/x", …)`, groups, resources; Slim's `$app->get("/x", …)`.
pub fn of_call(site: &Site<'_>, book: &mut Book) {
    let receiver = site.receiver();
    let is_laravel = receiver == "Route" || receiver.starts_with("Route.");
    if site.method() == "group" {
        return group(site, is_laravel, book);
    }
    if is_laravel {
        return laravel(site, book);
    }
    let is_slim = matches!(receiver, "app" | "group" | "router" | "r");
    let served =
        site.positional(1).filter(|served| is_slim && (is_function(*served) || served.text().contains("::class")));
    if let (Some(method), Some(served)) = (method(site.method()), served) {
        declare(site, method, site.text(0), Some(served), book);
    }
}

fn laravel(site: &Site<'_>, book: &mut Book) {
    match site.method() {
        "match" => {
            for word in site.positional(0).map(strings).unwrap_or_default() {
                declare(site, method(&word).unwrap_or_default(), site.text(1), site.positional(2), book);
            }
        }
        "any" => declare(site, "ANY".into(), site.text(0), site.positional(1), book),
        "resource" | "apiResource" => {
            let count = if site.method() == "resource" { ACTIONS.len() } else { ACTIONS.len() - 2 };
            let Some(name) = site.text(0) else { return };
            for (action, method, below) in &ACTIONS[..count] {
                let controller = site.positional(1).and_then(served_by);
                let handler = controller.map(|controller| format!("{controller}.{action}"));
                let path = format!("{}{below}", rooted(&name));
                book.declare(Declared {
                    owner: "",
                    method: (*method).into(),
                    path,
                    handler,
                    lines: lines(site.node, None),
                });
            }
        }
        word => {
            if let Some(method) = method(word) {
                declare(site, method, site.text(0), site.positional(1), book);
            }
        }
    }
}

fn declare(site: &Site<'_>, method: String, path: Option<String>, served: Option<Node<'_>>, book: &mut Book) {
    if let Some(path) = path.filter(|_| !method.is_empty()) {
        let handler = served.and_then(served_by);
        book.declare(Declared { owner: "", method, path: rooted(&path), handler, lines: lines(site.node, None) });
    }
}

/// `[OrderController::class, "store"]` is `OrderController.store`.
fn served_by(served: Node<'_>) -> Option<String> {
    if let Some(text) = string(served) {
        return Some(text.replace('@', "."));
    }
    let text = served.text();
    if let Some(class) = text.strip_suffix("::class") {
        return Some(class.to_owned());
    }
    if served.is("array_creation_expression") {
        let mut parts = served.named().map(|part| string(part).unwrap_or_else(|| part.text().replace("::class", "")));
        return Some(format!("{}.{}", parts.next()?, parts.next()?));
    }
    handler(Some(served))
}

/// `Route::prefix("x")->group(…)`, `Route::group(["prefix" => "x"], …)`, `$app->group("/x", …)`.
fn group(site: &Site<'_>, is_laravel: bool, book: &mut Book) {
    let by_chain = || chained(site.node, "prefix").and_then(|prefix| prefix.text(0));
    let by_option = || {
        let options = site.positional(0).filter(|options| options.is("array_creation_expression"))?;
        let mut pairs = options.named().map(|pair| (pair.named().next(), pair.named().nth(1)));
        pairs.find(|(key, _)| key.and_then(string).as_deref() == Some("prefix")).and_then(|(_, value)| string(value?))
    };
    let prefix = if is_laravel { by_chain().or_else(by_option) } else { site.text(0).filter(|path| is_path(path)) };
    // `base_path("routes/api.php")`: the file is loaded below the prefix.
    let file = site.args.last().map(|arg| arg.value).filter(|last| is_laravel && !last.text().contains('{'));
    let file = file.map(|last| last.text().split(['"', '\'']).nth(1).unwrap_or_default().to_owned());
    if let Some(file) = file.filter(|file| file.ends_with(".php")) {
        let prefix = prefix.as_deref().map(rooted).unwrap_or_default();
        return book.hang(&format!("/{}", file.trim_start_matches('/')), &prefix, "", site.node.line());
    }
    if let Some(prefix) = prefix {
        book.group(site.node, &rooted(&prefix));
    }
}

/// Symfony: `#[Route("/x", methods: ["GET"])]` on a class and on its methods.
pub fn of_definition(definition: &Definition<'_>, book: &mut Book) {
    let attributes = definition.decorators.iter().flat_map(|group| group.named()).filter(|child| child.is("attribute"));
    for attribute in attributes {
        let Some(site) = attribute.named().next().and_then(|name| site(attribute, name, attribute.child("parameters")))
        else {
            continue;
        };
        let path = site.text(0).or_else(|| site.named("path").and_then(string));
        let Some(path) = path.filter(|_| site.method() == "Route") else { continue };
        if definition.node.is("class_declaration") {
            book.group(definition.node, &path);
            continue;
        }
        let methods: Vec<String> = site.named("methods").map(strings).unwrap_or_default();
        let methods: Vec<String> = methods.iter().filter_map(|word| method(word)).collect();
        let methods = if methods.is_empty() { vec!["ANY".to_owned()] } else { methods };
        for method in methods {
            let handler = Some(definition.name.to_string());
            book.declare(Declared {
                owner: "",
                method,
                path: path.clone(),
                handler,
                lines: lines(attribute, Some(attribute)),
            });
        }
    }
}
