//! The pages: plain HTML without scripts, everything in them escaped.

use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use serde_json::Value;

use super::desk::{Desk, Told};

/// The one style sheet.
pub(super) const STYLE: &str = include_str!("page.css");

/// Why each permission is asked for, by GitHub's name for it.
const REASONS: [(&str, &str); 5] = [
    ("checks", "a check on a pull request says what it means downstream"),
    ("contents", "read the code of the repositories that you choose; nothing is ever pushed"),
    ("issues", "file findings, keep them up to date, hear commands"),
    ("metadata", "names and branches; GitHub gives it to every App"),
    ("pull_requests", "one comment on a pull request, brought up to date"),
];

/// The button.
pub(super) fn start(action: &str, manifest: &Value) -> Response {
    let permissions = manifest["default_permissions"].as_object().into_iter().flatten();
    let row = |(name, level): (&String, &Value)| {
        let reason = REASONS.iter().find(|(known, _)| known == name).map_or("", |(_, reason)| reason);
        let (name, level) = (escape(&name.replace('_', " ")), escape(level.as_str().unwrap_or_default()));
        format!("<tr><th scope=\"row\">{name}</th><td>{level}</td><td>{}</td></tr>", escape(reason))
    };
    let rows: String = permissions.map(row).collect();
    let events = match manifest["hook_attributes"]["active"].as_bool() {
        Some(true) => {
            let url = escape(manifest["hook_attributes"]["url"].as_str().unwrap_or_default());
            format!("Events are delivered to <code>{url}</code>, signed.")
        }
        _ => "No events are delivered: this machine cannot be reached from outside.".to_owned(),
    };
    let (action, manifest) = (escape(action), escape(&manifest.to_string()));
    let body = format!(
        "<h1>Register a GitHub App for Downstream</h1>\
         <p>The App belongs to you alone. Downstream then asks GitHub as this App, with a token for one repository and one \
         permission at a time, instead of a token of yours.</p>\
         <form method=\"post\" action=\"{action}\"><input type=\"hidden\" name=\"manifest\" value=\"{manifest}\">\
         <button type=\"submit\">Register on GitHub</button></form>\
         <p class=\"dim\">GitHub shows the name and asks once more. Then it leads you back here, and the key is stored on this \
         machine, readable by you alone.</p>\
         <h2>What the App may do, where you install it</h2><table>{rows}</table>\
         <p class=\"dim\">{events}</p>"
    );
    page(StatusCode::OK, "Register a GitHub App", "", &body)
}

/// What somebody who comes back from GitHub is told.
pub(super) fn told(desk: &Desk, told: &Told) -> Response {
    match told {
        Told::Done(app) => {
            let (slug, link) = (escape(&app.slug), escape(&app.install_link()));
            let body = format!(
                "<h1>{slug} is registered</h1><p>Its key is stored on this machine. One step is left: choose the \
                 repositories that it may see.</p><p><a class=\"go\" rel=\"noreferrer\" href=\"{link}\">Install it</a></p>\
                 <h2>Then</h2><ol><li>Choose <em>Only select repositories</em>, and those that \
                 <code>relationships.json</code> names.</li><li><code>downstream doctor</code> says where it is \
                 missing.</li></ol><p class=\"dim\">This page can be closed; the terminal says the same.</p>"
            );
            page(StatusCode::OK, "Registered", "", &body)
        }
        Told::NotOurs => message(
            StatusCode::BAD_REQUEST,
            "This answer belongs to another set-up",
            "It was not asked for here, or not by this browser. Nothing was stored. Open the address that the terminal \
             shows, in this browser, and press the button again.",
        ),
        Told::Over => message(
            StatusCode::CONFLICT,
            "This set-up is over",
            "It ended before with another answer of GitHub's. If GitHub registered a second App, delete it there: its key \
             was not stored.",
        ),
        Told::Again(why) => message(
            StatusCode::BAD_GATEWAY,
            "GitHub does not answer",
            &format!("{why}. Load this page again in a moment: the code is good for one hour."),
        ),
        Told::Failed(why) => message(
            StatusCode::GONE,
            "It did not work",
            &format!(
                "{why}. Nothing was stored. If {} registered an App, delete it there, then run the command again.",
                desk.wish.web_url
            ),
        ),
    }
}

/// A page that says one thing that went wrong.
pub(super) fn message(status: StatusCode, title: &str, text: &str) -> Response {
    page(status, title, "bad", &format!("<h1>{}</h1><p>{}</p>", escape(title), escape(text)))
}

fn page(status: StatusCode, title: &str, class: &str, body: &str) -> Response {
    let title = escape(title);
    let html = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width, initial-scale=1\"><title>{title} · Downstream</title>\
         <link rel=\"stylesheet\" href=\"/style.css\"></head><body><main class=\"{class}\"><p class=\"mark\">Downstream · \
         setup github</p>{body}</main></body></html>"
    );
    (status, Html(html)).into_response()
}

fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c if c.is_control() => safe.push(' '),
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_permission_that_is_asked_for_has_its_reason() {
        let named: Vec<&str> = REASONS.iter().map(|(name, _)| *name).collect();
        let asked: Vec<&str> = github::app_permissions().iter().map(|p| p.name).collect();
        assert_eq!(named, asked);
    }

    #[test]
    fn nothing_leaves_its_place() {
        assert_eq!(escape("<a href='x' title=\"&\">\u{7}"), "&lt;a href=&#39;x&#39; title=&quot;&amp;&quot;&gt; ");
    }
}
