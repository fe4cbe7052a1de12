//! YAML with lines, as a tree that takes whatever comes: a file with one odd value is still of use.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::Spanned;

/// A tree is read recursively, so its depth is bounded; workflows and compose files stay below 15.
const DEEPEST: usize = 24;

/// A value with its line, counted from 1.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) line: u32,
    /// The line of the key that it stands under; its own line in a list.
    pub(crate) key_line: u32,
    pub(crate) value: Value,
    /// First byte and length of it in the file.
    place: Option<(u64, u64)>,
}

/// What a node is.
#[derive(Debug)]
pub(crate) enum Value {
    Map(Vec<(String, Node)>),
    List(Vec<Node>),
    Text(String),
    Empty,
    /// A scalar that looks like a number or a truth value; [`parse`] leaves none of them.
    Guessed,
}

/// Parses the first document of `text`; the error is one line for people.
pub(crate) fn parse(text: &str) -> Result<Node, String> {
    let options = serde_saphyr::options! {
        budget: serde_saphyr::budget! { max_depth: DEEPEST, flow_nesting_limit: DEEPEST },
        with_snippet: false,
    };
    let parsed: Result<Wrapped, _> = serde_saphyr::from_str_with_options(text, options);
    let mut root = parsed.map(Node::from).map_err(|e| super::first_line(&e.to_string()))?;
    root.restore(text);
    Ok(root)
}

impl Node {
    /// The value of `key`, where this is a map that has it.
    pub(crate) fn get(&self, key: &str) -> Option<&Node> {
        self.entries().iter().find(|(name, _)| name == key).map(|(_, node)| node)
    }

    /// The entries, where this is a map.
    pub(crate) fn entries(&self) -> &[(String, Node)] {
        match &self.value {
            Value::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The elements, where this is a list.
    pub(crate) fn items(&self) -> &[Node] {
        match &self.value {
            Value::List(items) => items,
            _ => &[],
        }
    }

    /// Versions are texts: `1.10` must not become `1.1`. As deep as the parser let it be.
    fn restore(&mut self, text: &str) {
        match &mut self.value {
            Value::Map(entries) => entries.iter_mut().for_each(|(_, node)| node.restore(text)),
            Value::List(items) => items.iter_mut().for_each(|node| node.restore(text)),
            Value::Guessed => {
                let range = self.place.and_then(|(start, length)| {
                    let start = usize::try_from(start).ok()?;
                    Some(start..start.checked_add(usize::try_from(length).ok()?)?)
                });
                let written = range.and_then(|range| text.get(range));
                self.value = written.map_or(Value::Empty, |written| Value::Text(written.trim().to_owned()));
            }
            Value::Text(_) | Value::Empty => {}
        }
    }

    /// The text, where this is a scalar.
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }
}

type Wrapped = Spanned<Value>;

impl From<Wrapped> for Node {
    fn from(wrapped: Wrapped) -> Self {
        let line = line_of(&wrapped);
        let span = wrapped.defined.span();
        Self { line, key_line: line, value: wrapped.value, place: span.byte_offset().zip(span.byte_len()) }
    }
}

fn line_of<T>(wrapped: &Spanned<T>) -> u32 {
    u32::try_from(wrapped.referenced.line()).unwrap_or(0)
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Value, E> {
        Ok(Value::Guessed)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Value, E> {
        Ok(Value::Guessed)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Value, E> {
        Ok(Value::Guessed)
    }

    fn visit_i128<E>(self, _: i128) -> Result<Value, E> {
        Ok(Value::Guessed)
    }

    fn visit_u128<E>(self, _: u128) -> Result<Value, E> {
        Ok(Value::Guessed)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Value, E> {
        Ok(Value::Guessed)
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::Text(value.to_owned()))
    }

    fn visit_bytes<E>(self, _: &[u8]) -> Result<Value, E> {
        Ok(Value::Empty)
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Empty)
    }

    fn visit_none<E>(self) -> Result<Value, E> {
        Ok(Value::Empty)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        Value::deserialize(deserializer)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element::<Wrapped>()? {
            items.push(item.into());
        }
        Ok(Value::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut entries = Vec::new();
        while let Some(key) = map.next_key::<Spanned<String>>()? {
            let key_line = line_of(&key);
            entries.push((key.value, Node { key_line, ..map.next_value::<Wrapped>()?.into() }));
        }
        Ok(Value::Map(entries))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_keep_their_lines_and_their_text() {
        let text = "on: [push]\nenv: {A: 1.10, B: 0x1F, C: yes, D: ~}\njobs:\n  build:\n    steps:\n      - uses: a/b@v1\n      - &x {uses: 'c/d@v2'}\n      - *x\n";
        let root = parse(text).unwrap();
        let steps = root.get("jobs").unwrap().get("build").unwrap().get("steps").unwrap();
        let uses: Vec<_> = steps.items().iter().map(|step| step.get("uses").unwrap()).collect();
        assert_eq!(uses.iter().map(|node| node.text().unwrap()).collect::<Vec<_>>(), ["a/b@v1", "c/d@v2", "c/d@v2"]);
        assert_eq!(uses[0].line, 6);
        assert_eq!(uses[1].line, 7);
        assert_eq!(root.get("on").unwrap().items().len(), 1);
        let env = root.get("env").unwrap().entries().iter().map(|(key, node)| (key.as_str(), node.text()));
        assert_eq!(
            env.collect::<Vec<_>>(),
            [("A", Some("1.10")), ("B", Some("0x1F")), ("C", Some("yes")), ("D", None)]
        );
    }

    #[test]
    fn bad_files_are_said_not_followed() {
        let nested = "[".repeat(100_000);
        let maps = (0..5_000).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect::<String>();
        let bomb = format!(
            "a: &a [x,x,x,x,x,x,x,x,x]\n{}",
            (b'b'..=b'k')
                .map(|letter| {
                    let (here, before) = (letter as char, (letter - 1) as char);
                    format!("{here}: &{here} [{}]\n", vec![format!("*{before}"); 9].join(","))
                })
                .collect::<String>()
        );
        for text in ["a: [", "a: b: c", "a: 'x", &nested, &maps, &bomb] {
            let problem = parse(text).map(|_| ()).unwrap_err();
            assert!(!problem.contains('\n') && problem.len() <= 900, "{problem}");
        }
        assert!(parse("").is_ok_and(|node| node.entries().is_empty()));
    }
}
