//! Blocks. Slack refuses more than 150 characters of header, 3,000 of a section, 50 blocks.

use serde_json::{Value, json};

use super::{News, Told};
use crate::inert::one_line;

pub(super) fn payload(told: &Told<'_>) -> Value {
    let finding = told.finding;
    let urgency = match told.news {
        News::Resolved => "resolved",
        News::New | News::Worse => finding.urgency.as_str(),
    };
    let mut fields = vec![
        mrkdwn(format!("*Urgency*\n{urgency}")),
        mrkdwn(format!("*Evidence*\n{}, {} places", finding.tier.as_str(), finding.dependent.len())),
    ];
    if let Some(url) = told.issue_url() {
        fields.push(mrkdwn(format!("*Issue*\n<{}|open>", escape(url, 1000))));
    }
    let verdict = told.context.verdict();
    let small = format!("{} · {} · fp {}", verdict.relationship, finding.rule, finding.fingerprint);
    json!({
        // What notifications and screen readers say.
        "text": escape(&format!("{urgency}: {}", told.headline()), 300),
        "unfurl_links": false,
        "blocks": [
            { "type": "header", "text": { "type": "plain_text", "text": one_line(&told.headline(), 145), "emoji": false } },
            { "type": "section", "text": mrkdwn(story(told)) },
            { "type": "section", "fields": fields },
            { "type": "context", "elements": [mrkdwn(escape(&small, 300))] },
        ],
    })
}

fn story(told: &Told<'_>) -> String {
    let link = |text: String, url: Option<String>| url.map_or(text.clone(), |url| format!("<{url}|{text}>"));
    let mut text = format!("*{}*: {}", escape(told.source().as_str(), 210), escape(&told.finding.change, 300));
    if let Some((short, url)) = told.commit() {
        text = format!("{text} ({})", link(short, url));
    }
    text = format!("{text}\n{}", escape(&told.finding.consequence, 300));
    for (place, url) in told.places() {
        let line = format!("\n• {}", link(escape(&place, 120), url));
        if text.chars().count() + line.chars().count() < 2900 {
            text.push_str(&line);
        }
    }
    text
}

/// `verbatim`: Slack turns no address or name into a link by itself.
fn mrkdwn(text: String) -> Value {
    json!({ "type": "mrkdwn", "text": text, "verbatim": true })
}

/// Slack's own three escapes; without `<` there is no mention and no link. A bar would part an address from its text.
fn escape(text: &str, most: usize) -> String {
    let text = one_line(text, most);
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('|', "¦")
}
