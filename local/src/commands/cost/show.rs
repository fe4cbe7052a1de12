//! A bill on a terminal.

use super::bill::{Bill, GOAL_USD, Line, PUSHES, reads};
use super::prices::Prices;
use super::usage::Usage;
use crate::show::Paint;

pub fn print(source: &str, usage: &Usage, bills: &[Bill], prices: &Prices) {
    let paint = Paint::of_stdout();
    println!("{}", paint.bold(&format!("What {} pushes cost", thousands(PUSHES))));
    println!("{}", paint.dim(&format!("{source}; list prices of {}, no free allowances", prices.as_of)));
    println!("{}", paint.dim(&counted(usage)));
    for bill in bills {
        println!();
        print_bill(bill, paint);
    }
    println!();
    notes(prices, paint);
}

/// What a push took, on average.
fn counted(usage: &Usage) -> String {
    let each = |n: u64| n as f64 / usage.pushes.max(1) as f64;
    let ms: u64 = usage.stages.values().flatten().map(|ms| u64::from(*ms)).sum();
    let median: f64 = usage.stages.values().map(|times| median(times) * times.len() as f64).sum();
    let median = median / usage.pushes.max(1) as f64;
    let objects = usage.requests.objects;
    format!(
        "{} {}; each: {:.1} messages of {} bytes, {:.0} ms of work (median {:.0}), {:.1} objects put ({:.1} KiB), {:.1} read, {:.1} requests to the store",
        usage.pushes,
        if usage.pushes == 1 { "push" } else { "pushes" },
        each(usage.messages),
        usage.message_bytes / usage.messages.max(1),
        each(ms),
        median,
        each(objects.puts),
        each(objects.put_bytes) / 1024.0,
        each(reads(usage)),
        each(usage.requests.store.reads + usage.requests.store.writes),
    )
}

/// The middle one: a busy machine moves the mean, and hardly this.
fn median(times: &[u32]) -> f64 {
    let mut times = times.to_vec();
    times.sort_unstable();
    times.get(times.len() / 2).copied().map_or(0.0, f64::from)
}

fn print_bill(bill: &Bill, paint: Paint) {
    let name = format!("{}, {}", bill.provider, bill.region);
    println!("{}{:>10}", paint.bold(&format!("{name:<48}{:>12}", "amount")), "USD");
    for line in &bill.lines {
        row(line);
    }
    let total = format!("  {:<58}{:>10.4}", format!("for {} pushes", thousands(PUSHES)), bill.usd);
    println!("{}  {}", paint.bold(&total), verdict(bill, paint));
    if bill.usd > GOAL_USD
        && let Some(hint) = bill.dearest().and_then(|line| mending(&line.what))
    {
        println!("    {}", paint.dim(&format!("→ {hint}")));
    }
    heading("if every function starts cold for every message, on top", paint);
    row(&bill.cold);
    heading("while nothing happens, a month", paint);
    bill.idle.iter().for_each(row);
    heading("the database, an hour awake", paint);
    bill.database.iter().for_each(row);
    heading("beside it", paint);
    row(&bill.always_on);
    println!(
        "    which is what {} pushes a month cost here, the database aside",
        thousands(bill.pushes_for_always_on())
    );
}

/// What would make a line shorter, by what is sold.
fn mending(what: &str) -> Option<&'static str> {
    let hints = [
        ("PUT", FEWER_OBJECTS),
        ("class A", FEWER_OBJECTS),
        ("GET", FEWER_READS),
        ("class B", FEWER_READS),
        ("GB-seconds", LESS_TIME),
        ("vCPU-seconds", LESS_TIME),
        ("GB-months", "a shorter orchestrator.retention, or smaller documents"),
        ("SQS", "several messages in one send"),
    ];
    hints.into_iter().find(|(part, _)| what.contains(part)).map(|(_, hint)| hint)
}

const FEWER_OBJECTS: &str = "fewer objects a push: small documents in rows of the database, which is awake anyway";
const FEWER_READS: &str = "fewer reads: what a stage needs of a document in its message";
const LESS_TIME: &str = "less time: requests to storage at the same time instead of one after the other";

fn verdict(bill: &Bill, paint: Paint) -> String {
    if bill.usd <= GOAL_USD {
        return paint.green(&format!("within {GOAL_USD}"));
    }
    let dearest =
        bill.dearest().map(|line| format!(", most of it {} ({:.0} %)", line.what, 100.0 * line.usd / bill.usd));
    paint.red(&format!("above {GOAL_USD}{}", dearest.unwrap_or_default()))
}

fn heading(text: &str, paint: Paint) {
    println!("  {}", paint.dim(text));
}

fn row(line: &Line) {
    println!("    {:<44}{:>12}{:>10.4}", line.what, thousands(line.amount), line.usd);
}

/// `12,345`, or a few digits of something small.
fn thousands(number: f64) -> String {
    if number < 10.0 && number.fract() > 0.0 {
        return format!("{number:.3}");
    }
    let digits = format!("{number:.0}");
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn notes(prices: &Prices, paint: Paint) {
    let unverified: Vec<String> = [&prices.aws, &prices.gcp]
        .iter()
        .flat_map(|provider| provider.unverified().map(|price| price.unit.clone()))
        .collect();
    println!("{}", paint.dim(&format!("not verified: {}", unverified.join(" · "))));
    println!("{}", paint.dim("sources: config/prices.json"));
    println!("{}", paint.dim("assumed, not measured:"));
    for assumption in prices.assumptions() {
        println!("  {}", paint.dim(&assumption));
    }
    let awake = "a sweep every ten minutes wakes a database that sleeps after five of them: half of the day, at least";
    println!("{}", paint.dim(awake));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        for (number, text) in [(0.0, "0"), (7.0, "7"), (0.25, "0.250"), (999.6, "1,000"), (8_541_000.0, "8,541,000")] {
            assert_eq!(thousands(number), text);
        }
    }
}
