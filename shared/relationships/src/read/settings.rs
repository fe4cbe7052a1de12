//! `notification_settings`: what is left out keeps its default.

use super::{Read, repo_name, shown, texts, urgency};
use crate::model::{Action, Dashboards, NotificationSettings, Threshold};
use crate::problem::Problems;
use crate::value::{Fields, Value};
use crate::words::{self, SCHEDULES};

pub(super) fn notification_settings(value: &Value<'_>, problems: &mut Problems) -> Read<NotificationSettings> {
    let mut settings = NotificationSettings::default();
    let mut fields = Fields::of(value)?;
    if let Some(all) = fields.take("default_urgency_thresholds", problems) {
        for (word, entry) in all.members()? {
            let Some(urgency) = urgency(&word, &entry, problems) else { continue };
            let read = threshold(&entry, Threshold::default_for(urgency), problems)?;
            settings.default_urgency_thresholds.insert(urgency, read);
        }
    }
    if let Some(schedule) = fields.take("digest_schedule", problems) {
        let word = schedule.text()?;
        if SCHEDULES.contains(&word.as_str()) {
            settings.digest_schedule = word;
        } else {
            let hint = words::hint(&word, SCHEDULES);
            problems.add(|| schedule.error(format!("unknown schedule {}; {hint}; weekly is used", shown(&word))));
        }
    }
    if let Some(most) = fields.take("max_open_issues_per_repo", problems) {
        settings.max_open_issues_per_repo = most.number(1, 1000)?;
    }
    if let Some(seconds) = fields.take("settle_seconds", problems) {
        settings.settle_seconds = seconds.number(0, 86_400)?;
    }
    if let Some(least) = fields.take("pull_request_fail_on", problems) {
        settings.pull_request_fail_on = urgency(&least.text()?, &least, problems);
    }
    if let Some(wanted) = fields.take("dashboard", problems) {
        settings.dashboard = dashboards(&wanted, problems)?;
    }
    fields.finish(problems);
    Ok(settings)
}

fn dashboards(value: &Value<'_>, problems: &mut Problems) -> Read<Dashboards> {
    let Ok(items) = value.items() else { return Ok(Dashboards::All(value.flag()?)) };
    let mut these = Vec::new();
    for item in items {
        these.extend(repo_name(&item.text()?, &item, problems));
    }
    Ok(Dashboards::Only(these))
}

fn threshold(value: &Value<'_>, mut threshold: Threshold, problems: &mut Problems) -> Read<Threshold> {
    let mut fields = Fields::of(value)?;
    if let Some(word) = fields.take("action", problems) {
        threshold.action = action(&word, threshold.action, problems)?;
    }
    if let Some(labels) = fields.take("labels", problems) {
        threshold.labels = texts(Some(labels))?;
    }
    if let Some(flag) = fields.take("notify_webhook", problems) {
        threshold.notify_webhook = flag.flag()?;
    }
    fields.finish(problems);
    Ok(threshold)
}

fn action(value: &Value<'_>, silent: Action, problems: &mut Problems) -> Read<Action> {
    let word = value.text()?;
    Ok(match word.as_str() {
        "create_issue_immediately" => Action::CreateIssueImmediately,
        "create_issue" => Action::CreateIssue,
        "add_to_digest" => Action::AddToDigest,
        _ => {
            let known = ["create_issue_immediately", "create_issue", "add_to_digest"];
            let hint = words::hint(&word, &known);
            problems.add(|| value.error(format!("unknown action {}; {hint}; the default is used", shown(&word))));
            silent
        }
    })
}
