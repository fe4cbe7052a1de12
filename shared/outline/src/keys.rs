//! Keys as they are found, within bounds.

use crate::Key;

/// No file of configuration has more; a data set does, and is not what anybody configures.
const MAX_KEYS: usize = 100_000;

/// Memory for all paths together. Every key carries its whole path, so a small file whose keys lie deep, or below a very
/// long name, would fill the memory long before it has too many keys.
const MAX_BYTES: usize = 64 << 20;

/// What a part of a path takes beside its letters.
const PART: usize = 32;

/// A list that knows when it is full.
#[derive(Debug, Default)]
pub(crate) struct Keys {
    list: Vec<Key>,
    bytes: usize,
}

impl Keys {
    /// Adds a key; one without a name, or one too many, is left out.
    pub(crate) fn push(&mut self, key: Key) {
        if !key.path.is_empty() && !self.is_full() {
            self.bytes += key.path.iter().map(|part| part.len() + PART).sum::<usize>();
            self.list.push(key);
        }
    }

    /// Nothing more is taken.
    pub(crate) fn is_full(&self) -> bool {
        self.list.len() >= MAX_KEYS || self.bytes >= MAX_BYTES
    }

    /// The key whose value may go on.
    pub(crate) fn last_mut(&mut self) -> Option<&mut Key> {
        self.list.last_mut()
    }

    pub(crate) fn into_list(self) -> Vec<Key> {
        self.list
    }
}

#[cfg(test)]
mod tests {
    use crate::{Format, keys};

    #[test]
    fn a_small_file_never_becomes_a_large_list() {
        let deep = format!("[{}x]\n{}", "a.".repeat(200_000), "k = 1\n".repeat(90_000));
        let long = format!("[{}]\n{}", "a".repeat(500_000), "k = 1\n".repeat(90_000));
        let nested = format!("{}{}", "[".repeat(199), "1,".repeat(400_000));
        let below = format!("{{\"{}\": [{}", "a".repeat(60_000), "1,".repeat(400_000));
        let yaml = format!("{}:\n{}", "a".repeat(500_000), "  - k\n".repeat(80_000));
        let flow = format!("{}: [{}]\n", "a".repeat(60_000), "1,".repeat(400_000));
        for (format, text) in [
            (Format::Toml, deep),
            (Format::Properties, long),
            (Format::Json, nested),
            (Format::Json, below),
            (Format::Yaml, yaml),
            (Format::Yaml, flow),
        ] {
            let bytes: usize = keys(format, &text).iter().flat_map(|key| &key.path).map(|part| part.len() + 32).sum();
            assert!(bytes > 1_000_000 && bytes < 70 << 20, "{format:?}: {bytes}");
        }
    }

    #[test]
    fn every_key_has_a_name() {
        for (format, text) in [
            (Format::Toml, "[]\na = 1\n[.]\n. = 2\n[[]]\n"),
            (Format::Properties, "=1\n: 2\n[]\n.=3\n"),
            (Format::Json, "5"),
            (Format::Json, "[]]}{\"\": 1}"),
            (Format::Yaml, "- \n-\n: x\n? y\n\"\": z\n"),
            (Format::Env, "=1\n export =2\n"),
        ] {
            for key in keys(format, text) {
                assert!(!key.path.is_empty(), "{format:?} {text:?}: {key:?}");
            }
        }
    }
}
