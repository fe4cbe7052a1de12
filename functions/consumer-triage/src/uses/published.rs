//! Addresses of the provider with a port by which it is reached from outside.

use crate::dependent::{File, Place};
use crate::uses::{Asked, Certainty, Found, Use, text};

/// Names of the machine itself.
const LOCAL: &[&str] = &["localhost", "127.0.0.1", "0.0.0.0", "host.docker.internal"];

const ADDRESS: Certainty = Certainty::Likely("the address has the provider's name and its old port");
const THIS_MACHINE: Certainty =
    Certainty::CheckFirst("the address is this machine's, at the port that the provider was published on");

/// Places that connect to the port: to a Service by its name; to what a host publishes by the host's, or on this machine
/// in a line that names the provider.
pub(crate) fn find(port: u16, moved_to: Option<u16>, is_service: bool, asked: &Asked<'_>) -> Found {
    let ending = format!(":{port}");
    let mut found = Found::default();
    for file in asked.dependent.files.iter().filter(|file| file.place != Place::Test) {
        for (number, line) in file.lines_with(&ending).filter(|(_, line)| !text::is_comment(file, line)) {
            let hits = line.match_indices(ending.as_str()).map(|(at, _)| at);
            let mut certainties = hits.filter_map(|at| address(file, line, at, &ending, is_service, asked));
            let Some(certainty) = certainties.next() else { continue };
            let mut place = Use::at(&file.path, number).but(certainty);
            let old = port.to_string();
            let once = line.matches(&old).count() == 1 && certainty == ADDRESS;
            place.replace = moved_to.filter(|_| once).map(|new| (old, new.to_string()));
            found.uses.push(place);
        }
    }
    found
}

fn address(file: &File, line: &str, at: usize, ending: &str, is_service: bool, asked: &Asked<'_>) -> Option<Certainty> {
    let rest = &line[at + ending.len()..];
    // `8080:80` publishes something here; an address ends, or goes on with a path.
    if rest.starts_with(|c: char| c.is_ascii_digit() || c == ':') {
        return None;
    }
    let head = &line[..at];
    let host = head.rsplit(|c: char| !c.is_ascii_alphanumeric() && !"-_.".contains(c)).next().unwrap_or("");
    let before = &head[..head.len() - host.len()];
    let is_image = rest.starts_with('@') || before.ends_with('/') && !before.ends_with("//");
    if host.is_empty() || is_image {
        return None;
    }
    if LOCAL.contains(&host) {
        let named = asked.contact.is_named_in(before) && asked.contact.is_near(file);
        return (named && !is_service).then_some(THIS_MACHINE);
    }
    let label = host.split('.').next().unwrap_or(host);
    // Inside of a compose network a bare name is reached at the container's own port.
    let reached = is_service || host.contains('.');
    (reached && asked.contact.is_named_in(if is_service { label } else { host })).then_some(ADDRESS)
}
