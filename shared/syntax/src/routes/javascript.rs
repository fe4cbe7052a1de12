//! Express, Koa, Fastify, Hono, NestJS.

use super::{Book, Declared, assigned_to, chained, handler, is_function, is_path, lines, method, rooted, written};
use crate::dotted::site;
use crate::rules::Definition;
use crate::site::{Site, string, strings};
use crate::tree::Node;

/// What makes a router.
const MAKERS: &[&str] = &[
    "express",
    "Router",
    "express.Router",
    "Fastify",
    "fastify",
    "Hono",
    "OpenAPIHono",
    "KoaRouter",
    "Koa",
    "polka",
    "restify.createServer",
    "Elysia",
    "OakRouter",
    "findMyWay",
    "AutoRouter",
];

/// Names that hold a router even where the file does not make it.
const ROUTERS: &[&str] = &["app", "router", "server", "fastify", "routes", "instance"];

/// Routes and mounts that are made by calls.
pub fn of_call(site: &Site<'_>, book: &mut Book) {
    if MAKERS.contains(&site.callee.as_str()) {
        return made(site, book);
    }
    let receiver = site.receiver();
    let root = receiver.split(['.', '(']).next().unwrap_or_default();
    match site.method() {
        "basePath" | "prefix" => {
            let variable = if MAKERS.iter().any(|maker| receiver == format!("{maker}()")) {
                assigned_to(site.node)
            } else {
                Some(root)
            };
            if let (Some(variable), Some(prefix)) = (variable, site.text(0)) {
                book.router(variable);
                book.mount(variable, &prefix, None);
            }
        }
        "use" | "route" if site.args.len() > 1 => mount(site, root, book),
        "use" => hang(site, "", root, book),
        "register" => {
            let options = site.positional(1).filter(|options| options.is("object"));
            let prefix = options.and_then(|options| property(options, "prefix"));
            hang(site, &written(prefix), root, book);
        }
        "setGlobalPrefix" => book.hang("*", &rooted(&site.text(0).unwrap_or_default()), "", site.node.line()),
        "route" => described(site, root, book),
        word => {
            let method = match word {
                "all" => Some("ANY".to_owned()),
                "del" => Some("DELETE".to_owned()),
                _ => method(word).filter(|_| word.chars().all(|c| c.is_ascii_lowercase())),
            };
            if let Some(method) = method.filter(|_| is_router(root, receiver, book)) {
                declared(site, root, method, book);
            }
        }
    }
}

/// `x = express()`, `x = new Router({ prefix: "/x" })`.
fn made(site: &Site<'_>, book: &mut Book) {
    let Some(variable) = assigned_to(site.node) else { return };
    book.router(variable);
    let options = site.positional(0).filter(|options| options.is("object"));
    if let Some(prefix) = options.and_then(|options| property(options, "prefix")).and_then(string) {
        book.mount(variable, &prefix, None);
    }
}

fn is_router(root: &str, receiver: &str, book: &Book) -> bool {
    // `request(app).get("/x")` tests a route and serves none.
    let called = receiver.strip_prefix(root).is_some_and(|rest| rest.starts_with("()"));
    let by_name = ROUTERS.contains(&root) || root.ends_with("Router") || root.ends_with("Routes");
    !called
        && (book.is_router(root) || by_name && (receiver == root || receiver.starts_with(&format!("{root}."))))
        && !receiver.contains("http")
        && !receiver.contains("client")
}

/// `app.get("/x", …, handler)`, or one of the chain behind `route("/x")`.
fn declared(site: &Site<'_>, root: &str, method: String, book: &mut Book) {
    if let Some(route) = chained(site.node, "route").filter(|route| route.args.len() == 1) {
        let Some(path) = route.text(0) else { return };
        let handler = handler(site.args.last().map(|arg| arg.value));
        let lines = lines(route.node, None);
        return book.declare(Declared { owner: root, method, path, handler, lines });
    }
    let Some(last) = site.args.last().filter(|_| site.args.len() > 1).map(|arg| arg.value) else { return };
    let serves = is_function(last)
        || last.is_any(&["identifier", "member_expression", "call_expression", "array", "non_null_expression"]);
    // Koa's routes may have a name before the path.
    let path = [0, 1].iter().filter_map(|at| site.text(*at)).find(|path| is_path(path) || path == "*");
    if let Some(path) = path.filter(|_| serves) {
        let before = site.args.iter().rev().nth(usize::from(is_function(last))).map(|arg| arg.value);
        let lines = lines(site.node, before.filter(|before| !is_function(*before)));
        let (start, end) = if is_function(last) { (lines.0, lines.1.max(last.line())) } else { lines };
        book.declare(Declared { owner: root, method, path, handler: handler(Some(last)), lines: (start, end) });
    }
}

