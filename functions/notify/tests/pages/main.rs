//! What people read: issue bodies as snapshots.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod hostile;
mod judge;
mod preview;
mod sample;

use insta::assert_snapshot;
use notify::{Body, Frame, Links, render};

/// Title, labels and body as one text.
fn text(body: &Body) -> String {
    format!("{}\n[{}]\n\n{}", body.title, body.labels.join(", "), body.body)
}

fn labels(labels: &[&str]) -> Vec<String> {
    labels.iter().map(|&l| l.to_owned()).collect()
}

#[test]
fn a_moved_route_confirmed() {
    let verdict = sample::moved_route();
    let labels = labels(&["dependency", "urgent", "breaking-change"]);
    let frame = Frame {
        run: &sample::run(),
        change: &sample::change(),
        updated_at: None,
        links: &sample::github(),
        labels: &labels,
        config_url: Some("https://github.com/acme/platform/blob/main/config/relationships.json"),
        owners: &sample::owners(),
    };
    assert_snapshot!(text(&render(&verdict, &verdict.findings[0], &frame)));
}

#[test]
fn a_moved_route_between_local_repositories() {
    let verdict = sample::moved_route();
    let labels = labels(&["dependency"]);
    let links = Links { web: "https://github.com".to_owned(), source: false, target: false };
    let frame = Frame {
        run: &sample::run(),
        change: &sample::change(),
        updated_at: None,
        links: &links,
        labels: &labels,
        config_url: None,
        owners: &[],
    };
    assert_snapshot!(text(&render(&verdict, &verdict.findings[0], &frame)));
}

#[test]
fn an_environment_variable_to_check_first() {
    let verdict = sample::renamed_variable();
    let labels = labels(&["dependency", "important"]);
    let frame = Frame {
        run: &sample::run(),
        change: &sample::change(),
        updated_at: None,
        links: &sample::github(),
        labels: &labels,
        config_url: None,
        owners: &[],
    };
    assert_snapshot!(text(&render(&verdict, &verdict.findings[0], &frame)));
}

#[test]
fn a_template_fix_that_applies_cleanly() {
    let verdict = sample::template_fix();
    let labels = labels(&["dependency", "enhancement"]);
    let frame = Frame {
        run: &sample::run(),
        change: &sample::change(),
        updated_at: None,
        links: &sample::github(),
        labels: &labels,
        config_url: None,
        owners: &[],
    };
    assert_snapshot!(text(&render(&verdict, &verdict.findings[0], &frame)));
}

#[test]
fn a_template_conflict_written_anew() {
    let verdict = sample::template_conflict();
    let labels = labels(&["dependency"]);
    let (run, change, links) = (&sample::run(), &sample::change(), &sample::github());
    let updated_at = Some(1_795_177_060_000);
    let frame = Frame { run, change, updated_at, links, labels: &labels, config_url: None, owners: &[] };
    assert_snapshot!(text(&render(&verdict, &verdict.findings[0], &frame)));
}

/// No name of a file, however odd, is anything but a name in a command that people paste.
#[test]
fn commands_name_files_and_do_nothing_else() {
    for (path, shown) in [
        ("deploy/my file.yml", Some("-- 'deploy/my file.yml' |")),
        ("$(reboot).yml", Some("-- '$(reboot).yml' |")),
        ("it's;rm -rf ~", Some(r"-- 'it'\''s;rm -rf ~' |")),
        ("-x", Some("-- '-x' |")),
        (":(top)x", None),
        ("a\nrm b", None),
        ("```\nx", None),
    ] {
        let mut verdict = sample::template_conflict();
        verdict.findings[0].element = format!("file:{path}");
        verdict.findings[0].dependent[0].path = path.to_owned();
        let (run, change, links) = (&sample::run(), &sample::change(), &sample::github());
        let frame = Frame { run, change, updated_at: None, links, labels: &[], config_url: None, owners: &[] };
        let body = render(&verdict, &verdict.findings[0], &frame).body;
        let command = body.lines().find(|line| line.starts_with("git diff "));
        assert_eq!(command.is_some(), shown.is_some(), "{path:?} {body}");
        assert!(shown.is_none_or(|shown| command.is_some_and(|line| line.contains(shown))), "{path:?} {body}");
    }
}

#[test]
fn what_is_too_long_is_left_out_and_the_marker_never() {
    let mut verdict = sample::moved_route();
    let labels = labels(&["dependency"]);
    let finding = &mut verdict.findings[0];
    finding.patch = Some("+ everything\n".repeat(100_000));
    let span = finding.dependent[0].clone();
    finding.dependent = (1..500).map(|n| contracts::fact::Span { start: n, end: n, ..span.clone() }).collect();
    for span in &mut finding.dependent {
        span.quote = "x".repeat(100_000);
        span.path = format!("{}/{}", "very/long/".repeat(300), span.path);
    }
    finding.change = "`y` ".repeat(50_000);
    finding.title = "z".repeat(50_000);
    verdict.trace = vec![contracts::verdict::Step { step: "s".repeat(9000), result: "r|`".repeat(9000) }; 400];
    let finding = &verdict.findings[0];
    let frame = Frame {
        run: &sample::run(),
        change: &sample::change(),
        updated_at: None,
        links: &sample::github(),
        labels: &labels,
        config_url: None,
        owners: &[],
    };
    let body = render(&verdict, finding, &frame);
    assert!(body.body.chars().count() <= 58_000, "{}", body.body.chars().count());
    assert!(body.title.chars().count() <= 72);
    let marker = format!("<!-- downstream:v1 fp={} run={} ", finding.fingerprint, sample::run());
    assert!(body.body.lines().last().unwrap().starts_with(&marker));
    assert!(body.body.contains("…and 487 more"), "{}", body.body);
    assert!(body.body.contains("too long for an issue"));
}
