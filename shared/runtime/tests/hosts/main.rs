//! The same scenarios through all three hosts end in the same world.
//!
//! Every host runs the same two stages on the same messages: well, repeated, failing once, hanging once, panicking once,
//! ending the process once, failing between what is saved and what is sent, refused, unreadable, of a newer version, too
//! large for a queue, and many in one batch. Lambda is driven by its own interface and batches of SQS, Cloud Run by pushes
//! with signed tokens; what the store, the dead letters and the next queue hold in the end must be equal.

mod cloud_run;
mod driver;
mod function;
mod lambda;
mod local;
mod scenario;
mod world;

#[tokio::test(flavor = "multi_thread")]
async fn the_hosts_end_in_the_same_world() {
    let local = local::play().await;
    assert!(local.contains("structure") && local.contains("it balks"), "{local}");
    let lambda = lambda::play().await;
    pretty(&local, &lambda, "Lambda");
    let cloud_run = cloud_run::play().await;
    pretty(&local, &cloud_run, "Cloud Run");
}

/// Only what differs: a world is long.
fn pretty(local: &str, other: &str, host: &str) {
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<std::collections::BTreeSet<String>>();
    let (local, other) = (lines(local), lines(other));
    let missing: Vec<_> = local.difference(&other).collect();
    let more: Vec<_> = other.difference(&local).collect();
    assert!(missing.is_empty() && more.is_empty(), "{host} lacks {missing:#?} and has {more:#?}");
}
