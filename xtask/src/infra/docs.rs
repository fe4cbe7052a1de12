//! Tables of what a Terraform module needs, takes, makes and answers, between two marks in its README.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use hcl_edit::expr::{Expression, ObjectKey};
use hcl_edit::structure::{Block, Body, Structure};

use crate::infra::folders;
use crate::root;

/// The marks of terraform-docs, which may write the same place.
const BEGIN: &str = "<!-- BEGIN_TF_DOCS -->";
const END: &str = "<!-- END_TF_DOCS -->";

pub fn write() -> anyhow::Result<()> {
    for (path, current) in all()? {
        std::fs::write(&path, current).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}

pub fn check() -> anyhow::Result<Vec<String>> {
    let mut problems = Vec::new();
    for (path, current) in all()? {
        if std::fs::read_to_string(&path).ok() != Some(current) {
            let name = path.strip_prefix(root()).unwrap_or(&path).display();
            problems.push(format!("{name} is not current: run cargo xtask infra --docs"));
        }
    }
    Ok(problems)
}

/// The README of every folder with a configuration, as it should be.
fn all() -> anyhow::Result<Vec<(PathBuf, String)>> {
    let readme = |folder: PathBuf| {
        let path = folder.join("README.md");
        let text = std::fs::read_to_string(&path).with_context(|| format!("{} has no README.md", folder.display()))?;
        let current = between(&text, &tables(&configuration(&folder)?))
            .with_context(|| format!("{} has no place for tables: {BEGIN} and {END}", path.display()))?;
        Ok((path, current))
    };
    folders(&root().join("infra/terraform"))?.into_iter().map(readme).collect()
}

/// `text` with `tables` between the marks.
fn between(text: &str, tables: &str) -> Option<String> {
    let (before, rest) = text.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{BEGIN}\n{tables}{END}{after}"))
}

/// All files of a folder as one.
fn configuration(folder: &Path) -> anyhow::Result<Body> {
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<anyhow::Result<_>>()?;
    files.retain(|path| path.extension().is_some_and(|extension| extension == "tf"));
    files.sort();
    let mut all: Vec<Structure> = Vec::new();
    for path in files {
        let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let body: Body = text.parse().map_err(|error| anyhow!("cannot understand {}: {error}", path.display()))?;
        all.extend(body);
    }
    Ok(Body::from(all))
}

fn tables(body: &Body) -> String {
    let mut text = String::new();
    table(&mut text, "Requirements", &["Name", "Version"], &requirements(body));
    table(
        &mut text,
        "Modules",
        &["Name", "Source"],
        &rows(body, "module", |block| vec![code(block, 0), shown(block, "source")]),
    );
    table(&mut text, "Resources", &["Name", "Type"], &resources(body));
    let inputs = rows(body, "variable", |block| {
        let default = attribute(block, "default");
        let required = if default.is_some() { "no" } else { "yes" };
        let default = default.map_or_else(|| "n/a".to_owned(), |value| in_code(&one_line(value)));
        vec![code(block, 0), description(block), in_code(&shown(block, "type")), default, required.to_owned()]
    });
    table(&mut text, "Inputs", &["Name", "Description", "Type", "Default", "Required"], &inputs);
    let outputs = rows(body, "output", |block| vec![code(block, 0), description(block)]);
    table(&mut text, "Outputs", &["Name", "Description"], &outputs);
    text
}

fn table(text: &mut String, title: &str, head: &[&str], rows: &[Vec<String>]) {
    if rows.is_empty() {
        return;
    }
    text.push_str(&format!("## {title}\n\n| {} |\n|{}\n", head.join(" | "), "---|".repeat(head.len())));
    for row in rows {
        text.push_str(&format!("| {} |\n", row.join(" | ")));
    }
    text.push('\n');
}

/// Terraform and providers, from the `terraform` block.
fn requirements(body: &Body) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for block in body.blocks().filter(|block| block.has_ident("terraform")) {
        found.extend(
            attribute(block, "required_version").map(|version| vec!["terraform".to_owned(), one_line(version)]),
        );
        let providers = block.body.blocks().filter(|inner| inner.has_ident("required_providers"));
        for provider in providers.flat_map(|inner| inner.body.attributes()) {
            let Expression::Object(of) = &provider.value else { continue };
            let is_version = |key: &ObjectKey| key.as_ident().is_some_and(|key| key.as_str() == "version");
            let version = of.iter().find(|(key, _)| is_version(key)).map(|(_, value)| one_line(value.expr()));
            found.push(vec![provider.key.as_str().to_owned(), version.unwrap_or_default()]);
        }
    }
    found
}

