//! Files of the provider that the consumer names by their path: in build scripts, in lists of what is compiled, in imports.

use contracts::fact::Fact;

use crate::dependent::Place;
use crate::uses::{Asked, Certainty, Found, Use, text};

/// Uses that one file shows; the rest are the same story.
const MAX_A_FILE: usize = 10;

const BY_PATH: Certainty = Certainty::Certain("the file is named by its path here and is not there any more");
const BY_NAME: Certainty = Certainty::Likely("a file of this name is compiled here, beside the provider's name");

/// Lines that name a file of messages which is gone.
pub(crate) fn find(fact: &Fact, path: &str, asked: &Asked<'_>) -> Found {
    let mut found = Found::default();
    if fact.rule != "spec.proto.file_removed" {
        return found;
    }
    let name = file_name(path);
    let own = |own: &&String| file_name(own) == name && (shared(own, path) >= 2 || !path.contains('/'));
    if let Some(copy) = asked.dependent.messages.iter().find(own) {
        found.note = Some(format!("`{copy}` is this repository's own copy"));
        return found;
    }
    for file in &asked.dependent.files {
        let near = asked.contact.is_near(file);
        let lines = file.lines_with(name).filter(|(_, line)| !text::is_comment(file, line));
        let uses = lines.filter_map(|(number, line)| Some(Use::at(&file.path, number).but(how(line, path, near)?)));
        for place in uses.take(MAX_A_FILE) {
            let of_test = file.place == Place::Test;
            found.uses.push(if of_test { place.but(Certainty::Likely("a test names it")) } else { place });
        }
    }
    found
}

/// Text without which a file cannot name it.
pub(crate) fn needle(path: &str) -> &str {
    file_name(path)
}

/// How sure it is that a line names the provider's file; none where it names another one.
fn how(line: &str, path: &str, near: bool) -> Option<Certainty> {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '/' | '.' | '_' | '-');
    let named = line.split(|c: char| !is_part(c)).filter(|word| file_name(word) == file_name(path));
    let best = named.map(|word| (shared(word, path), word.contains('/'))).max()?;
    match best {
        // All of a short path, or a folder with it: nobody else has both.
        (parts, _) if parts >= 3 => Some(BY_PATH),
        (2, _) if near => Some(BY_PATH),
        (2, _) => Some(BY_NAME),
        // The folder may be said elsewhere (`-I`, `includes`); with another folder it is another file.
        (_, false) if near => Some(BY_NAME),
        _ => None,
    }
}

/// How many parts two paths share at their ends.
fn shared(a: &str, b: &str) -> usize {
    a.rsplit('/').zip(b.rsplit('/')).take_while(|(a, b)| a == b).count()
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whose_file_it_is() {
        let path = "proto/shop/v1/order.proto";
        for (line, near, expected) in [
            ("    \"vendor/shop/proto/shop/v1/order.proto\",", false, Some(BY_PATH)),
            ("import \"shop/v1/order.proto\";", false, Some(BY_PATH)),
            ("import \"v1/order.proto\";", false, Some(BY_NAME)),
            ("protoc -I x v1/order.proto", true, Some(BY_PATH)),
            ("protoc -I x order.proto", true, Some(BY_NAME)),
            ("protoc -I x order.proto", false, None),
            ("import \"other/order.proto\";", true, None),
            ("import \"shop/v1/reorder.proto\";", true, None),
            ("ä", true, None),
        ] {
            assert_eq!(how(line, path, near), expected, "{line}");
        }
    }
}
