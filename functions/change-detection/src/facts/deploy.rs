//! How a service is started and reached: ports, images, commands, flags of a deployment.

mod flags;
mod ports;
mod published;
mod services;

use std::collections::{BTreeMap, BTreeSet};

use contracts::fact::{Element, Fact, Impact, Span};

pub(crate) use self::flags::{Setting, flags};
pub(crate) use self::ports::is_dockerfile;
use self::ports::ports;

use crate::comparison::{Changed, Comparison, Side};
use crate::facts::Rule;

const PORT_REMOVED: Rule = Rule {
    id: "deploy.port.removed",
    sees: "nothing listens on a port any more",
    impact: Impact::Breaking,
    triggers: &["deployment", "api_contract"],
};

const PORT_MOVED: Rule = Rule {
    id: "deploy.port.moved",
    sees: "a service listens on another port instead",
    impact: Impact::Breaking,
    triggers: &["deployment", "api_contract"],
};

const COMMAND: Rule = Rule {
    id: "deploy.command.changed",
    sees: "an image starts another program (ENTRYPOINT or CMD)",
    impact: Impact::Risky,
    triggers: &["deployment"],
};

const BASE: Rule = Rule {
    id: "deploy.base_image.changed",
    sees: "the last stage of an image is built on another base",
    impact: Impact::Risky,
    triggers: &["deployment"],
};

const HEALTH: Rule = Rule {
    id: "deploy.health_check.changed",
    sees: "a health check asks for something else",
    impact: Impact::Risky,
    triggers: &["deployment", "health_checks"],
};

const SETTING: Rule = Rule {
    id: "deploy.setting.changed",
    sees: "a flag of a deployment that callers can notice has another value (timeout, instances, region, …)",
    impact: Impact::Risky,
    triggers: &["deployment"],
};

const SERVICE: Rule = Rule {
    id: "deploy.service.removed",
    sees: "a compose file no longer has a service of this name, by which others reach it",
    impact: Impact::Risky,
    triggers: &["deployment", "api_contract"],
};

/// Rules of this family.
pub const RULES: &[&Rule] = &[
    &PORT_REMOVED,
    &PORT_MOVED,
    &COMMAND,
    &BASE,
    &HEALTH,
    &SETTING,
    &SERVICE,
    &published::PUBLISHED,
    &published::SERVICE,
];

/// How a port that is gone would stand in files that did not change.
pub(crate) fn gone(c: &Comparison) -> Vec<String> {
    let after: BTreeSet<u16> = c.afters().flat_map(ports).map(|(port, _)| port).collect();
    let lost: BTreeSet<u16> =
        c.befores().flat_map(ports).map(|(port, _)| port).filter(|p| !after.contains(p)).collect();
    let forms = [
        "EXPOSE {}",
        "listen {}",
        "listen [::]:{}",
        "containerPort: {}",
        "--port={}",
        "--port {}",
        "--port', '{}",
        ":{}\"",
    ];
    lost.into_iter().flat_map(|port| forms.map(|form| form.replace("{}", &port.to_string()))).collect()
}

/// Facts about deployment.
pub(crate) fn facts(c: &Comparison) -> Vec<Fact> {
    let mut out = port_facts(c);
    out.extend(services::facts(c));
    out.extend(published::facts(c));
    for file in c.looked_at() {
        let (Some(before), Some(after)) = (&file.before, &file.after) else { continue };
        if is_dockerfile(&before.path) {
            out.extend(image_facts(c, before, after));
        }
        out.extend(setting_facts(c, before, after));
    }
    out
}

fn port_facts(c: &Comparison) -> Vec<Fact> {
    let standing: BTreeSet<u16> = c.standing().flat_map(ports).map(|(port, _)| port).collect();
    let before: BTreeSet<u16> = c.befores().flat_map(ports).map(|(port, _)| port).collect();
    let mut out: Vec<Fact> = Vec::new();
    for file in c.looked_at() {
        let Some(side) = &file.before else { continue };
        for (port, line) in ports(side) {
            let told = out.iter().any(|fact| matches!(fact.element, Element::Port { port: p, .. } if p == port));
            if standing.contains(&port) || told {
                continue;
            }
            let heir = only_new_port(file, &before);
            let moved_to = heir.map(|(port, _)| port);
            let after = heir.zip(file.after.as_ref()).and_then(|((_, line), side)| c.after_span(side, line, line));
            let (rule, summary) = match moved_to {
                Some(new) => (&PORT_MOVED, format!("the service listens on port {new} instead of {port}")),
                None => (&PORT_REMOVED, format!("nothing listens on port {port} any more")),
            };
            out.push(rule.fact(Element::Port { port, moved_to }, summary, c.before_span(side, line, line), after));
        }
    }
    out
}

