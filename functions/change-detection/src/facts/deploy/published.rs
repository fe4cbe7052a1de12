//! Ports by which others reach a service from outside: what compose files and `docker run` publish, Kubernetes Services.

use std::collections::BTreeMap;

use contracts::fact::{Element, Fact, Impact};
use outline::{Format, Key};

use super::ports::is_compose;
use crate::comparison::{Comparison, Side};
use crate::facts::Rule;

pub(super) const PUBLISHED: Rule = Rule {
    id: "deploy.published_port.moved",
    sees: "a service is published on another port of its host, and the old one is published no more",
    impact: Impact::Risky,
    triggers: &["deployment", "endpoints"],
};

pub(super) const SERVICE: Rule = Rule {
    id: "deploy.service_port.moved",
    sees: "a Kubernetes Service is reached at another port",
    impact: Impact::Risky,
    triggers: &["deployment", "endpoints"],
};

/// Folders whose deployments are nobody's address.
const ASIDE: &[&str] = &["example", "examples", "sample", "samples", "test", "tests", "e2e", "dev", "demo", ".github"];

/// What is behind a port, and whether it is a Service.
type Behind = (bool, String);

/// The port and its line; none where there are several.
type Ports = BTreeMap<Behind, Option<(u16, u32)>>;

/// Facts about ports that moved in a file while what is behind them stayed.
pub(super) fn facts(c: &Comparison) -> Vec<Fact> {
    let mut out = Vec::new();
    for file in c.looked_at() {
        let (Some(before), Some(after)) = (&file.before, &file.after) else { continue };
        if before.path.split('/').any(|part| ASIDE.contains(&part)) {
            continue;
        }
        let (old, new) = (ports(before), ports(after));
        for (behind, was) in &old {
            let (Some((port, line)), Some(Some((now, at)))) = (was, new.get(behind)) else { continue };
            let still = new.iter().any(|(other, at)| other.0 == behind.0 && at.is_none_or(|(open, _)| open == *port));
            if port == now || still {
                continue;
            }
            let (rule, summary) = match behind.0 {
                true => (&SERVICE, format!("the Service is reached at port {now} instead of {port}")),
                false => (&PUBLISHED, format!("the service is published on port {now} instead of {port}")),
            };
            let element = Element::Port { port: *port, moved_to: Some(*now) };
            let spans = (c.before_span(before, *line, *line), c.after_span(after, *at, *at));
            out.push(rule.fact(element, summary, spans.0, spans.1));
        }
    }
    out
}

fn ports(side: &Side) -> Ports {
    let mut out = Ports::new();
    let mut note = |behind: Behind, port: u16, line: u32| {
        out.entry(behind).and_modify(|known| *known = None).or_insert(Some((port, line)));
    };
    if is_compose(&side.path) {
        composed(side.text(), &mut note);
    } else if outline::format_of(&side.path) == Some(Format::Yaml) {
        services(side.text(), &mut note);
    } else if side.path.ends_with(".sh") || side.path.ends_with("Makefile") {
        run(side.text(), &mut note);
    }
    out
}

fn composed(text: &str, note: &mut impl FnMut(Behind, u16, u32)) {
    let keys = outline::keys(Format::Yaml, text);
    for key in keys.iter().filter(|key| key.is(&["services", "*", "ports", "*"])) {
        if let Some((host, inner)) = mapping(&key.value) {
            note((false, format!("{} {inner}", key.path[1])), host, key.line);
        }
    }
    for key in keys.iter().filter(|key| key.is(&["services", "*", "ports", "*", "published"])) {
        let of = &key.path[..4];
        let target =
            keys.iter().find(|other| other.path.len() == 5 && &other.path[..4] == of && other.name() == "target");
        if let (Some(target), Some(host)) = (target, number(&key.value)) {
            note((false, format!("{} {}", key.path[1], target.value)), host, key.line);
        }
    }
}