/// `app.use("/api", auth, router)`, Hono's `app.route("/sub", router)`.
fn mount(site: &Site<'_>, root: &str, book: &mut Book) {
    let Some(prefix) = site.text(0).filter(|prefix| is_path(prefix)) else {
        return hang(
            site,
            &site
                .positional(0)
                .filter(|first| is_name_of_prefix(*first))
                .map_or_else(String::new, |first| written(Some(first))),
            root,
            book,
        );
    };
    hang(site, &prefix, root, book);
    for arg in site.args.iter().skip(1).filter(|arg| arg.value.is("identifier")) {
        book.mount(arg.value.text(), &prefix, Some(root));
    }
}

/// `app.use(PREFIX, router)`: a name in capitals, or a member of one.
fn is_name_of_prefix(node: Node<'_>) -> bool {
    node.is("template_string")
        || node.is_any(&["identifier", "member_expression"])
            && node.text().rsplit('.').next().is_some_and(|last| !last.contains(|c: char| c.is_ascii_lowercase()))
}

/// Routers of other files that are put below `prefix`: `router`, `users.router`, `router.routes()`, `require("./users")`.
fn hang(site: &Site<'_>, prefix: &str, root: &str, book: &mut Book) {
    for arg in site.args.iter().filter(|arg| arg.value.is_any(&["identifier", "member_expression", "call_expression"]))
    {
        let text = arg.value.text();
        let required = text.strip_prefix("require(").or_else(|| text.strip_prefix("import("));
        let target = match (required, text.split_once('(')) {
            (Some(module), _) => module.split(')').next().unwrap_or("").trim_matches(['"', '\'', '`']),
            (None, Some((callee, _))) => {
                callee.strip_suffix(".routes").or(callee.strip_suffix(".middleware")).unwrap_or(callee)
            }
            (None, None) => text,
        };
        book.hang(target, prefix, root, site.node.line());
    }
}

/// Fastify: `route({ method, url, handler })`.
fn described(site: &Site<'_>, root: &str, book: &mut Book) {
    let Some(options) = site.positional(0).filter(|options| options.is("object")) else { return };
    let path = property(options, "url").or_else(|| property(options, "path")).and_then(string);
    let methods = property(options, "method").map(strings).unwrap_or_default();
    for method in methods.iter().filter_map(|word| method(word)) {
        let handler = handler(property(options, "handler"));
        let path = path.clone().unwrap_or_default();
        book.declare(Declared { owner: root, method, path, handler, lines: lines(site.node, None) });
    }
}

fn property<'t>(object: Node<'t>, name: &str) -> Option<Node<'t>> {
    let named = |pair: &Node<'t>| pair.child("key").is_some_and(|key| key.text().trim_matches(['"', '\'']) == name);
    object.named().take(50).find(named).and_then(|pair| pair.child("value"))
}

/// NestJS: `@Controller("cats")` on a class, `@Get(":id")` on its methods.
pub fn of_definition(definition: &Definition<'_>, book: &mut Book) {
    for decorator in &definition.decorators {
        let call = decorator.first("call_expression");
        let Some(site) = call.and_then(|call| site(call, call.child("function")?, call.child("arguments"))) else {
            continue;
        };
        let first = site.positional(0);
        let path = first.filter(|first| first.is("object")).and_then(|object| property(object, "path")).or(first);
        let mut paths = path.map(strings).unwrap_or_default();
        if paths.is_empty() {
            paths.push(String::new());
        }
        match site.callee.as_str() {
            "Controller" | "JsonController" => book.group(definition.node, &rooted(&paths[0])),
            word => {
                let method = if word == "All" { Some("ANY".to_owned()) } else { method(word) };
                // Without its class, of which a hunk shows nothing, only a path tells a route.
                let is_served = book.in_group() || definition.is_unseen() && paths.iter().all(|path| is_path(path));
                let is_verb = word.starts_with(|c: char| c.is_ascii_uppercase()) && is_served;
                let Some(method) = method.filter(|_| is_verb) else { continue };
                for path in paths {
                    let handler = definition.handler();
                    let lines = lines(*decorator, Some(*decorator));
                    book.declare(Declared { owner: "", method: method.clone(), path, handler, lines });
                }
            }
        }
    }
}
