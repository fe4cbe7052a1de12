//! TOML with lines.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::read::lines::Lines;

/// A parsed TOML file.
pub(crate) struct Toml<'t> {
    root: DeTable<'t>,
    lines: Lines,
}

impl<'t> Toml<'t> {
    /// Parses `text`; the error is one line for people.
    pub(crate) fn parse(text: &'t str) -> Result<Self, String> {
        let lines = Lines::of(text);
        match DeTable::parse(text) {
            Ok(root) => Ok(Self { root: root.into_inner(), lines }),
            Err(e) => {
                let line = e.span().map_or(0, |span| lines.at(span.start));
                Err(format!("line {line}: {}", super::first_line(e.message())))
            }
        }
    }

    /// The whole document.
    pub(crate) fn root(&self) -> &DeTable<'t> {
        &self.root
    }

    /// The table at `keys`.
    pub(crate) fn table(&self, keys: &[&str]) -> Option<&DeTable<'t>> {
        table_in(&self.root, keys)
    }

    /// The line at which something starts.
    pub(crate) fn line<T>(&self, spanned: &Spanned<T>) -> u32 {
        self.lines.at(spanned.span().start)
    }
}

/// The table at `keys` below `table`.
pub(crate) fn table_in<'a, 't>(table: &'a DeTable<'t>, keys: &[&str]) -> Option<&'a DeTable<'t>> {
    let mut here = table;
    for key in keys {
        here = value_in(here, key)?.get_ref().as_table()?;
    }
    Some(here)
}

/// The value of `key` in `table`.
pub(crate) fn value_in<'a, 't>(table: &'a DeTable<'t>, key: &str) -> Option<&'a Spanned<DeValue<'t>>> {
    table.get(key)
}

/// The text of `key` in `table`.
pub(crate) fn text_in<'a>(table: &'a DeTable<'_>, key: &str) -> Option<&'a str> {
    value_in(table, key)?.get_ref().as_str()
}

/// Whether `key` is `true` in `table`.
pub(crate) fn is_true(table: &DeTable<'_>, key: &str) -> bool {
    value_in(table, key).and_then(|value| value.get_ref().as_bool()) == Some(true)
}

/// The texts of the array `key` in `table`; anything else in it is passed over.
pub(crate) fn texts_in<'a, 't>(table: &'a DeTable<'t>, key: &str) -> Vec<&'a Spanned<DeValue<'t>>> {
    let array = value_in(table, key).and_then(|value| value.get_ref().as_array());
    array.map(|array| array.iter().collect()).unwrap_or_default()
}
