//! Images in compose files, Kubernetes manifests, values of charts and Terraform files.

use outline::{Format, Key};

use super::{How, Image, MAX_RUNS, Part, Run};
use crate::dependent::File;
use crate::uses::Asked;

/// Places of a manifest that run the image.
pub(super) fn runs<'a>(file: &'a File, asked: &Asked<'_>) -> Vec<(Run<'a>, Image)> {
    if file.path.ends_with(".tf") {
        return terraform(file, asked);
    }
    if outline::format_of(&file.path) != Some(Format::Yaml) {
        return Vec::new();
    }
    let keys = outline::keys(Format::Yaml, file.text());
    keys.iter().filter_map(|key| named(file, key, &keys, asked)).take(MAX_RUNS).collect()
}

fn named<'a>(file: &'a File, key: &Key, keys: &[Key], asked: &Asked<'_>) -> Option<(Run<'a>, Image)> {
    let source = &asked.case.change.repo;
    let parent = key.path.len().checked_sub(1)?;
    let (image, depth) = match key.name() {
        "image" => (Image::of(source, &key.value)?, parent),
        "repository" if parent >= 1 && key.path[parent - 1] == "image" => {
            let sibling = |name: &str| {
                keys.iter()
                    .find(|other| other.path[..other.path.len() - 1] == key.path[..parent] && other.name() == name)
            };
            let tag = sibling("tag").map(|tag| tag.value.as_str());
            (Image::of(source, &key.value)?.of_chart(tag), parent - 1)
        }
        "build" | "context" => (built(source.as_str(), &key.value)?, key.path.iter().position(|part| part == "build")?),
        _ => return None,
    };
    let mut run = Run::of(file, How::Container, key.line);
    let block = &key.path[..depth];
    if block.is_empty() && key.name() == "image" {
        // A whole file of one service says nothing about where it ends.
        run.block = (key.line, key.end);
    }
    if key.name() == "repository" {
        run.more_variables.push("the templates of a chart".to_owned());
    }
    run.name = block.last().filter(|name| !name.bytes().all(|b| b.is_ascii_digit())).cloned();
    let compose = block.first().is_some_and(|root| root == "services");
    for key in keys.iter().filter(|key| key.path.len() > depth && key.path[..depth] == *block) {
        run.block = (run.block.0.min(key.line), run.block.1.max(key.end));
        said(&mut run, key, &key.path[depth..], compose);
    }
    Some((run, image))
}

/// `https://github.com/owner/name.git#branch` as the place to build from.
fn built(source: &str, value: &str) -> Option<Image> {
    let lower = value.to_ascii_lowercase();
    let (address, reference) = match lower.split_once('#') {
        Some((address, reference)) => (address, reference.split(':').next()),
        None => (lower.as_str(), None),
    };
    let address = address.strip_suffix(".git").unwrap_or(address);
    let ends = address.ends_with(&format!("/{}", source.to_ascii_lowercase()));
    (address.contains("://") && ends).then(|| Image::source(reference.filter(|reference| !reference.is_empty())))
}

/// What one key below the service says.
fn said(run: &mut Run<'_>, key: &Key, rest: &[String], compose: bool) {
    let Some(first) = rest.first() else { return };
    let word = |key: &Key| Part { text: key.value.clone(), line: key.line };
    match first.as_str() {
        "entrypoint" => join(&mut run.entrypoint, word(key)),
        "command" if compose => join(&mut run.command, word(key)),
        "command" => join(&mut run.entrypoint, word(key)),
        "args" => join(&mut run.command, word(key)),
        "healthcheck" => run.health.push(word(key)),
        probe if probe.ends_with("Probe") => run.health.push(word(key)),
        "environment" | "env" | "extraEnv" | "extraEnvVars" | "envVars" | "secrets" | "config" => {
            let name = if key.name() == "name" || is_item(key) { &key.value } else { key.name() };
            run.variables.push(name.split('=').next().unwrap_or(name).trim().to_owned());
        }
        "env_file" | "envFrom" if !key.value.is_empty() => run.more_variables.push(key.value.clone()),
        _ => {}
    }
}

fn is_item(key: &Key) -> bool {
    key.name().bytes().all(|b| b.is_ascii_digit())
}

fn join(all: &mut Option<Part>, more: Part) {
    match all {
        Some(all) => {
            all.text.push(' ');
            all.text.push_str(&more.text);
        }
        None => *all = Some(more),
    }
    if let Some(all) = all {
        all.text = all.text.trim().to_owned();
    }
}

/// `image = "…"` and the block around it.
fn terraform<'a>(file: &'a File, asked: &Asked<'_>) -> Vec<(Run<'a>, Image)> {
    let mut out = Vec::new();
    for (number, line) in file.lines_with("image") {
        let Some((name, value)) = line.split_once('=') else { continue };
        if !matches!(name.trim(), "image" | "container_image" | "image_uri") {
            continue;
        }
        let Some(image) = Image::of(&asked.case.change.repo, value.trim()) else { continue };
        let mut run = Run::of(file, How::Container, number);
        run.block = around(file, number);
        let lines: Vec<(u32, &str)> = run.lines().collect();
        for (number, line) in lines {
            let Some((name, value)) = line.split_once('=') else { continue };
            let (name, value) = (name.trim().trim_matches('"'), value.trim());
            let part = || Part { text: value.to_owned(), line: number };
            match name {
                "command" => run.entrypoint = Some(part()),
                "args" => run.command = Some(part()),
                "path" => run.health.push(part()),
                "name" => run.variables.push(value.trim_matches('"').to_owned()),
                "for_each" | "env" => run.more_variables.push(value.to_owned()),
                name => run.variables.push(name.to_owned()),
            }
        }
        out.push((run, image));
        if out.len() == MAX_RUNS {
            break;
        }
    }
    out
}

/// First and last line of the innermost block that holds a line.
fn around(file: &File, line: u32) -> (u32, u32) {
    let mut open: Vec<u32> = Vec::new();
    let mut first = None;
    for (number, text) in file.lines() {
        for c in text.chars() {
            match c {
                '{' => open.push(number),
                '}' => {
                    let start = open.pop().unwrap_or(1);
                    if first == Some(start) && number >= line && open.len() < MAX_DEPTH {
                        return (start, number);
                    }
                }
                _ => {}
            }
        }
        if number == line {
            first = open.last().copied();
        }
    }
    (line, line)
}

/// Blocks deeper than this are no configuration.
const MAX_DEPTH: usize = 100;
