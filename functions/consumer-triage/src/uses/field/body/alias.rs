//! Bodies that give a field by another name, which is taken no more.

use contracts::fact::Element;
use outline::code;

use super::super::Wanted;
use super::piece;
use super::sent::{bodies, breaks, text_of};
use crate::dependent::File;
use crate::uses::{Certainty, Found, Use, text};

const SENT: Certainty = Certainty::Certain("the other name is gone there, and the body here has no other");

/// Calls whose one body has the alias and not the field.
pub(super) fn find(wanted: &Wanted<'_, '_>, file: &File, calls: &[u32], found: &mut Found) {
    let Element::Field { renamed_to: Some(own), .. } = &wanted.fact.element else { return };
    if file.is_data() || file.analysis.is_none() {
        return;
    }
    for call in calls {
        let (start, _) = piece(file, *call);
        let text = text_of(file, *call);
        let named = |line: &str| !text::is_comment(file, line) && code::words(line, own).next().is_some();
        if text.lines().any(named) {
            found.note = Some(format!("`{own}` is sent already ({})", file.path));
            continue;
        }
        // Of several bodies nobody can tell which one is meant.
        if let [body] = bodies(text, file.language() != "python").as_slice()
            && !body.open
            && let Some(key) = body.keys.iter().find(|key| key.depth == 1 && key.name == wanted.key)
        {
            found.uses.push(Use::at(&file.path, start + breaks(&text[..key.at])).but(SENT));
        }
    }
}
