//! Images in Dockerfiles and on command lines.

use outline::{Command, Instruction};

use super::{How, Image, Part, Run};
use crate::dependent::File;
use crate::uses::{Asked, shell};

/// Places of a Dockerfile, or command lines that start the image.
pub(super) fn runs<'a>(file: &'a File, asked: &Asked<'_>) -> Vec<(Run<'a>, Image)> {
    let name = file.path.rsplit('/').next().unwrap_or(&file.path).to_ascii_lowercase();
    if shell::is_image(&name) {
        return stages(file, asked);
    }
    shell::commands(file).iter().filter_map(|command| started(file, command, asked)).collect()
}

fn stages<'a>(file: &'a File, asked: &Asked<'_>) -> Vec<(Run<'a>, Image)> {
    let instructions = outline::instructions(file.text());
    let starts: Vec<usize> = (0..instructions.len()).filter(|at| instructions[*at].name == "FROM").collect();
    let mut out = Vec::new();
    for (at, start) in starts.iter().enumerate() {
        let from = &instructions[*start];
        let words = from.arguments.split_whitespace();
        let reference = words.clone().find(|word| !word.starts_with("--")).unwrap_or("");
        let reference = argument(&instructions[..*start], reference);
        let Some(image) = Image::of(&asked.case.change.repo, &reference) else { continue };
        let end = starts.get(at + 1).copied().unwrap_or(instructions.len());
        let how = if at + 1 == starts.len() { How::LastBase } else { How::Base };
        out.push((stage(file, how, from, &instructions[start + 1..end]), image));
    }
    out
}

fn stage<'a>(file: &'a File, how: How, from: &Instruction, rest: &[Instruction]) -> Run<'a> {
    let mut run = Run::of(file, how, from.line);
    run.block.1 = rest.last().map_or(from.end, |last| last.end);
    for found in rest {
        let part = Part { text: found.arguments.clone(), line: found.line };
        match found.name.as_str() {
            "CMD" => run.command = Some(part),
            "ENTRYPOINT" => run.entrypoint = Some(part),
            "HEALTHCHECK" => run.health = vec![part],
            "RUN" => run.made_with.push(part),
            "ENV" => run.variables.extend(found.arguments.split([' ', '=']).map(str::to_owned)),
            _ => {}
        }
    }
    run
}

/// `ARG BASE=image` before `FROM ${BASE}`.
fn argument(before: &[Instruction], reference: &str) -> String {
    let name = reference.trim_start_matches(['$', '{']).trim_end_matches('}');
    let default = before.iter().rev().filter(|found| found.name == "ARG").find_map(|found| {
        let (known, value) = found.arguments.split_once('=')?;
        (reference.starts_with('$') && known == name).then(|| value.trim_matches(['"', '\'']).to_owned())
    });
    default.unwrap_or_else(|| reference.to_owned())
}

/// `docker run … image words`, `gcloud run deploy --image …`.
fn started<'a>(file: &'a File, command: &Command, asked: &Asked<'_>) -> Option<(Run<'a>, Image)> {
    let words = &command.words;
    let container = words.iter().any(|word| matches!(word.text.as_str(), "docker" | "podman" | "nerdctl"));
    let cloud = command.has("deploy") && command.has("run");
    let runs = container && (command.has("run") || command.has("create"));
    if !runs && !cloud {
        return None;
    }
    let (at, image) = words.iter().enumerate().find_map(|(at, word)| {
        let text = word.text.strip_prefix("--image=").unwrap_or(&word.text);
        Image::of(&asked.case.change.repo, text).map(|image| (at, image))
    })?;
    // A name of a container is no image.
    let named =
        at.checked_sub(1).is_some_and(|before| matches!(words[before].text.as_str(), "--name" | "-n" | "deploy"));
    if named {
        return None;
    }
    let mut run = Run::of(file, How::Container, words[at].line);
    run.block = (command.line, words.last().map_or(command.line, |word| word.line));
    for (at, word) in words.iter().enumerate() {
        let (flag, value) = match word.text.split_once('=') {
            Some((flag, value)) if flag.starts_with('-') => (flag, Some(value)),
            _ => (word.text.as_str(), words.get(at + 1).map(|next| next.text.as_str())),
        };
        let Some(value) = value else { continue };
        let part = || Part { text: value.to_owned(), line: word.line };
        match flag {
            "-e" | "--env" => run.variables.push(value.split('=').next().unwrap_or(value).to_owned()),
            "--set-env-vars" | "--update-env-vars" | "--set-secrets" | "--update-secrets" => {
                run.variables.extend(value.split(',').filter_map(|pair| pair.split('=').next()).map(str::to_owned));
            }
            "--env-file" | "--env-vars-file" => run.more_variables.push(value.to_owned()),
            "--entrypoint" | "--command" => run.entrypoint = Some(part()),
            "--health-cmd" => run.health.push(part()),
            "--name" => run.name = Some(value.to_owned()),
            _ => {}
        }
    }
    if runs && at + 1 < words.len() {
        let text = words[at + 1..].iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ");
        run.command = Some(Part { text, line: words[at + 1].line });
    }
    Some((run, image))
}
