//! Routes that a file serves by where it lies: handlers of Next.js, SvelteKit and Nuxt, scripts of PHP that answer themselves.

use contracts::analysis::{FileAnalysis, Route};

use super::{Served, normal};
use crate::comparison::Side;

/// Methods that a handler may be named after.
const METHODS: &[&str] = &["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

/// Ends of names of files of JavaScript and TypeScript.
const SCRIPTS: &[&str] = &[".ts", ".js", ".tsx", ".jsx", ".mjs"];

/// Pages that people look at, and parts of other scripts: nobody calls them as an interface.
const PAGES: &[&str] = &["index.php", "header.php", "footer.php", "config.php", "functions.php", "bootstrap.php"];

/// Routes by the path of the file.
pub(super) fn routes(side: &Side, analysis: &FileAnalysis) -> Vec<Route> {
    match analysis.language.as_str() {
        "javascript" | "typescript" | "tsx" => script(&side.path)
            .into_iter()
            .flat_map(|(path, method)| methods(side, method).into_iter().map(move |method| route(method, path.clone())))
            .collect(),
        "php" => answering(side).into_iter().map(|path| route("ANY".to_owned(), path)).collect(),
        _ => Vec::new(),
    }
}

/// A file that served every method gave way to one that says which: which of them it had served is not known.
pub(super) fn is_taken_over(old: &Served<'_>, standing: &[Served<'_>]) -> bool {
    old.route.method == "ANY"
        && script(&old.side.path).is_some()
        && standing.iter().any(|now| normal(&now.route.path) == normal(&old.route.path))
}

fn route(method: String, path: String) -> Route {
    Route { method, path, handler: None, owner: None, start: 1, end: 1 }
}

/// How the methods of a file are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum By {
    /// It serves all of them.
    Any,
    /// By the names of what it exports.
    Exports,
    /// By the end of its name.
    Name(&'static str),
}

/// The path that a file serves, and how its methods are told.
fn script(path: &str) -> Option<(String, By)> {
    let stem = SCRIPTS.iter().find_map(|end| path.strip_suffix(end)).filter(|stem| !stem.ends_with(".d"))?;
    let below = |folder: &str| match stem.find(&format!("/{folder}")) {
        Some(at) => Some(&stem[at + 1 + folder.len()..]),
        None => stem.strip_prefix(folder),
    };
    if let Some(route) = below("pages/api/") {
        let route = route.strip_suffix("/index").unwrap_or(if route == "index" { "" } else { route });
        return Some((parameters(&format!("/api/{route}")), By::Any));
    }
    if let Some(route) = below("app/").and_then(|rest| rest.strip_suffix("/route")) {
        return Some((parameters(&format!("/{route}")), By::Exports));
    }
    if let Some(route) = below("src/routes/").and_then(|rest| rest.strip_suffix("/+server")) {
        return Some((parameters(&format!("/{route}")), By::Exports));
    }
    let route = below("server/api/")?;
    let named = METHODS.iter().find_map(|m| Some((route.strip_suffix(&format!(".{}", m.to_ascii_lowercase()))?, *m)));
    let (route, by) = named.map_or((route, By::Any), |(route, method)| (route, By::Name(method)));
    // Elsewhere a folder of this name holds code that other code calls.
    let nuxt = by != By::Any || route.contains('[');
    nuxt.then(|| (parameters(&format!("/api/{}", route.strip_suffix("/index").unwrap_or(route))), by))
}

/// `[id]` is a parameter, `[...rest]` takes what is left, `(group)` and `@slot` are no parts.
fn parameters(path: &str) -> String {
    let mut out = String::new();
    for part in path.split('/').filter(|part| !part.is_empty() && !part.starts_with(['(', '@'])) {
        out.push('/');
        let inner = part.trim_matches(['[', ']']);
        match part.starts_with('[') {
            true if inner.starts_with("...") => out.push_str(&format!("*{}", &inner[3..])),
            true => out.push_str(&format!("{{{inner}}}")),
            false => out.push_str(part),
        }
    }
    if out.is_empty() { "/".to_owned() } else { out }
}

fn methods(side: &Side, by: By) -> Vec<String> {
    let exported = |method: &str| {
        let forms = ["function ", "const ", "let "].map(|word| format!("{word}{method}"));
        let mut lines = side.text().lines().filter(|line| line.starts_with("export "));
        lines.any(|line| {
            let named = |form: &String| line.find(form).is_some_and(|at| !line[at + form.len()..].starts_with(is_name));
            forms.iter().any(named) || (line.contains('{') && outline::code::words(line, method).next().is_some())
        })
    };
    match by {
        By::Any => vec!["ANY".to_owned()],
        By::Name(method) => vec![method.to_owned()],
        By::Exports => METHODS.iter().filter(|method| exported(method)).map(|m| (*m).to_owned()).collect(),
    }
}

fn is_name(c: char) -> bool {
    outline::code::is_name(c)
}

/// A script of PHP that reads a request and answers it with data itself; the prefix is the server's.
fn answering(side: &Side) -> Option<String> {
    let text = side.text();
    let name = side.path.rsplit('/').next()?;
    let asks = ["$_GET", "$_POST", "$_REQUEST", "$_SERVER", "php://input"].iter().any(|word| text.contains(word));
    let answers = text.contains("json_encode(") && (text.contains("echo") || text.contains("print"));
    let inner = ["src/", "lib/", "includes/", "app/", "vendor/"];
    let hidden = inner.iter().any(|folder| side.path.starts_with(folder) || side.path.contains(&format!("/{folder}")));
    let own = !hidden && !PAGES.contains(&name) && !text.contains("\nclass ") && !text.contains("\nnamespace ");
    (asks && answers && own).then(|| format!("*/{name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_by_files() {
        for (path, expected) in [
            ("pages/api/orders/[id].ts", Some(("/api/orders/{id}", By::Any))),
            ("web/src/pages/api/index.js", Some(("/api", By::Any))),
            ("app/api/orders/route.ts", Some(("/api/orders", By::Exports))),
            ("src/app/(shop)/x/[...all]/route.ts", Some(("/x/*all", By::Exports))),
            ("src/routes/api/[id]/+server.ts", Some(("/api/{id}", By::Exports))),
            ("server/api/orders/[id].delete.ts", Some(("/api/orders/{id}", By::Name("DELETE")))),
            ("server/api/orders.ts", None),
            ("pages/index.tsx", None),
            ("app/page.tsx", None),
            ("types/pages/api/x.d.ts", None),
            ("", None),
        ] {
            let found = script(path);
            assert_eq!(found.as_ref().map(|(path, by)| (path.as_str(), *by)), expected, "{path}");
        }
    }
}