/// `127.0.0.1:8080:80/tcp` as the port of the host and that of the container.
fn mapping(value: &str) -> Option<(u16, String)> {
    let value = value.trim().trim_matches(['"', '\'']);
    // `${PORT:-8080}:80`: what nobody sets has its default.
    let (host, inner) = match value.rsplit_once("}:") {
        Some((host, inner)) => (host.rsplit_once(":-")?.1, inner),
        None => {
            let (host, inner) = value.rsplit_once(':')?;
            (host.rsplit(':').next()?, inner)
        }
    };
    Some((number(host)?, inner.split('/').next().unwrap_or(inner).to_owned()))
}

fn number(text: &str) -> Option<u16> {
    text.trim_matches(['"', '\'']).parse().ok().filter(|port| *port != 0)
}

/// Documents of the kind Service: each port by the Service's name and its own, or the one that it leads to.
fn services(text: &str, note: &mut impl FnMut(Behind, u16, u32)) {
    let mut first = 0;
    for document in text.split("\n---") {
        let keys = outline::keys(Format::Yaml, document);
        let value = |path: &[&str]| keys.iter().find(|key| key.is(path)).map(|key| key.value.as_str());
        if let (Some("Service"), Some(name)) = (value(&["kind"]), value(&["metadata", "name"])) {
            for key in keys
                .iter()
                .filter(|key| key.is(&["spec", "ports", "*", "port"]) || key.is(&["spec", "ports", "*", "nodePort"]))
            {
                let Some(port) = number(&key.value) else { continue };
                note((true, format!("{name} {} {}", key.name(), label(&keys, key))), port, key.line + first);
            }
        }
        first = first.saturating_add(u32::try_from(document.matches('\n').count() + 1).unwrap_or(u32::MAX));
    }
}

fn label<'a>(keys: &'a [Key], port: &Key) -> &'a str {
    let of = &port.path[..3];
    let sibling =
        |name: &str| keys.iter().find(|key| key.path.len() == 4 && &key.path[..3] == of && key.name() == name);
    sibling("name").or_else(|| sibling("targetPort")).map_or("", |key| key.value.as_str())
}

fn run(text: &str, note: &mut impl FnMut(Behind, u16, u32)) {
    for command in outline::commands(text, 1).iter().filter(|command| command.has("docker") && command.has("run")) {
        for (at, word) in command.words.iter().enumerate() {
            let value = match word.text.as_str() {
                "-p" | "--publish" => command.words.get(at + 1).map(|next| next.text.as_str()),
                text => text.strip_prefix("--publish="),
            };
            if let Some((host, inner)) = value.and_then(mapping) {
                note((false, format!("docker run {inner}")), host, word.line);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Path, text, what is found.
    type Case<'a> = (&'a str, &'a str, &'a [(&'a str, u16, u32)]);

    #[test]
    fn ports_by_what_is_behind_them() {
        let service = "a: 1\n---\nkind: Service\nmetadata:\n  name: shop\nspec:\n  ports:\n    - port: 80\n      targetPort: 8080\n      nodePort: 30080\n";
        let cases: [Case<'_>; 5] = [
            (
                "docker-compose.yml",
                "services:\n  a:\n    ports:\n      - \"127.0.0.1:8081:80/tcp\"\n      - ${PORT:-9000}:90\n      - 70\n",
                &[("a 80", 8081, 4), ("a 90", 9000, 5)],
            ),
            (
                "compose.yaml",
                "services:\n  a:\n    ports:\n      - target: 80\n        published: 8081\n",
                &[("a 80", 8081, 5)],
            ),
            ("k8s/all.yaml", service, &[("shop nodePort 8080", 30080, 10), ("shop port 8080", 80, 8)]),
            ("run.sh", "docker run -d -p 8081:80 image\n", &[("docker run 80", 8081, 1)]),
            ("compose.yaml", "services:\n  a:\n    ports: [':', '::', 'x:y', '99999:1']\n", &[]),
        ];
        for (path, text, expected) in cases {
            let side = Side { path: path.to_owned(), text: Some(text.to_owned()), analysis: None };
            let found = ports(&side);
            let found: Vec<_> =
                found.iter().filter_map(|(b, at)| at.map(|(port, line)| (b.1.as_str(), port, line))).collect();
            assert_eq!(found, expected, "{path}");
        }
    }
}
