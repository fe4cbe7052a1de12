//! What a deployment's setting means for those who call it.

use contracts::fact::Fact;

use crate::dependent::{File, Place};
use crate::uses::header::client_calls;
use crate::uses::{Asked, Certainty, Found, Use, text};

/// Places that the setting concerns.
pub(crate) fn find(fact: &Fact, setting: &str, asked: &Asked<'_>) -> Found {
    match setting {
        "public_access" => public_access(asked),
        "timeout" => timeout(fact, asked),
        "min_instances" => cold_start(fact, asked),
        "region" => region(fact, asked),
        _ => Found::default(),
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

/// Callers that wait longer than the service now may answer.
fn timeout(fact: &Fact, asked: &Asked<'_>) -> Found {
    let (Some(old), Some(new)) = (seconds(fact.before.as_ref()), seconds(fact.after.as_ref())) else {
        return Found::default();
    };
    if new >= old {
        return Found {
            uses: Vec::new(),
            note: Some(format!("the service's time limit grew from {old} s to {new} s")),
        };
    }
    let mut found = Found::default();
    for (file, line, waits) in waits(asked).filter(|(_, _, waits)| *waits > new) {
        let mut place = Use::at(&file.path, line)
            .but(Certainty::CheckFirst("compares this repository's time limit with the service's"));
        place.consequence =
            Some(format!("Waits up to {waits} s here; the service gives up after {new} s now, before {old} s."));
        found.uses.push(place);
    }
    found
}

/// Scale to zero: the first call pays for the start, and these callers wait for seconds only.
fn cold_start(fact: &Fact, asked: &Asked<'_>) -> Found {
    let value = |span: Option<&contracts::fact::Span>| span.and_then(|span| number(&span.quote));
    let (old, new) = (value(fact.before.as_ref()), value(fact.after.as_ref()));
    if old.is_none_or(|old| old == 0) || new.is_some_and(|new| new > 0) {
        return Found::default();
    }
    let mut found = Found::default();
    for (file, line, waits) in waits(asked).filter(|(_, _, waits)| *waits < 60) {
        let mut place =
            Use::at(&file.path, line).but(Certainty::CheckFirst("depends on how long the service takes to start"));
        place.consequence = Some(format!(
            "Waits {waits} s here; the service scales to zero now, and its first answer waits for a start."
        ));
        found.uses.push(place);
    }
    found
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

/// Time limits of clients in files that deal with the provider, in seconds.
fn waits<'a>(asked: &'a Asked<'_>) -> impl Iterator<Item = (&'a File, u32, u64)> {
    near(asked).flat_map(|file| {
        file.lines().filter_map(move |(number_of_line, line)| {
            let at = line.to_ascii_lowercase().find("timeout")?;
            (!text::is_comment(file, line)).then_some(())?;
            let line = line.get(at..)?;
            let value = number(line)?;
            // Milliseconds where somebody writes thousands.
            Some((file, number_of_line, if value >= 1_000 { value / 1_000 } else { value }))
        })
    })
}

fn seconds(span: Option<&contracts::fact::Span>) -> Option<u64> {
    let quote = &span?.quote;
    let value = number(quote)?;
    let unit = quote
        .find(|c: char| c.is_ascii_digit())
        .and_then(|at| quote[at..].find(|c: char| !c.is_ascii_digit()).map(|n| &quote[at + n..]));
    Some(match unit.and_then(|unit| unit.chars().next()) {
        Some('m') => value * 60,
        Some('h') => value * 3_600,
        _ => value,
    })
}

/// The first run of digits.
fn number(text: &str) -> Option<u64> {
    let start = text.find(|c: char| c.is_ascii_digit())?;
    let digits: String = text[start..].chars().take_while(char::is_ascii_digit).take(9).collect();
    digits.parse().ok()
}

/// `us-central1`, `europe-west4`.
fn region_name(text: &str) -> Option<String> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
    let is_region =
        |word: &&str| word.contains('-') && !word.starts_with('-') && word.ends_with(|c: char| c.is_ascii_digit());
    words.map(|word| word.trim_start_matches('-')).find(is_region).map(str::to_owned)
}
