//! Measuring: medians, processor time, memory, and what the disk can do.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

/// The middle of some figures.
pub fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}

/// What one `fdatasync` after a 4 KiB append costs in a folder: the median of many.
pub fn fdatasync(folder: &Path) -> anyhow::Result<Duration> {
    let mut file = File::create(folder.join("fdatasync"))?;
    let block = [7_u8; 4096];
    let mut figures = Vec::new();
    for _ in 0..400 {
        let started = Instant::now();
        file.write_all(&block)?;
        file.sync_data()?;
        figures.push(started.elapsed().as_secs_f64());
    }
    Ok(Duration::from_secs_f64(median(figures)))
}

/// Processor time of this process and its living children, in seconds.
pub fn processor_time() -> f64 {
    own_and_children().iter().map(|pid| ticks(pid) / CLOCK_TICKS).sum()
}

/// Peak resident memory of this process and its living children, in bytes: an upper bound, for the peaks need not
/// have been at the same moment.
pub fn peak_memory() -> f64 {
    own_and_children().iter().map(|pid| status_kilobytes(pid, "VmHWM:") * 1024.0).sum()
}

/// `sysconf(_SC_CLK_TCK)` is 100 on every Linux (proc(5)).
const CLOCK_TICKS: f64 = 100.0;

fn own_and_children() -> Vec<String> {
    let own = std::process::id().to_string();
    let mut all = vec![own.clone()];
    for entry in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
        let pid = entry.file_name().to_string_lossy().into_owned();
        if pid.bytes().all(|b| b.is_ascii_digit()) && fields(&pid).get(1) == Some(&own) {
            all.push(pid);
        }
    }
    all
}

/// The fields of `/proc/<pid>/stat` after the program's name: state, parent, …
fn fields(pid: &str) -> Vec<String> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let after = stat.rsplit_once(") ").map(|(_, rest)| rest).unwrap_or_default();
    after.split(' ').map(str::to_owned).collect()
}

/// User and system time: fields 14 and 15 of proc_pid_stat(5).
fn ticks(pid: &str) -> f64 {
    let fields = fields(pid);
    let field = |n: usize| fields.get(n).and_then(|f| f.parse::<f64>().ok()).unwrap_or(0.0);
    field(11) + field(12)
}

fn status_kilobytes(pid: &str, name: &str) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
    line.split_whitespace().next().and_then(|n| n.parse().ok()).unwrap_or(0.0)
}