/// Resources and data sources, each once.
fn resources(body: &Body) -> Vec<Vec<String>> {
    let kinds = [("resource", "resource"), ("data", "data source")];
    let of_kind = |(kind, word): (&'static str, &'static str)| {
        let named = move |block: &Block| vec![format!("`{}.{}`", label(block, 0), label(block, 1)), word.to_owned()];
        rows(body, kind, named)
    };
    kinds.into_iter().flat_map(of_kind).collect()
}

/// A row a block of this kind, by name.
fn rows(body: &Body, kind: &str, row: impl Fn(&Block) -> Vec<String>) -> Vec<Vec<String>> {
    let rows: BTreeSet<Vec<String>> = body.blocks().filter(|block| block.has_ident(kind)).map(row).collect();
    rows.into_iter().collect()
}

fn label(block: &Block, position: usize) -> &str {
    block.labels.get(position).map_or("", |label| label.as_str())
}

fn code(block: &Block, position: usize) -> String {
    in_code(label(block, position))
}

fn description(block: &Block) -> String {
    shown(block, "description").replace('|', "\\|")
}

fn shown(block: &Block, key: &str) -> String {
    attribute(block, key).map(one_line).unwrap_or_default()
}

fn attribute<'a>(block: &'a Block, key: &str) -> Option<&'a Expression> {
    block.body.get_attribute(key).map(|attribute| &attribute.value)
}

/// A text as it is, anything else as it is written.
fn one_line(value: &Expression) -> String {
    let text = match value.as_str() {
        Some(text) if !text.is_empty() => text.to_owned(),
        _ => value.to_string(),
    };
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn in_code(text: &str) -> String {
    format!("`{}`", text.replace('|', "\\|"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_configuration_is_told_in_tables() {
        let body = r#"
            terraform {
              required_version = ">= 1.11"
              required_providers { aws = { source = "hashicorp/aws", version = ">= 6.0" } }
            }
            variable "name" {
              description = "Its name: a|b."
              type        = string
            }
            variable "many" {
              description = "Things."
              type        = list(string)
              default     = []
            }
            resource "aws_sqs_queue" "this" {}
            data "aws_region" "this" {}
            output "arn" {
              description = "ARN."
              value       = aws_sqs_queue.this.arn
            }
            "#;
        let text = tables(&body.parse().expect("is a configuration"));
        for line in [
            "| terraform | >= 1.11 |",
            "| aws | >= 6.0 |",
            "| `aws_sqs_queue.this` | resource |",
            "| `aws_region.this` | data source |",
            "| `name` | Its name: a\\|b. | `string` | n/a | yes |",
            "| `many` | Things. | `list(string)` | `[]` | no |",
            "| `arn` | ARN. |",
        ] {
            assert!(text.lines().any(|found| found == line), "{line} is missing in\n{text}");
        }
    }

    #[test]
    fn only_what_is_between_the_marks_is_written() {
        let text = format!("before\n{BEGIN}\nold\n{END}\nafter\n");
        assert_eq!(between(&text, "new\n"), Some(format!("before\n{BEGIN}\nnew\n{END}\nafter\n")));
        assert_eq!(between("no marks", "new"), None);
    }
}
