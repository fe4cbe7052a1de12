//! A JSON value that knows its place in the text, so that what is wrong with it can be shown.

use std::fmt;

use serde::de::{DeserializeOwned, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::problem::{Problem, Problems, Severity};
use crate::words;

/// A value of the file.
#[derive(Debug, Clone)]
pub(crate) struct Value<'t> {
    /// The whole file.
    text: &'t str,
    /// This value, a part of `text`.
    raw: &'t str,
    pointer: String,
}

impl<'t> Value<'t> {
    /// The whole file as a value, after a check that it is JSON.
    pub(crate) fn root(text: &'t str) -> Result<Self, Problem> {
        let wrong = |e: serde_json::Error| Problem {
            pointer: String::new(),
            line: e.line(),
            column: e.column(),
            message: format!("not JSON: {}", without_place(&e)),
            severity: Severity::Error,
        };
        serde_json::from_str::<IgnoredAny>(text).map_err(wrong)?;
        let raw: &RawValue = serde_json::from_str(text).map_err(wrong)?;
        Ok(Self { text, raw: raw.get(), pointer: String::new() })
    }

    /// The value at these keys, or the nearest one above it.
    pub(crate) fn descend(self, keys: &[&str]) -> Self {
        let mut at = self;
        for key in keys {
            let members = at.members().unwrap_or_default();
            match members.into_iter().rev().find(|(name, _)| name.eq_ignore_ascii_case(key)) {
                Some((_, value)) => at = value,
                None => break,
            }
        }
        at
    }

    pub(crate) fn is_text(&self) -> bool {
        self.raw.starts_with('"')
    }

    pub(crate) fn text(&self) -> Result<String, Problem> {
        self.typed("a string")
    }

    pub(crate) fn flag(&self) -> Result<bool, Problem> {
        self.typed("true or false")
    }

    pub(crate) fn number(&self, least: u32, most: u32) -> Result<u32, Problem> {
        let wanted = format!("a whole number from {least} to {most}");
        let number = self.typed(&wanted)?;
        if (least..=most).contains(&number) { Ok(number) } else { Err(self.error(format!("expected {wanted}"))) }
    }

    pub(crate) fn items(&self) -> Result<Vec<Value<'t>>, Problem> {
        let raws: Vec<&'t RawValue> = self.borrowed("a list")?;
        Ok(raws.into_iter().enumerate().map(|(at, raw)| self.child(&at.to_string(), raw.get())).collect())
    }

    pub(crate) fn members(&self) -> Result<Vec<(String, Value<'t>)>, Problem> {
        let Members(raws) = self.borrowed("an object")?;
        let member = |(key, raw): (String, &'t RawValue)| {
            let value = self.child(&key, raw.get());
            (key, value)
        };
        Ok(raws.into_iter().map(member).collect())
    }

    pub(crate) fn error(&self, message: impl Into<String>) -> Problem {
        self.problem(Severity::Error, message)
    }

    pub(crate) fn warning(&self, message: impl Into<String>) -> Problem {
        self.problem(Severity::Warning, message)
    }

    fn problem(&self, severity: Severity, message: impl Into<String>) -> Problem {
        let (line, column) = self.place();
        Problem { pointer: self.pointer.clone(), line, column, message: message.into(), severity }
    }

    fn place(&self) -> (usize, usize) {
        // `raw` is a part of `text`: the distance of their addresses is its offset.
        let offset = (self.raw.as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize);
        let before = self.text.get(..offset).unwrap_or("");
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
        (line, column)
    }

    fn child(&self, token: &str, raw: &'t str) -> Value<'t> {
        let token = token.replace('~', "~0").replace('/', "~1");
        Value { text: self.text, raw, pointer: format!("{}/{token}", self.pointer) }
    }

    fn typed<T: DeserializeOwned>(&self, wanted: &str) -> Result<T, Problem> {
        serde_json::from_str(self.raw).map_err(|_| self.unlike(wanted))
    }

    fn borrowed<T: Deserialize<'t>>(&self, wanted: &str) -> Result<T, Problem> {
        serde_json::from_str(self.raw).map_err(|_| self.unlike(wanted))
    }

    fn unlike(&self, wanted: &str) -> Problem {
        let found = match self.raw.as_bytes().first() {
            Some(b'{') => "an object",
            Some(b'[') => "a list",
            Some(b'"') => "a string",
            Some(b't' | b'f') => "true or false",
            Some(b'n') => "null",
            _ => "a number",
        };
        self.error(format!("expected {wanted}, found {found}"))
    }
}

/// serde_json's message without its own " at line 1 column 2", which the problem says itself.
fn without_place(error: &serde_json::Error) -> String {
    let message = error.to_string();
    message.split(" at line ").next().unwrap_or_default().to_owned()
}

/// The members of an object, in order, repeated keys included.
struct Members<'t>(Vec<(String, &'t RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(Members(members))
    }
}

/// An object that is read key by key; what nobody asked for is an unknown key.
pub(crate) struct Fields<'t> {
    members: Vec<(String, Value<'t>)>,
    asked: Vec<&'static str>,
}

impl<'t> Fields<'t> {
    pub(crate) fn of(value: &Value<'t>) -> Result<Self, Problem> {
        Ok(Self { members: value.members()?, asked: Vec::new() })
    }

    /// The value under this key. Where the key is repeated the last one counts, as in every JSON reader.
    pub(crate) fn take(&mut self, key: &'static str, problems: &mut Problems) -> Option<Value<'t>> {
        self.asked.push(key);
        let mut found: Option<Value<'t>> = None;
        for (_, value) in self.members.extract_if(.., |(name, _)| name == key) {
            if let Some(earlier) = found.replace(value) {
                problems.add(|| earlier.error(format!("{key:?} is given twice: the last one counts, remove this one")));
            }
        }
        // `null` is how some writers spell "not given".
        found.filter(|value| value.raw != "null")
    }

    pub(crate) fn text(&mut self, key: &'static str, problems: &mut Problems) -> Result<String, Problem> {
        self.take(key, problems).map_or(Ok(String::new()), |value| value.text())
    }

    /// Names every key that was not asked for.
    pub(crate) fn finish(self, problems: &mut Problems) {
        for (key, value) in &self.members {
            let shown: String = key.chars().take(64).collect();
            problems.add(|| value.warning(format!("unknown key {shown:?}; {}", words::hint(key, &self.asked))));
        }
    }
}
