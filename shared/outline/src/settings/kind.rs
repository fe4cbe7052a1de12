//! What can be set, and how it is spelt.

use crate::quantity;

/// A property of a running service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Instances that always run.
    MinInstances,
    /// How long a request may take.
    Timeout,
    /// Requests that one instance takes at once.
    Concurrency,
    /// Most memory that an instance may use.
    Memory,
    /// Most processor time that an instance may use.
    Cpu,
    /// How often something that failed is tried again.
    Retries,
    /// The model that is loaded.
    Model,
    /// The name under which it is offered, whatever is loaded.
    ServedModel,
    /// Tokens that a request may hold.
    Context,
    /// Where it runs.
    Region,
}

/// The last words of a name, in small letters, and what they set. The longest ending comes first.
const ENDINGS: &[(&[&str], Kind)] = &[
    (&["served", "model", "name"], Kind::ServedModel),
    (&["min", "instance", "count"], Kind::MinInstances),
    (&["min", "replica", "count"], Kind::MinInstances),
    (&["min", "machines", "running"], Kind::MinInstances),
    (&["min", "instances"], Kind::MinInstances),
    (&["min", "replicas"], Kind::MinInstances),
    (&["min", "scale"], Kind::MinInstances),
    (&["max", "instance", "request", "concurrency"], Kind::Concurrency),
    (&["max", "concurrent", "requests"], Kind::Concurrency),
    (&["max", "num", "seqs"], Kind::Concurrency),
    (&["container", "concurrency"], Kind::Concurrency),
    (&["limit", "concurrency"], Kind::Concurrency),
    (&["max", "concurrency"], Kind::Concurrency),
    (&["max", "retry", "attempts"], Kind::Retries),
    (&["max", "attempts"], Kind::Retries),
    (&["max", "retries"], Kind::Retries),
    (&["num", "retries"], Kind::Retries),
    (&["max", "model", "len"], Kind::Context),
    (&["max", "total", "tokens"], Kind::Context),
    (&["max", "input", "length"], Kind::Context),
    (&["max", "input", "tokens"], Kind::Context),
    (&["max", "seq", "len"], Kind::Context),
    (&["max", "new", "tokens"], Kind::Context),
    (&["max", "tokens"], Kind::Context),
    (&["context", "length"], Kind::Context),
    (&["context", "size"], Kind::Context),
    (&["context", "window"], Kind::Context),
    (&["ctx", "size"], Kind::Context),
    (&["n", "ctx"], Kind::Context),
    (&["num", "ctx"], Kind::Context),
    (&["model", "id"], Kind::Model),
    (&["model", "name"], Kind::Model),
    (&["model"], Kind::Model),
    (&["request", "timeout"], Kind::Timeout),
    (&["request", "timeout", "seconds"], Kind::Timeout),
    (&["worker", "timeout"], Kind::Timeout),
    (&["gunicorn", "timeout"], Kind::Timeout),
    (&["memory", "size"], Kind::Memory),
    (&["mem", "limit"], Kind::Memory),
    (&["available", "memory"], Kind::Memory),
];

/// Names that mean something only if there is nothing before them.
const WHOLE: &[(&str, Kind)] = &[
    ("timeout", Kind::Timeout),
    ("timeout seconds", Kind::Timeout),
    ("service timeout", Kind::Timeout),
    ("concurrency", Kind::Concurrency),
    ("memory", Kind::Memory),
    ("cpu", Kind::Cpu),
    ("cpus", Kind::Cpu),
    ("retries", Kind::Retries),
    ("region", Kind::Region),
    ("gcp region", Kind::Region),
    ("aws region", Kind::Region),
    ("cloud run region", Kind::Region),
];

