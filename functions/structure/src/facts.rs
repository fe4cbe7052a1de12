//! What is known about one file: a pure function of its entry, its bytes and the attributes.

use contracts::manifest::{Content, Entry, EntryKind};
use contracts::structure::Origin;

use crate::attributes::Attributes;
use crate::{entry_points, generated, vendored};

/// As much of a file as tells its language.
const HEAD: usize = 1_024;

/// Everything about a file that its content tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// Lines; none where there is no text.
    pub lines: Option<u32>,
    /// Language id, where known.
    pub language: Option<String>,
    /// Hand-written or not.
    pub origin: Origin,
    /// The role of a file whose content, not its name, makes it an entry point.
    pub entry: Option<String>,
}

impl Facts {
    /// Of something that is not text.
    const OPAQUE: Self = Self { lines: None, language: None, origin: Origin::Opaque, entry: None };
}

/// Whether the bytes of an entry tell anything. A link's target and an LFS pointer are not the file's text.
pub(crate) fn needs_content(entry: &Entry) -> bool {
    matches!(entry.kind, EntryKind::File | EntryKind::Executable) && matches!(entry.content, Content::Packed(_))
}

/// The facts of `entry` with these bytes; without bytes it is opaque.
pub fn look(entry: &Entry, attributes: &Attributes, bytes: Option<&[u8]>) -> Facts {
    let Some(bytes) = bytes.filter(|_| needs_content(entry)) else { return Facts::OPAQUE };
    let language = syntax::language_of(&entry.path, &bytes[..bytes.len().min(HEAD)]);
    let lines = lines(bytes);
    let origin = origin(&entry.path, language, lines, attributes, bytes);
    let role = if origin == Origin::Source { entry_points::by_content(&entry.path, bytes) } else { None };
    Facts { lines: Some(lines), language: language.map(str::to_owned), origin, entry: role.map(str::to_owned) }
}

/// Newlines, and the last line if it has none.
fn lines(bytes: &[u8]) -> u32 {
    let newlines = bytes.iter().filter(|byte| **byte == b'\n').count();
    let unfinished = bytes.last().is_some_and(|last| *last != b'\n');
    u32::try_from(newlines + usize::from(unfinished)).unwrap_or(u32::MAX)
}

/// What `.gitattributes` says counts; where it is silent, the name and the first lines do.
fn origin(path: &str, language: Option<&str>, lines: u32, attributes: &Attributes, bytes: &[u8]) -> Origin {
    let said = attributes.of_path(path);
    if said.vendored.unwrap_or(false) {
        Origin::Vendored
    } else if said.generated.unwrap_or(false) {
        Origin::Generated
    } else if said.vendored.is_none() && vendored::by_path(path) {
        Origin::Vendored
    } else if said.generated.is_none() && (generated::by_name(path) || generated::by_content(language, lines, bytes)) {
        Origin::Generated
    } else {
        Origin::Source
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use contracts::manifest::Place;

    fn entry(path: &str, kind: EntryKind, content: Content) -> Entry {
        Entry { path: path.into(), kind, oid: "0".repeat(40).parse().unwrap(), size: 7, content }
    }

    #[test]
    fn text_is_counted_and_everything_else_is_opaque() {
        let place = Place { pack: 0, offset: 0, length: 1 };
        let packed = Content::Packed(place);
        let source = |lines, language: Option<&str>| Facts {
            lines: Some(lines),
            language: language.map(str::to_owned),
            origin: Origin::Source,
            entry: None,
        };
        type Case = (&'static str, EntryKind, Content, Option<&'static [u8]>, Facts);
        let cases: [Case; 12] = [
            ("a.py", EntryKind::File, packed, Some(b"x\ny\n"), source(2, Some("python"))),
            ("a.py", EntryKind::Executable, packed, Some(b"x\ny"), source(2, Some("python"))),
            ("a.py", EntryKind::File, packed, Some(b""), source(0, Some("python"))),
            ("a.py", EntryKind::File, packed, Some(b"\xff\xfe\n\x80"), source(2, Some("python"))),
            ("run", EntryKind::File, packed, Some(b"#!/bin/sh\n"), source(1, Some("bash"))),
            ("notes", EntryKind::File, packed, Some(b"x\r\n"), source(1, None)),
            ("a.py", EntryKind::File, packed, None, Facts::OPAQUE),
            ("a.py", EntryKind::Symlink, packed, Some(b"b.py"), Facts::OPAQUE),
            ("sub.py", EntryKind::Submodule, Content::Absent, None, Facts::OPAQUE),
            ("a.py", EntryKind::File, Content::Binary, None, Facts::OPAQUE),
            ("a.py", EntryKind::File, Content::TooLarge, None, Facts::OPAQUE),
            ("a.py", EntryKind::File, Content::Lfs(place), Some(b"version https://git-lfs"), Facts::OPAQUE),
        ];
        for (path, kind, content, bytes, expected) in cases {
            assert_eq!(
                look(&entry(path, kind, content), &Attributes::default(), bytes),
                expected,
                "{path} {content:?}"
            );
        }
    }

    #[test]
    fn the_origin_follows_attributes_then_name_then_content() {
        let attributes = "own.min.js -linguist-generated\nvendor/ours/** -linguist-vendored\nmade.py linguist-generated\n\
                          copied.py linguist-vendored\nboth.py linguist-vendored linguist-generated=true\n";
        let attributes = Attributes::of([(".gitattributes", attributes.as_bytes())]);
        let head = b"# Code generated by x. DO NOT EDIT.\n";
        let cases: [(&str, &[u8], Origin); 11] = [
            ("a.py", b"x\n", Origin::Source),
            ("a.py", head, Origin::Generated),
            ("lib.min.js", b"x\n", Origin::Generated),
            ("own.min.js", b"x\n", Origin::Source),
            ("vendor/a.go", b"x\n", Origin::Vendored),
            ("vendor/package-lock.json", b"{}\n", Origin::Vendored),
            ("vendor/ours/a.go", b"x\n", Origin::Source),
            ("vendor/ours/go.sum", b"x\n", Origin::Generated),
            ("made.py", b"x\n", Origin::Generated),
            ("copied.py", head, Origin::Vendored),
            ("both.py", b"x\n", Origin::Vendored),
        ];
        let packed = Content::Packed(Place { pack: 0, offset: 0, length: 1 });
        for (path, bytes, expected) in cases {
            let facts = look(&entry(path, EntryKind::File, packed), &attributes, Some(bytes));
            assert_eq!(facts.origin, expected, "{path}");
        }
    }
}
