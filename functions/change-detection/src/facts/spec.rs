//! Descriptions of interfaces, read by their format. One file a format.

mod declared;
mod document;
pub mod graphql;
pub mod json_schema;
pub mod openapi;
pub mod proto_file;
pub mod protobuf;
mod shape;
pub mod sql;
mod told;

use contracts::fact::Element;

use crate::comparison::{Changed, Comparison, Side};

/// Changed files that may describe an interface: not noise, not tests.
pub(crate) fn files(c: &Comparison) -> impl Iterator<Item = &Changed> {
    c.files.iter().filter(|file| file.noise.is_none() && !is_test(file.path()))
}

/// A folder called `spec` is where many keep their descriptions, not one of tests.
fn is_test(path: &str) -> bool {
    let path = path.to_ascii_lowercase();
    outline::role::is_test(&path.replace("specs/", "").replace("spec/", ""))
}

/// Descriptions that changed and could not be read, and why: what they describe is unknown, not unchanged.
pub(crate) fn unreadable(c: &Comparison) -> Vec<String> {
    let sides = |file: &Changed| -> Option<String> {
        let before = file.before.as_ref()?;
        let problem = [Some(before), file.after.as_ref()].into_iter().flatten().find_map(document::problem);
        problem.or_else(|| declared::problem(before, file.after.as_ref()?))
    };
    files(c).filter_map(sides).collect()
}

/// A file that describes an interface configures nothing.
pub(crate) fn describes(side: &Side) -> bool {
    document::is_one(side)
}

/// A field of `owner`.
fn field(owner: &str, name: &str) -> Element {
    renamed(owner, name, None)
}

/// A field of `owner` that may have another name now.
fn renamed(owner: &str, name: &str, renamed_to: Option<String>) -> Element {
    Element::Field { owner: owner.to_owned(), name: name.to_owned(), renamed_to, carried_by: Vec::new() }
}

/// The name of a file without folder and extensions.
fn stem(side: &Side) -> &str {
    let name = side.path.rsplit('/').next().unwrap_or(&side.path);
    name.split('.').next().unwrap_or(name)
}
