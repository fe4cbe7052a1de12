//! What the extraction and the process boundary cost over a bare parse of the same files, in CPU time:
//! `cargo build --release -p syntax --bin parse-worker --example bench`, then `bench PARSE-WORKER FOLDER…`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use contracts::analysis::{FileAnalysis, ParseStatus};
use rustix::time::{ClockId, clock_gettime};
use syntax::{Analyzer, Job, Parsers, Settings, Worker, language_of, parse_only};

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args_os().skip(1).map(PathBuf::from);
    let program = args.next().ok_or("usage: bench PARSE-WORKER FOLDER…")?;
    let jobs: Vec<Job> = args.flat_map(|folder| files(&folder)).filter_map(|path| job(&path)).collect();
    let bytes: usize = jobs.iter().map(|job| job.bytes.len()).sum();
    println!("{} files, {:.1} MB", jobs.len(), bytes as f64 / 1e6);

    let bare =
        measured("bare parse", Duration::ZERO, || jobs.iter().for_each(|job| parse_only(&job.language, &job.bytes)));
    let mut analyzer = Analyzer::default();
    let mut analyses: Vec<FileAnalysis> = Vec::new();
    measured("parse + extraction, one process", bare, || {
        analyses.extend(jobs.iter().map(|job| analyzer.analyze(&job.language, &job.bytes)));
    });
    through_the_pool(program, jobs, bare).await?;
    by_language(&analyses);
    Ok(())
}

async fn through_the_pool(program: PathBuf, jobs: Vec<Job>, bare: Duration) -> Result<(), Box<dyn std::error::Error>> {
    let parsers = Parsers::new(Settings::of(Worker { program, args: Vec::new() }));
    let (clock, own, children) = (Instant::now(), own_cpu(), children_cpu());
    let answers = parsers.parse(jobs, &|_| ()).await?;
    let wall = clock.elapsed();
    drop(parsers);
    // The children's time shows when they have ended and been waited for.
    tokio::time::sleep(Duration::from_millis(300)).await;
    let (own, children) = (own_cpu() - own, children_cpu() - children);
    let total = own + children;
    println!("{:34} {:7.0} ms  {:.2} x", "through the pool", total.as_secs_f64() * 1e3, ratio(total, bare));
    println!("  children {children:?}, parent {own:?}, wall {wall:?}");
    for answer in answers.iter().filter(|answer| matches!(answer.status, ParseStatus::Failed(_))).take(10) {
        println!("  {} of {} lines: {:?}", answer.language, answer.lines, answer.status);
    }
    Ok(())
}

fn measured(what: &str, bare: Duration, work: impl FnOnce()) -> Duration {
    let start = own_cpu();
    work();
    let spent = own_cpu() - start;
    println!("{what:34} {:7.0} ms  {:.2} x", spent.as_secs_f64() * 1e3, ratio(spent, bare));
    spent
}

fn ratio(spent: Duration, bare: Duration) -> f64 {
    if bare.is_zero() { 1.0 } else { spent.as_secs_f64() / bare.as_secs_f64() }
}

fn by_language(analyses: &[FileAnalysis]) {
    let mut counts: BTreeMap<&str, [usize; 7]> = BTreeMap::new();
    for one in analyses {
        let row = counts.entry(&one.language).or_default();
        let faulty = usize::from(one.status != ParseStatus::Parsed);
        let found =
            [1, faulty, one.symbols.len(), one.calls.len(), one.routes.len(), one.env.len(), one.literals.len()];
        row.iter_mut().zip(found).for_each(|(sum, count)| *sum += count);
    }
    println!("{:12}   files  faulty symbols   calls  routes     env literals", "");
    for (language, row) in counts {
        println!("{language:12} {}", row.map(|count| format!("{count:7}")).join(" "));
    }
}

fn own_cpu() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

/// User and system time of children that have ended, in the kernel's ticks of 10 ms.
fn children_cpu() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    let ticks: u64 = fields.skip(13).take(2).filter_map(|field| field.parse::<u64>().ok()).sum();
    Duration::from_millis(ticks * 10)
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut open = vec![folder.to_owned()];
    let mut found = Vec::new();
    while let Some(path) = open.pop() {
        match std::fs::read_dir(&path) {
            Ok(entries) => {
                open.extend(entries.flatten().map(|entry| entry.path()).filter(|path| !path.ends_with(".git")))
            }
            Err(_) => found.push(path),
        }
    }
    found.sort();
    found
}

fn job(path: &Path) -> Option<Job> {
    let bytes = std::fs::read(path).ok().filter(|bytes| bytes.len() < 1 << 20)?;
    let language = language_of(path.to_str()?, &bytes)?;
    Some(Job { language: language.to_owned(), bytes })
}
