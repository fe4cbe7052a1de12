//! pom.xml, with the properties that the file itself defines.

use std::collections::BTreeMap;

use roxmltree::{Document, Node};

use crate::dependencies::Around;
use crate::dependencies::msbuild::{child_text, parse};
use crate::found::{Found, Scope};
use crate::read::lines::Lines;

pub(super) fn read(found: &mut Found<'_>, text: &str, _: &Around) -> Result<(), String> {
    let document = parse(text)?;
    let lines = Lines::of(text);
    let properties = properties(&document);
    let managed = managed_versions(&document, &properties);
    for node in document.descendants().filter(Node::is_element) {
        let Some(scope) = scope_of(node) else { continue };
        let resolved = |tag| child_text(node, tag).map(|text| resolve(text, &properties)).unwrap_or_default();
        let group = match resolved("groupId") {
            group if group.is_empty() && node.tag_name().name() == "plugin" => "org.apache.maven.plugins".to_owned(),
            group => group,
        };
        let name = format!("{group}:{}", resolved("artifactId"));
        let version = Some(resolved("version")).filter(|version| !version.is_empty());
        let version = version.or_else(|| managed.get(&name).cloned()).unwrap_or_default();
        found.add(&name, &version, scope, lines.at(node.range().start));
    }
    Ok(())
}

/// What an element declares, where it declares a dependency at all.
fn scope_of(node: Node<'_, '_>) -> Option<Scope> {
    child_text(node, "artifactId")?;
    match node.tag_name().name() {
        "parent" => Some(Scope::Build),
        "plugin" | "extension" => Some(Scope::Build),
        "dependency" => Some(match (child_text(node, "scope"), child_text(node, "optional")) {
            (Some("test"), _) => Scope::Dev,
            (Some("provided" | "system" | "import"), _) => Scope::Build,
            (_, Some("true")) => Scope::Optional,
            _ if is_below(node, "plugin") => Scope::Build,
            _ => Scope::Runtime,
        }),
        _ => None,
    }
}

/// Whether an element `tag` is near above; how deep a file nests is not ours to follow.
fn is_below(node: Node<'_, '_>, tag: &str) -> bool {
    node.ancestors().take(4).any(|above| above.tag_name().name() == tag)
}

fn properties(document: &Document<'_>) -> BTreeMap<String, String> {
    let mut properties = BTreeMap::new();
    let project = document.root_element();
    for (name, node) in [("project", Some(project)), ("project.parent", child(project, "parent"))] {
        for key in ["groupId", "artifactId", "version"] {
            if let Some(text) = node.and_then(|node| child_text(node, key)) {
                properties.insert(format!("{name}.{key}"), text.to_owned());
            }
        }
    }
    // A module without a version or a group has its parent's.
    for key in ["groupId", "version"] {
        if let Some(inherited) = properties.get(&format!("project.parent.{key}")).cloned() {
            properties.entry(format!("project.{key}")).or_insert(inherited);
        }
    }
    let own = child(project, "properties").into_iter().flat_map(|node| node.children());
    for property in own.filter(Node::is_element) {
        let text = property.text().unwrap_or_default().trim().to_owned();
        properties.insert(property.tag_name().name().to_owned(), text);
    }
    properties
}

fn child<'a, 'i>(node: Node<'a, 'i>, tag: &str) -> Option<Node<'a, 'i>> {
    node.children().find(|child| child.tag_name().name() == tag)
}

/// Versions that `dependencyManagement` sets for dependencies without one.
fn managed_versions(document: &Document<'_>, properties: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let mut managed = BTreeMap::new();
    let declared = document.descendants().filter(|node| node.tag_name().name() == "dependency");
    for node in declared.filter(|node| is_below(*node, "dependencyManagement")) {
        let resolved = |tag| child_text(node, tag).map(|text| resolve(text, properties));
        if let (Some(group), Some(artifact), Some(version)) =
            (resolved("groupId"), resolved("artifactId"), resolved("version"))
        {
            managed.insert(format!("{group}:{artifact}"), version);
        }
    }
    managed
}

/// Replaces `${name}` by what the file says; what it does not say stays as written.
fn resolve(text: &str, properties: &BTreeMap<String, String>) -> String {
    /// Properties may name properties; a circle or a bomb must end.
    const MOST_STEPS: usize = 16;
    const LONGEST: usize = 500;
    let mut resolved = text.to_owned();
    let mut from = 0;
    for _ in 0..MOST_STEPS {
        let Some(start) = resolved[from..].find("${").map(|at| at + from) else { break };
        let Some(end) = resolved[start..].find('}').map(|at| at + start) else { break };
        match properties.get(&resolved[start + 2..end]) {
            Some(value) if value.len() + resolved.len() <= LONGEST => resolved.replace_range(start..=end, value),
            _ => from = end,
        }
    }
    resolved
}
