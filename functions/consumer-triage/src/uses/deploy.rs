//! What a deployment's setting means for those who call it.

use contracts::fact::Fact;
use outline::settings::Kind;

use crate::dependent::{File, Place};
use crate::uses::header::client_calls;
use crate::uses::{Asked, Certainty, Found, Use, behaviour, command, readiness, text};

/// Places that the setting concerns.
pub(crate) fn find(fact: &Fact, setting: &str, asked: &Asked<'_>) -> Found {
    match setting {
        "public_access" => public_access(asked),
        "timeout" => behaviour::timeout(fact, asked),
        "min_instances" => behaviour::scale_to_zero(fact, asked),
        "cold_start" => behaviour::cold_start(fact, asked),
        "context_length" => behaviour::beyond(fact, Kind::Context, asked),
        "concurrency" => behaviour::beyond(fact, Kind::Concurrency, asked),
        "retries" => behaviour::retries(fact, asked),
        "model" => behaviour::model(fact, asked),
        "readiness" => readiness::find(asked),
        "region" => region(fact, asked),
        "entrypoint" | "command" => command::find(fact, setting, asked),
        "health_check" => command::health(fact, asked),
        setting => setting.strip_prefix("service:").map_or_else(Found::default, |name| readiness::host(name, asked)),
    }
}

fn near<'a>(asked: &'a Asked<'_>) -> impl Iterator<Item = &'a File> {
    asked.dependent.files.iter().filter(|file| file.place != Place::Test && asked.contact.is_near(file))
}

/// Calls of a service that wants an identity now, from a repository that has no way to get one.
fn public_access(asked: &Asked<'_>) -> Found {
    let identity = ["id_token", "identity_token", "identity-token", "fetch_id_token", "idtoken", "google-auth-library"];
    let knows = asked.dependent.files.iter().find(|file| {
        file.place != Place::Test
            && file.lines().any(|(_, line)| identity.iter().any(|word| line.to_ascii_lowercase().contains(word)))
    });
    if let Some(file) = knows {
        return Found { uses: Vec::new(), note: Some(format!("identity tokens are sent already ({})", file.path)) };
    }
    let certainty =
        Certainty::Likely("the service is called here and nothing in this repository makes identity tokens");
    let places = near(asked)
        .flat_map(|file| client_calls(file).into_iter().map(|line| Use::at(&file.path, line).but(certainty)));
    Found { uses: places.collect(), note: None }
}

/// Addresses that carry the old region's name.
fn region(fact: &Fact, asked: &Asked<'_>) -> Found {
    let Some(old) = fact.before.as_ref().and_then(|span| region_name(&span.quote)) else { return Found::default() };
    let mut found = Found::default();
    for file in near(asked) {
        let lines = file.lines().filter(|(_, line)| {
            !text::is_comment(file, line) && text::name_at(line, &old).is_some() && line.contains("://")
        });
        found.uses.extend(lines.map(|(line, _)| {
            Use::at(&file.path, line)
                .but(Certainty::CheckFirst("the address names the old region; a domain of one's own may hide it"))
        }));
    }
    found
}

/// `us-central1`, `europe-west4`.
fn region_name(text: &str) -> Option<String> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
    let is_region =
        |word: &&str| word.contains('-') && !word.starts_with('-') && word.ends_with(|c: char| c.is_ascii_digit());
    words.map(|word| word.trim_start_matches('-')).find(is_region).map(str::to_owned)
}
