//! GitHub Actions: `uses:` of workflows and composite actions, images of jobs. Also pre-commit's repositories.

use crate::dependencies::Around;
use crate::dependencies::docker::split_image;
use crate::found::{Found, Scope};
use crate::read::yaml::{self, Node};

pub(super) fn read_workflow(found: &mut Found<'_>, text: &str, _: &Around) -> Result<(), String> {
    let root = yaml::parse(text)?;
    let jobs = root.get("jobs").ok_or("a workflow without jobs")?;
    for (_, job) in jobs.entries() {
        add_uses(found, job);
        for step in job.get("steps").map(Node::items).unwrap_or_default() {
            add_uses(found, step);
        }
        let services = job.get("services").map(Node::entries).unwrap_or_default();
        for container in job.get("container").into_iter().chain(services.iter().map(|(_, service)| service)) {
            let image = container.get("image").unwrap_or(container);
            if let Some(text) = image.text() {
                let (name, version) = split_image(text);
                found.add_foreign("docker", name, version, Scope::Build, image.line);
            }
        }
    }
    Ok(())
}

pub(super) fn read_action(found: &mut Found<'_>, text: &str, _: &Around) -> Result<(), String> {
    let root = yaml::parse(text)?;
    let runs = root.get("runs").ok_or("an action that runs nothing")?;
    for step in runs.get("steps").map(Node::items).unwrap_or_default() {
        add_uses(found, step);
    }
    if let Some(image) = runs.get("image") {
        add_docker(found, image.text().unwrap_or_default(), image.line);
    }
    Ok(())
}

fn add_uses(found: &mut Found<'_>, holder: &Node) {
    let Some(uses) = holder.get("uses") else { return };
    let text = uses.text().unwrap_or_default();
    if !add_docker(found, text, uses.line) {
        // `./local` has no version: it is the same commit.
        let (name, version) = text.split_once('@').unwrap_or((text, ""));
        found.add(name, version, Scope::Build, uses.line);
    }
}

fn add_docker(found: &mut Found<'_>, text: &str, line: u32) -> bool {
    let Some(image) = text.strip_prefix("docker://") else { return false };
    let (name, version) = split_image(image);
    found.add_foreign("docker", name, version, Scope::Build, line);
    true
}

pub(super) fn read_pre_commit(found: &mut Found<'_>, text: &str, _: &Around) -> Result<(), String> {
    let root = yaml::parse(text)?;
    for repository in root.get("repos").map(Node::items).unwrap_or_default() {
        let said = |key| repository.get(key).and_then(Node::text).unwrap_or_default();
        let address = said("repo");
        // `local` and `meta` are not repositories.
        if address.contains('/') {
            let line = repository.get("repo").map_or(repository.line, |node| node.line);
            found.add(address, said("rev"), Scope::Dev, line);
        }
    }
    Ok(())
}
