//! Who hears what, read from the stages' types.

use contracts::Message;
use serde::Serialize;
use stage::{Says, Stage};

/// One stage's place in the river.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Place {
    /// The stage: its queue, its function, its key in `pipeline.yaml`.
    pub stage: &'static str,
    /// The topic it hears.
    pub hears: &'static str,
    /// The topics it may say.
    pub says: &'static [&'static str],
}

/// All stages of an installation.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Wiring {
    /// In the order they were added.
    pub stages: Vec<Place>,
}

impl Wiring {
    /// With one more stage.
    #[must_use]
    pub fn with<S: Stage>(mut self) -> Self {
        self.stages.push(Place { stage: S::NAME, hears: S::In::TOPIC, says: S::Out::TOPICS });
        self
    }

    /// The stages that hear a topic.
    pub fn listeners<'a>(&'a self, topic: &'a str) -> impl Iterator<Item = &'static str> + 'a {
        self.stages.iter().filter(move |place| place.hears == topic).map(|place| place.stage)
    }
}
