//! Durable, signature-checked acknowledgements a second, beside servers that do less.

use std::path::Path;

use crate::load;
use crate::numbers::median;
use crate::servers::{Kind, Server};
use crate::table::{Bound, Table};

const REQUESTS: usize = 20_000;
/// Alternating rounds: a slow moment of the machine hits all kinds alike.
const ROUNDS: usize = 5;

pub fn measure(tmpfs: &Path, table: &mut Table) -> anyhow::Result<()> {
    let requests = load::requests(REQUESTS)?;
    let kinds =
        [(Kind::Bare, false), (Kind::Ours, false), (Kind::Locked, false), (Kind::Node, false), (Kind::Ours, true)];
    let mut figures: [Vec<f64>; 5] = Default::default();
    for _ in 0..ROUNDS {
        for (at, (kind, in_memory)) in kinds.into_iter().enumerate() {
            // A folder of its own a round: what was acknowledged once would be a repeat.
            let folder = if in_memory { tempfile::tempdir_in(tmpfs)? } else { tempfile::tempdir_in(".")? };
            let server = Server::start(kind, folder.path())?;
            figures[at].push(load::run(server.address, &requests)?);
        }
    }
    let [bare, ours, locked, node, in_memory] = figures.map(median);
    let unit = "acks/s";
    table.row("durable acks, disk ÷ bare axum", (ours, unit), (bare, unit), Bound::AtLeast(0.4));
    table.row("durable acks, tmpfs ÷ bare axum", (in_memory, unit), (bare, unit), Bound::AtLeast(0.6));
    table.row(
        "durable acks, disk ÷ one fsync a request under a lock",
        (ours, unit),
        (locked, unit),
        Bound::AtLeast(3.0),
    );
    table.row("durable acks, disk ÷ Node, signature only", (ours, unit), (node, unit), Bound::AtLeast(1.5));
    Ok(())
}
