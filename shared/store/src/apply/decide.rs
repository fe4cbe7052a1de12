//! Decisions with all that belongs to them, as rows.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::Out;
use crate::undecided::Undecided;
use crate::{Decided, Decision};

impl Decision {
    /// About a run's first message, whose id is the run's.
    pub(crate) fn is_first(&self) -> bool {
        self.message.as_str() == self.run.as_str()
    }

    fn status(&self) -> &'static str {
        match self.verdict {
            Decided::Emit(_) => "completed",
            Decided::Rejected(_) | Decided::GivenUp { .. } => "failed",
        }
    }
}

/// The decisions that are the first about their message; all of them answered in `outs`. `made` are those that the store
/// holds already, by message and stage.
pub(super) fn sort(made: Vec<(String, String)>, decisions: Vec<(usize, Decision)>, outs: &mut [Out]) -> Vec<Decision> {
    let mut made: HashSet<(String, String)> = made.into_iter().collect();
    let mut first = Vec::new();
    for (at, decision) in decisions {
        let is_first = made.insert((decision.message.to_string(), decision.stage.clone()));
        outs[at] = Out::Decided(is_first);
        if is_first {
            first.push(decision);
        }
    }
    first
}

/// JSON arrays of rows: of the inbox, decisions, flights that landed, new flights, events, runs that may be over.
pub(super) fn rows(kept: &[Decision], undecided: &Undecided) -> Result<[String; 6], serde_json::Error> {
    let mut decisions = Vec::new();
    for d in kept {
        let body = serde_json::to_string(&d.verdict)?;
        decisions.push(json!([d.message, d.stage, d.run, d.status(), body, d.started_at, d.ended_at, d.attempts]));
    }
    let list = |values: &mut dyn Iterator<Item = Value>| Value::from_iter(values).to_string();
    Ok([
        list(&mut kept.iter().filter(|d| d.is_first()).filter_map(|d| undecided.row(&d.run)).map(Value::from)),
        Value::from(decisions).to_string(),
        list(&mut kept.iter().map(|d| json!([d.run, d.message, d.stage]))),
        list(&mut kept.iter().flat_map(|d| d.children.iter().map(|(id, stage)| json!([d.run, id, stage])))),
        list(&mut kept.iter().map(event)),
        // A run with children in the air cannot be over with this decision.
        list(&mut kept.iter().filter(|d| d.children.is_empty()).map(|d| json!([d.run, d.ended_at]))),
    ])
}

fn event(d: &Decision) -> Value {
    let mut data = json!({ "stage": d.stage, "duration_ms": d.ended_at - d.started_at, "attempts": d.attempts });
    if let Decided::Rejected(why) | Decided::GivenUp { why, .. } = &d.verdict {
        data["error"] = json!(why);
    }
    json!([format!("processing.stage.{}", d.status()), d.run, d.ended_at, data.to_string()])
}