fn only_new_port(file: &Changed, before: &BTreeSet<u16>) -> Option<(u16, u32)> {
    let new: BTreeMap<u16, u32> =
        ports(file.after.as_ref()?).into_iter().filter(|(p, _)| !before.contains(p)).collect();
    (new.len() == 1).then(|| new.into_iter().next()).flatten()
}

fn image_facts(c: &Comparison, before: &Side, after: &Side) -> Vec<Fact> {
    let (old, new) = (outline::instructions(before.text()), outline::instructions(after.text()));
    let last = |list: &[outline::Instruction], name: &str| list.iter().rev().find(|i| i.name == name).cloned();
    let mut out = Vec::new();
    for (name, rule, setting) in [
        ("ENTRYPOINT", &COMMAND, "entrypoint"),
        ("CMD", &COMMAND, "command"),
        ("HEALTHCHECK", &HEALTH, "health_check"),
        ("FROM", &BASE, "base_image"),
    ] {
        let Some(was) = last(&old, name).filter(|was| !was.arguments.is_empty()) else { continue };
        let now = last(&new, name);
        if now.as_ref().is_some_and(|now| meant(name, &now.arguments) == meant(name, &was.arguments)) {
            continue;
        }
        let told = now.as_ref().map_or("nothing".to_owned(), |now| format!("`{}`", clip(&now.arguments)));
        let summary = format!("`{name}` was `{}`, now {told}", clip(&was.arguments));
        let element = match setting {
            "base_image" => Element::Image { name: image_name(&was.arguments) },
            setting => Element::Deploy { setting: setting.to_owned() },
        };
        let after_span = now.and_then(|now| c.after_span(after, now.line, now.end));
        out.push(rule.fact(element, summary, c.before_span(before, was.line, was.end), after_span));
    }
    out
}

/// A health check's options say how it is asked, not what.
fn meant<'a>(name: &str, arguments: &'a str) -> &'a str {
    let check = arguments.find("CMD").filter(|_| name == "HEALTHCHECK");
    check.map_or(arguments, |at| &arguments[at..])
}

fn clip(text: &str) -> String {
    text.chars().take(100).collect()
}

/// `--platform=x registry/name:tag AS stage` is `registry/name`.
fn image_name(from: &str) -> String {
    let image = from.split_whitespace().find(|word| !word.starts_with("--")).unwrap_or("");
    let name = image.split('@').next().unwrap_or(image);
    match name.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => name.to_owned(),
        _ => name.to_owned(),
    }
}

fn setting_facts(c: &Comparison, before: &Side, after: &Side) -> Vec<Fact> {
    let (old, new) = (by_name(before), by_name(after));
    let mut out = Vec::new();
    for (name, was) in &old {
        // Ports have their own rule; public access belongs to authentication.
        if matches!(name.as_str(), "port" | "allow-unauthenticated" | "no-allow-unauthenticated") || was.len() != 1 {
            continue;
        }
        let was = &was[0];
        let now = new.get(name).filter(|now| now.len() == 1).map(|now| &now[0]);
        if new.get(name).is_some_and(|now| now.len() != 1)
            || now.is_some_and(|now| now.value == was.value)
            || (now.is_none() && name == "min-instances" && was.value == "0")
            || new.is_empty()
        {
            continue;
        }
        let told = now.map_or("no longer set".to_owned(), |now| format!("now `{}`", clip(&now.value)));
        let summary = format!("`--{name}` was `{}`, {told}", clip(&was.value));
        let element = Element::Deploy { setting: name.replace('-', "_") };
        let after_span: Option<Span> = now.and_then(|now| c.after_span(after, now.line, now.line));
        out.push(SETTING.fact(element, summary, c.before_span(before, was.line, was.line), after_span));
    }
    out
}

fn by_name(side: &Side) -> BTreeMap<String, Vec<Setting>> {
    let mut out: BTreeMap<String, Vec<Setting>> = BTreeMap::new();
    for flag in flags(side) {
        out.entry(flag.name.clone()).or_default().push(flag);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn image_names() {
        for (from, name) in [("a:1", "a"), ("--platform=x r:5000/a AS b", "r:5000/a"), ("a@sha256:0", "a"), ("", "")] {
            assert_eq!(image_name(from), name);
        }
    }
}
