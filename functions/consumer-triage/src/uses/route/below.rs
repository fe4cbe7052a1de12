//! Calls of anything below a prefix that moved as a whole.

use super::fit::{is_parameter, normal_template, same, segments};
use super::{around, is_called, is_common, is_description, other_host};
use crate::dependent::{File, Place};
use crate::uses::{Asked, Certainty, Found, Use, text};

/// How a prefix stands in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stands {
    /// More follows: a call below it.
    Call,
    /// An address ends in it.
    Base,
}

/// Texts that begin with `head`, behind a host or not.
pub(super) fn find(head: &str, asked: &Asked<'_>) -> Found {
    let mut found = Found::default();
    let common = is_common(head);
    let own = serves_below(head, asked);
    for file in asked.dependent.files.iter().filter(|file| !is_description(file)) {
        for (line, stands, text) in texts(file, head) {
            if other_host(&text, asked.contact) {
                found.note = Some(format!("{}:{line} calls another host", file.path));
                continue;
            }
            let near = asked.contact.is_near(file) || asked.contact.is_named_in(&text);
            let certainty = match (near, common) {
                (true, false) => {
                    Certainty::Certain("everything below this prefix moved in the provider and is called here")
                }
                (true, true) => {
                    Certainty::Likely("everything below this prefix moved; the file deals with the provider")
                }
                (false, false) if !own && stands == Stands::Call && file.place != Place::Test => {
                    Certainty::Likely("everything below this prefix moved in the provider and is called here")
                }
                _ => continue,
            };
            let known = found.uses.iter().any(|one: &Use| one.path == file.path && one.start == line);
            if !known {
                found.uses.push(Use::at(&file.path, line).but(certainty));
            }
        }
    }
    found
}

fn texts(file: &File, head: &str) -> Vec<(u32, Stands, String)> {
    let mut out = Vec::new();
    if let Some(analysis) = file.analysis.as_ref().filter(|_| !file.is_data()) {
        for literal in &analysis.literals {
            let served = analysis.routes.iter().any(|route| route.start <= literal.line && literal.line <= route.end);
            let mounted = analysis.mounts.iter().any(|mount| mount.line == literal.line);
            let Some(stands) = stands(&literal.text, head).filter(|_| !served && !mounted) else { continue };
            if is_called(literal, "ANY", super::Fit::Whole) && !text::is_comment(file, file.line(literal.line)) {
                out.push((literal.line, stands, literal.text.clone()));
            }
        }
        return out;
    }
    let needle = super::needle(head);
    for (number, line) in file.lines_with(&needle).filter(|(_, line)| !text::is_comment(file, line)) {
        let urls = line.match_indices(&needle).map(|(at, _)| around(line, at));
        let hit = urls.filter_map(|url| Some((stands(&normal_template(url), head)?, url))).next();
        out.extend(hit.map(|(stands, url)| (number, stands, url.to_owned())));
    }
    out
}

fn stands(text: &str, head: &str) -> Option<Stands> {
    let (based, rest) = match text.split_once("://") {
        Some((_, rest)) => (true, rest.find('/').map(|at| &rest[at..])?),
        None if text.starts_with("{}") => (true, text.trim_start_matches("{}")),
        None => (false, text),
    };
    if rest.contains(char::is_whitespace) {
        return None;
    }
    let (there, wanted) = (segments(rest.split(['?', '#']).next().unwrap_or(rest)), segments(head));
    let begins = there.len() >= wanted.len() && same(&there[..wanted.len()], &wanted);
    let more = there.len() > wanted.len();
    let rooted = based || rest.starts_with('/') || wanted.len() > 1;
    (begins && rooted).then_some(if more { Stands::Call } else { Stands::Base }).filter(|stands| {
        *stands == Stands::Call || based || !wanted.iter().all(|part| is_parameter(part)) && wanted.len() > 1
    })
}

fn serves_below(head: &str, asked: &Asked<'_>) -> bool {
    let wanted = segments(head);
    let analyses = asked.dependent.files.iter().filter_map(|file| file.analysis.as_ref());
    analyses.flat_map(|analysis| &analysis.routes).any(|route| {
        let there = segments(&route.path);
        there.len() >= wanted.len() && same(&there[..wanted.len()], &wanted)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_below_a_prefix() {
        let cases = [
            ("/api/v1/users", "/api/v1", Some(Stands::Call)),
            ("{}/api/v1/users/{}", "/api/v1", Some(Stands::Call)),
            ("http://shop:80/api/v1", "/api/v1", Some(Stands::Base)),
            ("api/v1/users", "/api/v1", Some(Stands::Call)),
            ("/api/v1", "/api/v1", Some(Stands::Base)),
            ("/orders", "/orders", None),
            ("orders/open", "/orders", None),
            ("/api/v10/users", "/api/v1", None),
            ("/x/api/v1/users", "/api/v1", None),
            ("see /api/v1/users now", "/api/v1", None),
            ("", "/api/v1", None),
        ];
        for (text, head, expected) in cases {
            assert_eq!(stands(text, head), expected, "{text}");
        }
    }
}
