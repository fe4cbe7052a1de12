//! Repositories that cannot be read, reported with their own diff.

use contracts::messages::ChangeReported;

use crate::{World, hunk, nowhere};

#[tokio::test]
async fn the_reporter_s_diff_stands_in() {
    let world = World::new().await;
    let commit = world.origin.commit(&[("a", "1\n")]);
    let at = |url: &str| ChangeReported { url: url.to_owned(), ..world.report(None, Some(&commit)) };
    let summary = format!("{}\nsecond line", "s".repeat(900));
    let cases = [
        at("/nowhere/at/all"),
        at("ssh://github.com/o/r"),
        at("https://user:pass@h/r"),
        world.report(None, Some(&nowhere())),
        ChangeReported { git_ref: "refs/heads/gone".to_owned(), ..world.report(None, None) },
    ];
    for mut report in cases {
        report.summary = summary.clone();
        report.files = vec![hunk("x.py", "M"), hunk("../out", "M"), hunk("gone.py", "D")];
        let (taken, record) = world.hear_well(&report).await;
        assert!(record.is_none(), "nothing is known of the repository itself");
        assert!(taken.change.partial);
        assert_eq!((&taken.change.before, &taken.change.after), (&None, &None));
        assert_eq!(taken.change.summary, "s".repeat(500));
        let before = taken.before.unwrap();
        assert_eq!(world.text(&before, "x.py").await.as_deref(), Some("\nold\n"));
        assert_eq!(world.text(&taken.after, "x.py").await.as_deref(), Some("\nnew\n"));
        assert_eq!(world.text(&before, "gone.py").await.as_deref(), Some("\nold\n"));
        assert_eq!(world.text(&taken.after, "gone.py").await, None);
    }
}
