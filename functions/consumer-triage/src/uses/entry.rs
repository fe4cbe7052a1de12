//! What a package offered under a name: commands, parts, features.

use outline::Format;

use crate::dependent::{File, Place};
use crate::uses::{Asked, Certainty, Found, Use, shared, shell, text};

/// Names that every other package gives to a script of its own.
const COMMON: &[&str] = &[
    "build", "test", "tests", "start", "serve", "server", "dev", "lint", "format", "run", "deploy", "clean", "docs",
    "cli", "main", "app", "check", "install", "setup", "migrate", "worker", "publish", "release", "init", "help",
    "version",
];

/// Places that use what `key` of the manifest offered.
pub(crate) fn find(key: &str, asked: &Asked<'_>) -> Found {
    if let Some(part) = key.strip_prefix("exports.") {
        let mut uses = imports(part, asked);
        uses.extend(shared::part(part.trim_start_matches("./"), asked));
        return Found { uses, note: None };
    }
    if let Some(feature) = key.strip_prefix("features.") {
        return Found { uses: features(feature, asked), note: None };
    }
    let program = match key.rsplit('.').next() {
        Some("bin") => asked.case.change.repo.name(),
        Some(program) => program,
        None => return Found::default(),
    };
    commands(program, asked)
}

/// `import x from "package/part"`.
fn imports(part: &str, asked: &Asked<'_>) -> Vec<Use> {
    let Some(part) = part.strip_prefix("./").filter(|part| !part.is_empty() && !part.contains('*')) else {
        return Vec::new();
    };
    let ending = format!("/{part}");
    let certainty = Certainty::Certain("the part is no longer offered and is imported here");
    let mut out = Vec::new();
    for file in &asked.dependent.files {
        let imports = file.analysis.iter().flat_map(|analysis| &analysis.imports);
        let of_it = imports.filter(|import| {
            let package = import.module.strip_suffix(&ending);
            package.is_some_and(|package| !package.starts_with('.') && is_package(package, asked))
        });
        out.extend(of_it.map(|import| Use::at(&file.path, import.line).but(certainty)));
    }
    out
}

/// `name` or `@scope/name` of the provider.
fn is_package(package: &str, asked: &Asked<'_>) -> bool {
    let name = package.rsplit('/').next().unwrap_or(package).to_ascii_lowercase();
    crate::contact::names(&asked.case.change.repo).contains(&name)
}

/// `features = ["x"]` on the provider's line, or below its table.
fn features(feature: &str, asked: &Asked<'_>) -> Vec<Use> {
    let quoted = format!("\"{feature}\"");
    let names = crate::contact::names(&asked.case.change.repo);
    let certainty = Certainty::Certain("the feature is gone and is asked for here");
    let mut out = Vec::new();
    for file in asked.dependent.files.iter().filter(|file| file.path.ends_with("Cargo.toml")) {
        for key in outline::keys(Format::Toml, file.text()) {
            let dependency = key.path.iter().any(|part| names.contains(&part.to_ascii_lowercase()));
            let below = key.path.iter().any(|part| part.ends_with("dependencies"));
            let listed = key.value.contains("features") || key.name() == "features";
            if dependency && below && listed && key.value.contains(&quoted) {
                out.push(Use::at(&file.path, key.line).but(certainty));
            }
        }
    }
    out
}

/// Command lines that start the program.
fn commands(program: &str, asked: &Asked<'_>) -> Found {
    if let Some(file) = asked.dependent.files.iter().find(|file| offers(file, program)) {
        let note = format!("`{program}` is a command of this repository's own ({})", file.path);
        return Found { uses: Vec::new(), note: Some(note) };
    }
    let telling = program.len() >= 4 && !COMMON.contains(&program);
    let mut out = Vec::new();
    for file in asked.dependent.files.iter().filter(|file| file.text().contains(program)) {
        let near = asked.contact.is_near(file);
        if !near && !asked.contact.mentioned {
            continue;
        }
        let certainty = match (telling, near) {
            (true, _) => Certainty::Certain("the package no longer has the command and it is run here"),
            (false, true) => Certainty::Likely("a command of this name is run in a file that names the package"),
            (false, false) => continue,
        };
        let mut told = Vec::new();
        for word in shell::commands(file).iter().filter_map(|command| shell::starts(command, program)) {
            if !told.contains(&word.line) && text::name_at(file.line(word.line), program).is_some() {
                told.push(word.line);
                let mut place = Use::at(&file.path, word.line).but(certainty);
                place.consequence = Some(format!("Runs `{program}`; the package no longer has it."));
                out.push(place);
            }
        }
    }
    Found { uses: out, note: None }
}

/// The consumer has a program of this name itself: a script of its manifest, or a file that is run.
fn offers(file: &File, program: &str) -> bool {
    let name = file.path.rsplit('/').next().unwrap_or(&file.path);
    let stem = name.split('.').next().unwrap_or(name);
    if stem == program && matches!(file.language(), "bash" | "") && file.place != Place::Test {
        return true;
    }
    let format = match name {
        "pyproject.toml" | "Cargo.toml" => Format::Toml,
        "package.json" => Format::Json,
        _ => return false,
    };
    outline::keys(format, file.text()).iter().any(|key| {
        [["project", "scripts", program].as_slice(), &["tool", "poetry", "scripts", program], &["bin", program]]
            .iter()
            .any(|known| key.is(known))
    })
}
