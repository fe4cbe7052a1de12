//! Who waits for the provider's service to be ready, and who reaches it by a name of its compose file.

use crate::uses::behaviour::near;
use crate::uses::command::waiting;
use crate::uses::{Asked, Certainty, Found, Use, runs, text};

/// Words of loops that wait until something answers.
const WAITING: &[&str] = &["while", "until", "sleep", "retry", "wait_for", "wait-on", "wait_until", "waitfor", "poll"];

/// Lines around a question in which such a word makes it a wait.
const AROUND: u32 = 4;

/// Places that take an answer of a health check for a promise that the service works.
pub(crate) fn find(asked: &Asked<'_>) -> Found {
    let certainty =
        Certainty::CheckFirst("depends on what is asked of the service right after it says that it is ready");
    let mut found = Found::default();
    let places = runs::find(asked);
    found.note.clone_from(&places.note);
    let told = "Waits until the service says that it is ready; it says so at another moment now.";
    for mut place in places.runs.iter().flat_map(waiting) {
        place.consequence = Some(told.to_owned());
        found.uses.push(place.but(certainty));
    }
    for file in near(asked) {
        let lines: Vec<(u32, &str)> = file.lines().collect();
        for (number, _) in lines.iter().filter(|(_, line)| asks_health(line) && !text::is_comment(file, line)) {
            let first = number.saturating_sub(AROUND + 1) as usize;
            let around = lines.iter().skip(first).take(2 * AROUND as usize + 1);
            let mut words = around.map(|(_, line)| line.to_ascii_lowercase());
            if words.any(|line| WAITING.iter().any(|word| line.contains(word))) {
                let mut place = Use::at(&file.path, *number).but(certainty);
                place.consequence = Some(told.to_owned());
                found.uses.push(place);
            }
        }
    }
    found
}

fn asks_health(line: &str) -> bool {
    line.len() <= 2_000 && ["/health", "/ready", "/readyz", "/healthz", "/livez"].iter().any(|path| line.contains(path))
}

/// Addresses of a service by the name that it had in the provider's compose file.
pub(crate) fn host(name: &str, asked: &Asked<'_>) -> Found {
    let own = asked.dependent.files.iter().find(|file| {
        let compose = file.path.rsplit('/').next().is_some_and(|name| name.contains("compose"));
        compose && outline::keys(outline::Format::Yaml, file.text()).iter().any(|key| key.is(&["services", name]))
    });
    if let Some(file) = own {
        let note = format!("`{name}` is a service of this repository's own ({})", file.path);
        return Found { uses: Vec::new(), note: Some(note) };
    }
    let mut found = Found::default();
    let ends = [format!("://{name}:"), format!("://{name}/"), format!("@{name}:")];
    for file in near(asked) {
        let lines = file.lines().filter(|(_, line)| line.len() <= 2_000 && ends.iter().any(|end| line.contains(end)));
        found.uses.extend(lines.filter(|(_, line)| !text::is_comment(file, line)).map(|(line, _)| {
            let certainty =
                Certainty::Likely("the address is the name that the service had in the provider's compose file");
            let mut place = Use::at(&file.path, line).but(certainty);
            place.consequence =
                Some(format!("Connects to `{name}`; nothing answers to that name on the network any more."));
            place
        }));
    }
    found
}
