//! One embed. Discord refuses more than 256 characters of title, 4,096 of description, 1,024 of a field's value.

use contracts::verdict::Urgency;
use serde_json::{Value, json};

use super::{News, Told};
use crate::inert::one_line;

pub(super) fn payload(told: &Told<'_>) -> Value {
    let finding = told.finding;
    let urgency = match told.news {
        News::Resolved => "resolved",
        News::New | News::Worse => finding.urgency.as_str(),
    };
    let field = |name: &str, value: &str| json!({ "name": name, "value": value, "inline": true });
    let mut embed = json!({
        "title": one_line(&told.headline(), 250),
        "description": description(told),
        "color": colour(told),
        "fields": [
            field("Urgency", urgency),
            field("Evidence", &format!("{}, {} places", finding.tier.as_str(), finding.dependent.len())),
        ],
        "footer": { "text": footer(told) },
    });
    // Embeds with one address are folded into one: each finding has its own, its issue's.
    if let Some(url) = told.issue_url() {
        embed["url"] = json!(url);
    }
    if let Ok(at) = jiff::Timestamp::from_millisecond(told.context.msg.body.change.reported_at) {
        embed["timestamp"] = json!(at.to_string());
    }
    json!({ "username": "downstream", "allowed_mentions": { "parse": [] }, "embeds": [embed] })
}

fn description(told: &Told<'_>) -> String {
    let link = |text: String, url: Option<String>| url.map_or(text.clone(), |url| format!("[{text}]({url})"));
    let mut text = format!("**{}**: {}", plain(told.source().as_str(), 210), plain(&told.finding.change, 600));
    if let Some((short, url)) = told.commit() {
        text = format!("{text} ({})", link(short, url));
    }
    text = format!("{text}\n{}\n", plain(&told.finding.consequence, 600));
    for (place, url) in told.places() {
        text = format!("{text}\n{}", link(plain(&place, 120), url));
    }
    if let Some(url) = told.issue_url() {
        text = format!("{text}\n\n[Issue]({url})");
    }
    one_size(text)
}

fn footer(told: &Told<'_>) -> String {
    let verdict = told.context.verdict();
    let text = format!("{} · {} · fp {}", verdict.relationship, told.finding.rule, told.finding.fingerprint);
    one_line(&text, 300)
}

fn colour(told: &Told<'_>) -> u32 {
    match (told.news, told.finding.urgency) {
        (News::Resolved, _) => 0x002E_CC71,
        (_, Urgency::Critical) => 0x00E7_4C3C,
        (_, Urgency::High) => 0x00E6_7E22,
        (_, Urgency::Medium | Urgency::Low) => 0x0034_98DB,
    }
}

/// Text with its markup escaped, mentions and addresses broken.
fn plain(text: &str, most: usize) -> String {
    let mut out = String::new();
    for c in one_line(text, most).chars() {
        match c {
            '\\' | '`' | '*' | '_' | '~' | '|' | '[' | ']' | '(' | ')' | '<' | '>' | '#' => out.extend(['\\', c]),
            '@' => out.extend([c, '\u{200b}']),
            ':' => out.extend([c, '\u{200b}']),
            c => out.push(c),
        }
    }
    out
}

/// A cut inside a link would break it; with the caps above this never happens, and Discord would refuse the rest.
fn one_size(text: String) -> String {
    if text.chars().count() <= 4096 { text } else { text.chars().take(4000).collect::<String>() + "…" }
}
