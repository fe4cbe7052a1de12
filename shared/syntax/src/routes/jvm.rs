//! Spring, JAX-RS, Micronaut, Ktor.

use super::{Book, Declared, is_path, lines, method, rooted};
use crate::rules::Definition;
use crate::site::{Site, strings};
use crate::tree::Node;

/// An annotation of Java or Kotlin.
struct Annotation<'t> {
    name: &'t str,
    /// Names and values of its arguments.
    args: Vec<(Option<&'t str>, Node<'t>)>,
}

impl<'t> Annotation<'t> {
    fn of(node: Node<'t>) -> Option<Self> {
        let holder = node.first("constructor_invocation").unwrap_or(node);
        let name = holder.child("name").or_else(|| holder.named().next())?.text();
        let list = holder.child("arguments").or_else(|| holder.first("value_arguments"));
        let args = list.into_iter().flat_map(Node::named).take(20).filter_map(Self::argument).collect();
        Some(Self { name: name.rsplit('.').next().unwrap_or_default(), args })
    }

    fn argument(node: Node<'t>) -> Option<(Option<&'t str>, Node<'t>)> {
        match node.kind() {
            "element_value_pair" => Some((node.child("key").map(Node::text), node.child("value")?)),
            "value_argument" if node.has("=") => Some((node.named().next().map(Node::text), node.named().last()?)),
            "value_argument" => Some((None, node.named().next()?)),
            _ => Some((None, node)),
        }
    }

    /// The paths it gives; an empty one where it gives none.
    fn paths(&self) -> Vec<String> {
        let is_path = |name: Option<&str>| matches!(name, None | Some("value" | "path" | "uri"));
        let given = self.args.iter().find(|(name, _)| is_path(*name));
        let paths = given.map(|(_, value)| listed(*value)).unwrap_or_default();
        if paths.is_empty() { vec![String::new()] } else { paths }
    }

    fn methods(&self) -> Vec<String> {
        let given = self.args.iter().find(|(name, _)| *name == Some("method"));
        let words = given.map(|(_, value)| value.text()).unwrap_or_default();
        let methods: Vec<String> = words.split(|c: char| !c.is_ascii_alphabetic()).filter_map(method).collect();
        if methods.is_empty() { vec!["ANY".to_owned()] } else { methods }
    }
}

/// Strings of a list in either language's notation.
fn listed(value: Node<'_>) -> Vec<String> {
    strings(value)
}

/// `@RequestMapping` on a class, `@GetMapping` and its like on methods.
pub fn of_definition(definition: &Definition<'_>, book: &mut Book) {
    let annotations: Vec<Annotation<'_>> =
        definition.decorators.iter().filter_map(|node| Annotation::of(*node)).collect();
    let opens = definition.node.is_any(&["class_declaration", "interface_declaration", "object_declaration"]);
    if opens {
        return class(definition, &annotations, book);
    }
    let jax_path = annotations.iter().find(|annotation| annotation.name == "Path").map(Annotation::paths);
    for (annotation, node) in annotations.iter().zip(&definition.decorators) {
        let is_shouted = annotation.name.chars().all(|c| c.is_ascii_uppercase());
        let (methods, paths) = match annotation.name {
            "RequestMapping" => (annotation.methods(), annotation.paths()),
            // Retrofit's `@GET("x")` declares a client; JAX-RS writes the path on its own.
            name if is_shouted && annotation.args.is_empty() => {
                (method(name).into_iter().collect(), jax_path.clone().unwrap_or_else(|| vec![String::new()]))
            }
            name => {
                let verb = name.strip_suffix("Mapping").or(Some(name).filter(|_| book.in_group() && !is_shouted));
                (verb.and_then(method).into_iter().collect::<Vec<_>>(), annotation.paths())
            }
        };
        for method in methods {
            for path in &paths {
                let handler = definition.handler();
                let path = if path.is_empty() { String::new() } else { rooted(path) };
                book.declare(Declared {
                    owner: "",
                    method: method.clone(),
                    path,
                    handler,
                    lines: lines(*node, Some(*node)),
                });
            }
        }
    }
}

fn class(definition: &Definition<'_>, annotations: &[Annotation<'_>], book: &mut Book) {
    if annotations
        .iter()
        .any(|annotation| matches!(annotation.name, "FeignClient" | "RegisterRestClient" | "HttpExchange" | "Client"))
    {
        return book.client(definition.node);
    }
    // JAX-RS: everything that the program serves.
    if let Some(all) = annotations.iter().find(|annotation| annotation.name == "ApplicationPath") {
        book.hang("*", &rooted(&all.paths().swap_remove(0)), "", definition.node.line());
    }
    for annotation in
        annotations.iter().filter(|annotation| matches!(annotation.name, "RequestMapping" | "Path" | "Controller"))
    {
        // Spring's `@Controller("name")` names a bean.
        let prefix = annotation.paths().swap_remove(0);
        if annotation.name != "Controller" || is_path(&prefix) {
            let prefix = if prefix.is_empty() { prefix } else { rooted(&prefix) };
            book.group(definition.node, &prefix);
        }
    }
}

/// Ktor: `route("/x") { get("/y") { … } }`.
pub fn of_call(site: &Site<'_>, book: &mut Book) {
    let Some(block) = site.args.last().map(|arg| arg.value).filter(|block| block.is("annotated_lambda")) else {
        return;
    };
    match site.callee.as_str() {
        "routing" | "embeddedServer" => book.group(block, ""),
        "route" => book.group(block, &site.text(0).unwrap_or_default()),
        word => {
            let path = site.text(0);
            let lies_in_route = book.in_group() && (path.is_some() || site.args.len() == 1);
            let served = lies_in_route || path.as_ref().is_some_and(|path| is_path(path));
            if let Some(method) = method(word).filter(|_| served && word.chars().all(|c| c.is_ascii_lowercase())) {
                let path = path.map(|path| if path.is_empty() { path } else { rooted(&path) }).unwrap_or_default();
                book.declare(Declared { owner: "", method, path, handler: None, lines: lines(site.node, None) });
            }
        }
    }
}
