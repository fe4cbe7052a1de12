//! Connections to a port of the provider.

use contracts::fact::Fact;
use outline::Format;

use crate::dependent::{File, Place};
use crate::uses::{Asked, Certainty, Found, Use, env, published, text};

/// Keys of deployments that name the port a container listens on.
const KEYS: &[&str] = &["containerPort", "targetPort", "container_port", "target_port", "internal_port"];

/// `EXPOSE` is documentation (<https://docs.docker.com/reference/dockerfile/#expose>).
const ONLY_EXPOSED: Certainty =
    Certainty::CheckFirst("only the image's EXPOSE names the port, which opens and closes nothing; look what listens");

/// Places that connect to `port`.
pub(crate) fn find(fact: &Fact, port: u16, moved_to: Option<u16>, asked: &Asked<'_>) -> Found {
    if matches!(fact.rule.as_str(), "deploy.published_port.moved" | "deploy.service_port.moved") {
        return published::find(port, moved_to, fact.rule == "deploy.service_port.moved", asked);
    }
    let mut found = Found::default();
    let told = fact.before.is_some() || fact.after.is_some();
    let only_exposed =
        told && fact.before.iter().chain(&fact.after).all(|span| span.quote.trim_start().starts_with("EXPOSE"));
    let near = asked.dependent.files.iter().filter(|file| file.place != Place::Test);
    for file in near {
        let mut places = urls(file, port, asked);
        // Charts and compose files name the image in one file and its port in another.
        if asked.contact.is_near(file) || env::configures(asked) {
            places.extend(deployed(file, port, asked));
        }
        for mut place in places {
            if only_exposed {
                place = place.but(ONLY_EXPOSED);
            }
            let old = port.to_string();
            let once = file.line(place.start).matches(&old).count() == 1;
            place.replace = moved_to.filter(|_| once).map(|new| (old, new.to_string()));
            found.uses.push(place);
        }
    }
    found
}

/// `provider-host:port`.
fn urls(file: &File, port: u16, asked: &Asked<'_>) -> Vec<Use> {
    let ending = format!(":{port}");
    let mut out = Vec::new();
    for (number, line) in file.lines_with(&ending).filter(|(_, line)| !text::is_comment(file, line)) {
        let hit = line.match_indices(ending.as_str()).any(|(at, _)| {
            let ends = !line[at + ending.len()..].starts_with(|c: char| c.is_ascii_digit());
            let host =
                line[..at].rsplit(|c: char| !c.is_ascii_alphanumeric() && !"-_.".contains(c)).next().unwrap_or("");
            ends && !host.is_empty() && asked.contact.is_named_in(host)
        });
        if hit {
            out.push(Use::at(&file.path, number));
        }
    }
    out
}

/// The container's port in a deployment of the provider's image.
fn deployed(file: &File, port: u16, asked: &Asked<'_>) -> Vec<Use> {
    let templated = file.path.ends_with(".tpl") || file.path.contains("/templates/");
    if outline::format_of(&file.path) != Some(Format::Yaml) && !templated {
        return Vec::new();
    }
    let wanted = port.to_string();
    let keys = outline::keys(Format::Yaml, file.text());
    let named = keys.iter().filter(|key| KEYS.contains(&key.name()) && key.value == wanted);
    let (own, _) = env::service_blocks(file, asked);
    let mapped = keys.iter().filter(|key| env::is_inside(&own, key.line)).filter(|key| {
        let list = key.path.len() >= 2 && key.path[key.path.len() - 2] == "ports";
        list && key.value.rsplit(':').next().and_then(|p| p.split('/').next()) == Some(&wanted)
            && key.value.contains(':')
    });
    let certainty = Certainty::Certain("nothing listens on the port any more and it is routed to here");
    named.chain(mapped).map(|key| Use::at(&file.path, key.line).but(certainty)).collect()
}
