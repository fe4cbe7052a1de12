//! Where topics and subscriptions are, read from the door's URL.

use crate::travel::{dead_of, name_of};

/// What the URL has to look like.
const EXPECTED: &str = "expected pubsub:projects/<project>/<prefix>";

/// Where an installation's topics and subscriptions are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Address {
    /// `projects/<project>`
    pub(crate) project: String,
    /// How the names of topics and subscriptions begin.
    pub(crate) prefix: String,
    /// A server for trials, asked over plain http and so never with anybody's credentials.
    pub(crate) server: Option<String>,
}

impl Address {
    /// Reads `[http://127.0.0.1:<port>/]projects/<project>/<prefix>`; `emulator` is what `PUBSUB_EMULATOR_HOST` holds. The
    /// answer to any other is what is wrong with it.
    pub(crate) fn read(text: &str, emulator: Option<&str>) -> Result<Self, String> {
        let (server, path) = match text.strip_prefix("http://").map(|rest| rest.split_once('/').ok_or(EXPECTED)) {
            Some(split) => {
                let (host, path) = split?;
                if !["127.0.0.1:", "localhost:", "[::1]:"].iter().any(|local| host.starts_with(local)) {
                    return Err("a server for trials is on 127.0.0.1; to Google leads projects/…".to_owned());
                }
                (Some(host), path)
            }
            None => (emulator.filter(|host| !host.is_empty()), text),
        };
        let ["projects", project, prefix] = path.split('/').collect::<Vec<_>>()[..] else {
            return Err(EXPECTED.to_owned());
        };
        // A project may belong to a domain: example.com:name.
        let is_word = |text: &str, more: &[u8]| {
            !text.is_empty()
                && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b) || more.contains(&b))
        };
        // A name begins with a letter and may not begin with goog
        // (<https://cloud.google.com/pubsub/docs/pubsub-basics#resource_names>).
        let is_name = prefix.starts_with(|c: char| c.is_ascii_alphabetic()) && !prefix.starts_with("goog");
        if !is_word(project, b".:") || !is_word(prefix, b".~+%") || !is_name {
            return Err(EXPECTED.to_owned());
        }
        let server = server.map(|host| format!("http://{host}"));
        Ok(Self { project: format!("projects/{project}"), prefix: prefix.to_owned(), server })
    }

    /// The topic that a stage hears.
    pub(crate) fn topic(&self, stage: &str) -> String {
        format!("{}/topics/{}", self.project, name_of(&self.prefix, stage))
    }

    /// The topic of its dead letters.
    pub(crate) fn dead_topic(&self, stage: &str) -> String {
        dead_of(&self.topic(stage))
    }

    /// The subscription by which it hears it.
    pub(crate) fn subscription(&self, stage: &str) -> String {
        format!("{}/subscriptions/{}", self.project, name_of(&self.prefix, stage))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_leads_to_topics() {
        let address = Address::read("projects/acme-1/downstream-", None).expect("reads");
        assert_eq!(address.server, None);
        assert_eq!(address.topic("code_analysis"), "projects/acme-1/topics/downstream-code-analysis");
        assert_eq!(address.dead_topic("notify"), "projects/acme-1/topics/downstream-notify-dead");
        assert_eq!(address.subscription("notify"), "projects/acme-1/subscriptions/downstream-notify");
        let local = Address::read("http://127.0.0.1:85/projects/p/d-", Some("localhost:86")).expect("reads");
        assert_eq!((local.server.as_deref(), local.prefix.as_str()), (Some("http://127.0.0.1:85"), "d-"));
        let emulator = Address::read("projects/example.com:p/d-", Some("localhost:86")).expect("reads");
        assert_eq!(emulator.server.as_deref(), Some("http://localhost:86"));
        assert_eq!(Address::read("projects/p/d-", Some("")).expect("reads").server, None);
    }

    #[test]
    fn anything_else_is_refused() {
        let bad = [
            "",
            "projects",
            "projects/p",
            "projects/p/",
            "projects//d-",
            "projects/p/d-/x",
            "projects/p/1d",
            "projects/p/goog-",
            "projects/p/d ",
            "topics/p/d-",
            "http://127.0.0.1:85",
            "http://pubsub.googleapis.com/projects/p/d-",
            "http://127.0.0.1.example:85/projects/p/d-",
            "https://127.0.0.1:85/projects/p/d-",
        ];
        for bad in bad {
            assert!(Address::read(bad, None).is_err(), "{bad}");
        }
    }
}
