//! ASP.NET: controllers and minimal APIs.

use super::{Book, Declared, assigned_to, handler, lines, method, rooted};
use crate::rules::Definition;
use crate::site::{Site, string};
use crate::tree::Node;

/// `app.MapGet("/x", h)`, `app.MapGroup("/x")`.
pub fn of_call(site: &Site<'_>, book: &mut Book) {
    let receiver = site.receiver();
    let Some(word) = site.method().strip_prefix("Map").filter(|_| !receiver.is_empty()) else { return };
    let Some(path) = site.text(0) else { return };
    if word == "Group" {
        if let Some(variable) = assigned_to(site.node) {
            book.mount(variable, &rooted(&path), Some(receiver));
        }
        return;
    }
    let method = match word {
        "HealthChecks" => Some("GET".to_owned()),
        _ => method(word).filter(|_| site.args.len() > 1),
    };
    if let Some(method) = method {
        let served = site.positional(1).filter(|_| word != "HealthChecks");
        book.declare(Declared {
            owner: receiver,
            method,
            path: rooted(&path),
            handler: handler(served),
            lines: lines(site.node, None),
        });
    }
}

/// `[Route("api/[controller]")]` on a class, `[HttpGet("{id}")]` on its methods.
pub fn of_definition(definition: &Definition<'_>, book: &mut Book) {
    let lists = definition.decorators.iter().flat_map(|list| list.named()).filter(|child| child.is("attribute"));
    let attributes: Vec<(&str, Option<String>, Node<'_>)> =
        lists.map(|attribute| (name(attribute), path(attribute), attribute)).collect();
    let own_route = attributes.iter().find(|(name, _, _)| *name == "Route").and_then(|(_, path, _)| path.clone());
    if definition.node.is_any(&["class_declaration", "record_declaration"]) {
        if let Some(prefix) = own_route {
            let controller = definition.name.strip_suffix("Controller").unwrap_or(&definition.name);
            book.group(definition.node, &rooted(&prefix.replace("[controller]", controller)));
        }
        return;
    }
    for (attribute, path, node) in &attributes {
        let Some(method) = attribute.strip_prefix("Http").and_then(method) else { continue };
        let path = path.clone().or_else(|| own_route.clone()).unwrap_or_default();
        let path = path.replace("[action]", &definition.name);
        let handler = Some(definition.name.to_string());
        let absolute = path.starts_with(['/', '~']);
        let path = if path.is_empty() { path } else { rooted(path.trim_start_matches('~')) };
        let declared = Declared { owner: "", method, path, handler, lines: lines(*node, Some(*node)) };
        if absolute {
            book.declare_absolute(declared);
        } else {
            book.declare(declared);
        }
    }
}

fn name<'t>(attribute: Node<'t>) -> &'t str {
    let name = attribute.child("name").map_or("", Node::text);
    name.rsplit('.').next().unwrap_or(name)
}

fn path(attribute: Node<'_>) -> Option<String> {
    let arguments = attribute.first("attribute_argument_list")?;
    arguments.named().filter(|argument| !argument.has("=")).find_map(string)
}
