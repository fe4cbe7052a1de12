//! For everybody else: the shape of Standard Webhooks, one event with its data.

use serde_json::{Value, json};

use super::{News, Told};

pub(super) fn payload(told: &Told<'_>) -> Value {
    let (finding, verdict) = (told.finding, told.context.verdict());
    let at = jiff::Timestamp::from_millisecond(told.context.msg.body.change.reported_at).map(|t| t.to_string()).ok();
    json!({
        "type": kind(told.news),
        "timestamp": at,
        "data": {
            "fingerprint": finding.fingerprint,
            "source": verdict.source,
            "target": verdict.target,
            "relationship": verdict.relationship,
            "rule": finding.rule,
            "element": finding.element,
            "title": finding.title,
            "change": finding.change,
            "consequence": finding.consequence,
            "urgency": finding.urgency,
            "tier": finding.tier,
            "source_commit": verdict.source_commit,
            "target_commit": verdict.target_commit,
            "places": told.places().map(|(place, url)| json!({ "at": place, "url": url })).collect::<Vec<_>>(),
            "issue": told.issue,
        },
    })
}

/// A receiver knows a repeat by the id.
pub(super) fn headers(request: reqwest::RequestBuilder, told: &Told<'_>) -> reqwest::RequestBuilder {
    let evidence = crate::evidence::digest(told.finding);
    let id = format!("msg_{}_{evidence}_{}", told.finding.fingerprint, kind(told.news));
    let seconds = told.context.msg.body.change.reported_at / 1000;
    request.header("webhook-id", id).header("webhook-timestamp", seconds.to_string())
}

fn kind(news: News) -> &'static str {
    match news {
        News::New => "finding.opened",
        News::Worse => "finding.worsened",
        News::Resolved => "finding.resolved",
    }
}
