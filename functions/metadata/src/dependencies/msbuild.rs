//! .NET: project files, central package versions, packages.config. Also the little that all XML manifests share.

use roxmltree::{Document, Node, ParsingOptions};

use crate::dependencies::around::{Aliases, Around, Shared};
use crate::found::{Found, Scope};
use crate::read::lines::Lines;

/// Parses `text`; the error is one line for people.
pub(super) fn parse(text: &str) -> Result<Document<'_>, String> {
    /// More nodes than a manifest of the largest size can use for anything sensible.
    const MOST_NODES: u32 = 200_000;
    let options = ParsingOptions { allow_dtd: false, nodes_limit: MOST_NODES, ..ParsingOptions::default() };
    Document::parse_with_options(text.strip_prefix('\u{feff}').unwrap_or(text), options)
        .map_err(|e| crate::read::first_line(&e.to_string()))
}

/// The text of the child `tag`, trimmed; none where it is empty.
pub(super) fn child_text<'a>(node: Node<'a, '_>, tag: &str) -> Option<&'a str> {
    let child = node.children().find(|child| child.tag_name().name() == tag)?;
    child.text().map(str::trim).filter(|text| !text.is_empty())
}

pub(super) fn read(found: &mut Found<'_>, text: &str, around: &Around) -> Result<(), String> {
    let document = parse(text)?;
    let lines = Lines::of(text);
    for node in document.descendants().filter(Node::is_element) {
        let Some((name, version)) = package(node) else { continue };
        let central = || around.nuget(found.file(), &name).map(|shared| shared.version.clone());
        let version = version.or_else(central).unwrap_or_default();
        // Analyzers and build tools are not shipped.
        let private =
            attribute_or_child(node, "PrivateAssets").is_some_and(|assets| assets.eq_ignore_ascii_case("all"));
        let scope = if private || node.attribute("developmentDependency") == Some("true") {
            Scope::Dev
        } else {
            Scope::Runtime
        };
        found.add(&name, &version, scope, lines.at(node.range().start));
    }
    Ok(())
}

/// The versions that a `Directory.Packages.props` sets for the projects below.
pub(super) fn shared(text: &str) -> Aliases {
    let Ok(document) = parse(text) else { return Aliases::new() };
    let packages = document.descendants().filter(|node| node.tag_name().name() == "PackageVersion");
    let shared = |(name, version): (String, Option<String>)| {
        (name.clone(), Shared { name, version: version.unwrap_or_default() })
    };
    packages.filter_map(package).map(shared).collect()
}

fn package(node: Node<'_, '_>) -> Option<(String, Option<String>)> {
    match node.tag_name().name() {
        "PackageReference" | "PackageVersion" | "GlobalPackageReference" => {
            let name = node.attribute("Include").or_else(|| node.attribute("Update"))?;
            let version = ["Version", "VersionOverride"].iter().find_map(|key| attribute_or_child(node, key));
            Some((name.to_owned(), version.map(str::to_owned)))
        }
        "package" => Some((node.attribute("id")?.to_owned(), node.attribute("version").map(str::to_owned))),
        _ => None,
    }
}

fn attribute_or_child<'a>(node: Node<'a, '_>, name: &str) -> Option<&'a str> {
    node.attribute(name).or_else(|| child_text(node, name))
}