impl Kind {
    /// The word of facts: `min_instances`, `timeout`, ….
    pub fn as_str(self) -> &'static str {
        match self {
            Self::MinInstances => "min_instances",
            Self::Timeout => "timeout",
            Self::Concurrency => "concurrency",
            Self::Memory => "memory",
            Self::Cpu => "cpu",
            Self::Retries => "retries",
            Self::Model => "model",
            Self::ServedModel => "served_model",
            Self::Context => "context_length",
            Self::Region => "region",
        }
    }

    /// What a name sets: a flag, a key or a variable, in any case and with any joints; the part after a `/` counts.
    pub fn of(name: &str) -> Option<Self> {
        let name = name.rsplit('/').next().unwrap_or(name);
        if name.len() > 80 || !name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-')) {
            return None;
        }
        let words = words(name);
        let whole = words.join(" ");
        let by_whole = WHOLE.iter().find(|(known, _)| *known == whole).map(|(_, kind)| *kind);
        by_whole.or_else(|| {
            let ends = |known: &[&str]| words.len() >= known.len() && words[words.len() - known.len()..] == *known;
            ENDINGS.iter().find(|(known, _)| ends(known)).map(|(_, kind)| *kind)
        })
    }

    /// The value as a number that can be compared: milliseconds, bytes, thousandths of a processor, or a count.
    pub fn amount(self, value: &str) -> Option<u64> {
        match self {
            Self::Timeout => quantity::milliseconds(value),
            Self::Memory => quantity::bytes(value),
            Self::Cpu => quantity::millicores(value),
            Self::Model | Self::ServedModel | Self::Region => None,
            _ => quantity::count(value),
        }
    }

    /// Whether a value can be one of this kind: a variable never is.
    pub fn fits(self, value: &str) -> bool {
        match self {
            Self::Model | Self::ServedModel => is_model(value),
            Self::Region => is_region(value),
            _ => self.amount(value).is_some(),
        }
    }
}

/// `llama3:8b`, `org/name-7b`, `gpt-4o`: letters, and a joint or a digit that tells an id from a word.
fn is_model(value: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-' | b':' | b'/' | b'@');
    (4..=120).contains(&value.len())
        && value.bytes().all(plain)
        && value.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '/')
        && value.bytes().any(|b| b.is_ascii_alphabetic())
        && value.bytes().any(|b| b.is_ascii_digit() || matches!(b, b'/' | b'-' | b':'))
        && !value.contains("://")
}

/// `us-central1`, `europe-west4`, `eu-west-1`.
fn is_region(value: &str) -> bool {
    let plain = value.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    let digit = value.ends_with(|c: char| c.is_ascii_digit());
    plain && digit && value.len() <= 30 && value.contains('-') && value.starts_with(|c: char| c.is_ascii_lowercase())
}

/// `minInstanceCount`, `min-instance-count` and `MIN_INSTANCE_COUNT` are `min instance count`.
fn words(name: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut open = false;
    let mut lower_before = false;
    for c in name.chars() {
        if !c.is_ascii_alphanumeric() {
            open = false;
        } else {
            let hump = c.is_ascii_uppercase() && lower_before;
            match out.last_mut().filter(|_| open && !hump) {
                Some(word) => word.push(c.to_ascii_lowercase()),
                None => out.push(c.to_ascii_lowercase().to_string()),
            }
            open = true;
        }
        lower_before = c.is_ascii_lowercase() || c.is_ascii_digit();
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_values() {
        let names = [
            ("--min-instances", Some(Kind::MinInstances)),
            ("autoscaling.knative.dev/minScale", Some(Kind::MinInstances)),
            ("minReplicas", Some(Kind::MinInstances)),
            ("VLLM_MAX_MODEL_LEN", Some(Kind::Context)),
            ("_TIMEOUT", Some(Kind::Timeout)),
            ("timeoutSeconds", Some(Kind::Timeout)),
            ("connect_timeout", None),
            ("DB_REGION_ID", None),
            ("served-model-name", Some(Kind::ServedModel)),
            ("LLM_MODEL", Some(Kind::Model)),
            ("remodel", None),
            ("memory_limit_x", None),
            ("ä", None),
            ("", None),
        ];
        for (name, expected) in names {
            assert_eq!(Kind::of(name), expected, "{name}");
        }
        for good in ["llama3:8b", "org/name", "gpt-4o", "/models/x"] {
            assert!(Kind::Model.fits(good), "{good}");
        }
        for bad in ["User", "$MODEL", "${M}", "a b", "http://x/y", "", "123", "{{ x }}"] {
            assert!(!Kind::Model.fits(bad), "{bad}");
        }
        for (value, good) in [("us-central1", true), ("eu-west-1", true), ("eu", false), ("$R-1", false)] {
            assert_eq!(Kind::Region.fits(value), good, "{value}");
        }
    }
}
