//! Paths that a web server's configuration passes on to a program behind it.

use contracts::analysis::Route;

use super::Served;
use crate::comparison::Side;

/// Lines of a location that are read.
const MAX_LINES: usize = 200;

/// Locations of nginx that begin with a fixed path and pass it on: `/files/*`, or `/files` where nothing follows it.
pub(super) fn routes(side: &Side) -> Vec<Route> {
    let name = side.path.rsplit('/').next().unwrap_or(&side.path);
    let is_server = [".conf", ".conf.template", ".conf.j2", ".nginx"].iter().any(|end| name.ends_with(end));
    let shown = ["example", "sample", "contrib", "docs/"].iter().any(|word| side.path.contains(word));
    if !is_server || shown || !side.text().contains("location ") {
        return Vec::new();
    }
    let lines: Vec<&str> = side.text().lines().collect();
    let mut out = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let Some((path, exact)) = location(line.trim()) else { continue };
        if let Some(to) = passes_on(&lines[at..(at + MAX_LINES).min(lines.len())]) {
            let path = if exact { path.to_owned() } else { format!("{}/*", path.trim_end_matches('/')) };
            let line = u32::try_from(at + 1).unwrap_or(u32::MAX);
            out.push(Route { method: "ANY".to_owned(), path, handler: Some(to), owner: None, start: line, end: line });
        }
    }
    out
}

/// A location above it passes on to the same program.
pub(super) fn is_taken_over(old: &Served<'_>, standing: &[Served<'_>]) -> bool {
    let Some(base) = old.route.path.strip_suffix("/*") else { return false };
    standing.iter().any(|now| {
        let above = now.route.path.strip_suffix("/*").and_then(|above| base.strip_prefix(above));
        let same = now.route.handler.is_some() && now.route.handler == old.route.handler;
        same && above.is_some_and(|rest| rest.starts_with('/'))
    })
}

/// The path of `location /x {`, `location = /x {` and `location ^~ /x {`, and whether it is the whole path.
fn location(line: &str) -> Option<(&str, bool)> {
    let rest = line.strip_prefix("location ")?.trim_end().strip_suffix('{')?.trim();
    let (sign, path) = rest.split_once(char::is_whitespace).unwrap_or(("", rest));
    let path = path.trim();
    let plain = path.len() > 1 && path.starts_with('/') && !path.contains(['$', '{', ' ', '(', '*']);
    (plain && matches!(sign, "" | "=" | "^~")).then_some((path, sign == "="))
}

/// The program that the block that begins with the first line passes requests on to.
fn passes_on(lines: &[&str]) -> Option<String> {
    let mut depth = 0_usize;
    for line in lines.iter().map(|line| line.trim()) {
        let to =
            ["proxy_pass ", "fastcgi_pass ", "uwsgi_pass ", "grpc_pass "].iter().find_map(|w| line.strip_prefix(w));
        if let Some(to) = to.filter(|_| depth == 1) {
            let host = to.split_once("://").map_or(to, |(_, rest)| rest);
            return Some(host.trim().split(['/', ';', '$']).next().unwrap_or(host).to_owned());
        }
        if line.starts_with('#') {
            continue;
        }
        depth = (depth + line.matches('{').count()).saturating_sub(line.matches('}').count());
        if depth == 0 {
            return None;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locations_that_pass_on() {
        let text = "server {\n  location /api/files {\n    limit_except GET { deny all; }\n    proxy_pass http://files/;\n  }\n  \
                    location = /ready {\n    proxy_pass http://x;\n  }\n  location /static/ {\n    root /srv;\n  }\n  \
                    location ~* /a/.*$ {\n    proxy_pass http://x;\n  }\n  location /ä";
        let side = Side { path: "etc/nginx.conf".to_owned(), text: Some(text.to_owned()), analysis: None };
        let told = |route: Route| format!("{}:{} {}", route.path, route.start, route.handler.unwrap_or_default());
        let found: Vec<String> = routes(&side).into_iter().map(told).collect();
        assert_eq!(found, ["/api/files/*:2 files", "/ready:6 x"]);
    }
}
