//! Who hears what, read from the stages' types, or from the file that was generated from them.

use contracts::Message;
use serde::{Deserialize, Serialize};
use stage::{Says, Stage};

/// Checked in, so that it is part of every build; `cargo xtask tidy` says when it is not what the types say.
const INSTALLED: &str = include_str!("../../../infra/terraform/wiring.json");

/// One stage's place in the river.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The crate that hosts it: what is deployed, and what may receive from its queue.
    pub function: &'static str,
    /// The stage: its queue, its key in `pipeline.yaml`.
    pub stage: &'static str,
    /// The topic it hears.
    pub hears: &'static str,
    /// The topics it may say.
    #[serde(borrow)]
    pub says: Vec<&'static str>,
}

/// All stages of an installation.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Wiring {
    /// In the order they were added.
    pub stages: Vec<Place>,
}

impl Wiring {
    /// The wiring of the checked-in `infra/terraform/wiring.json`. A deployed function knows its own stages only, and yet
    /// has to send what they say to the queues of others.
    ///
    /// # Errors
    ///
    /// If the file is not what `cargo xtask wiring` writes.
    pub fn installed() -> serde_json::Result<Self> {
        serde_json::from_str(INSTALLED)
    }

    /// With one more stage, hosted by the crate `function`.
    #[must_use]
    pub fn with<S: Stage>(mut self, function: &'static str) -> Self {
        let says = S::Out::TOPICS.to_vec();
        self.stages.push(Place { function, stage: S::NAME, hears: S::In::TOPIC, says });
        self
    }

    /// The stages that hear a topic.
    pub fn listeners<'a>(&'a self, topic: &'a str) -> impl Iterator<Item = &'static str> + 'a {
        self.stages.iter().filter(move |place| place.hears == topic).map(|place| place.stage)
    }

    /// The stages that may say a topic.
    pub fn speakers<'a>(&'a self, topic: &'a str) -> impl Iterator<Item = &'static str> + 'a {
        self.stages.iter().filter(move |place| place.says.contains(&topic)).map(|place| place.stage)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_generated_is_understood() {
        let installed = Wiring::installed().expect("is what cargo xtask wiring writes");
        assert!(installed.stages.len() > 10);
        let heard: Vec<&str> = installed.listeners("snapshot-taken.v1").collect();
        assert_eq!(heard, ["metadata", "change_detection"]);
        let said: Vec<&str> = installed.speakers("triage-consumer.v1").collect();
        assert_eq!(said, ["change_detection", "issue_commands"]);
    }

    #[test]
    fn a_file_that_lacks_something_is_refused() {
        let cases = [
            ("{}", "missing field `stages`"),
            (r#"{"stages":[{"stage":"a","hears":"b.v1","says":[]}]}"#, "missing field `function`"),
            (r#"{"stages":[{"function":"x","stage":"a","hears":"b.v1","says":"c.v1"}]}"#, "expected a sequence"),
        ];
        for (text, expected) in cases {
            let error = serde_json::from_str::<Wiring>(text).expect_err("is refused").to_string();
            assert!(error.contains(expected), "{error}");
        }
    }
}
