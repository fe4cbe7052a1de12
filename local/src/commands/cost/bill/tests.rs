use super::*;
use crate::counted::Totals;

/// Ten pushes of eight messages of 2,000 bytes, 40 ms each, with ten puts and thirty reads a push.
fn usage() -> Usage {
    let objects = blobs::Counts { puts: 100, put_bytes: 1_000_000, gets: 250, get_bytes: 0, heads: 20, remembered: 30 };
    let store = store::Counts { reads: 20, writes: 100 };
    Usage {
        pushes: 10,
        stages: [("metadata".to_owned(), vec![40; 70]), ("code_analysis".to_owned(), vec![40; 10])].into(),
        messages: 80,
        message_bytes: 160_000,
        requests: Totals { objects, store, sent: 80, sent_bytes: 160_000 },
    }
}

fn near(line: &Line, amount: f64, usd: f64) {
    let is_near = |a: f64, b: f64| (a - b).abs() <= b.abs() * 1e-3 + 1e-12;
    assert!(is_near(line.amount, amount) && is_near(line.usd, usd), "{line:?}, expected {amount} and {usd}");
}

#[test]
fn a_bill_is_what_a_pocket_calculator_says() {
    let prices = Prices::committed().expect("is understood");
    let pipeline = Pipeline::default();
    // Waiting: (400 × 20 ms + (120 + 80) × 3 ms) / 80 messages = 107.5 ms each.
    let aws = aws(&usage(), &prices, &pipeline);
    near(&aws.lines[0], 9_000.0, 0.0018);
    // metadata: 0.5 GB × (40 ms × 3.455 + 107.5 → 246 ms) × 7,000; code: 2 GB × (40 + 107.5 → 148 ms) × 1,000;
    // webhooks: 0.25 GB × (20 ms × 6.91 → 139 ms) × 1,000.
    let gb_seconds = 0.5 * 0.246 * 7000.0 + 2.0 * 0.148 * 1000.0 + 0.25 * 0.139 * 1000.0;
    near(&aws.lines[1], gb_seconds, gb_seconds * 0.0000133334);
    near(&aws.lines[2], 24_000.0, 0.0096);
    near(&aws.lines[3], 10_000.0, 0.05);
    near(&aws.lines[4], 30_000.0, 0.012);
    near(&aws.lines[5], 0.1 * 90.0 / 30.4, 0.1 * 90.0 / 30.4 * 0.023);
    near(&aws.lines[6], 0.0054, 0.0027);
    assert_eq!(aws.dearest().map(|line| line.what.as_str()), Some("S3 PUT"));
    near(&aws.always_on, 3.0, 3.0 * 730.0 * (0.04048 + 2.0 * 0.004445));
    near(&aws.idle[0], 13.0 * 5.0 * 131_400.0, 3.4164);
    let gcp = gcp(&usage(), &prices, &pipeline);
    near(&gcp.lines[0], 9_000.0, 0.0036);
    // 147.5 ms → 200 ms eight times a push, and 100 ms for the webhook.
    near(&gcp.lines[1], 1_700.0, 0.0408);
    near(&gcp.lines[2], 0.2 * 0.5 * 7000.0 + 0.2 * 2.0 * 1000.0 + 0.1 * 0.5 * 1000.0, 1150.0 * 0.0000025);
    near(&gcp.lines[3], 8_000.0 * 2.0 * 2_200.0 / 1024_f64.powi(4), 8_000.0 * 2.0 * 2_200.0 / 1024_f64.powi(4) * 40.0);
    near(&gcp.always_on, 3.0, 3.0 * 730.0 * 3600.0 * 0.000022);
    for bill in [aws, gcp] {
        assert!((bill.usd - bill.lines.iter().map(|line| line.usd).sum::<f64>()).abs() < 1e-12);
        assert!(bill.pushes_for_always_on() > 100_000.0, "{}", bill.pushes_for_always_on());
    }
}

#[test]
fn twice_the_pushes_cost_the_same_a_thousand() {
    let prices = Prices::committed().expect("is understood");
    let one = usage();
    let mut two = usage();
    two.pushes *= 2;
    two.messages *= 2;
    two.message_bytes *= 2;
    two.stages.values_mut().for_each(|times| times.extend(times.clone()));
    let Totals { objects, store, .. } = two.requests;
    two.requests.objects = blobs::Counts {
        puts: objects.puts * 2,
        put_bytes: objects.put_bytes * 2,
        gets: objects.gets * 2,
        get_bytes: 0,
        heads: objects.heads * 2,
        remembered: objects.remembered * 2,
    };
    two.requests.store = store::Counts { reads: store.reads * 2, writes: store.writes * 2 };
    for bill in [aws, gcp] {
        let (one, two) = (bill(&one, &prices, &Pipeline::default()), bill(&two, &prices, &Pipeline::default()));
        assert!((one.usd - two.usd).abs() < 1e-9, "{} and {}", one.usd, two.usd);
    }
}

#[test]
fn nothing_costs_nothing_and_every_price_is_known() {
    let prices = Prices::committed().expect("is understood");
    for bill in [aws, gcp] {
        let bill = bill(&Usage::default(), &prices, &Pipeline::default());
        assert!(bill.usd.abs() < 1e-12, "{bill:?}");
        assert!(bill.idle.iter().chain(&bill.database).chain([&bill.always_on]).all(|line| line.usd > 0.0), "{bill:?}");
        let named = bill.lines.iter().chain(&bill.idle).chain(&bill.database).chain([&bill.cold]);
        assert!(named.clone().all(|line| line.what.contains(' ')), "{bill:?}");
    }
    for name in ["object_ms", "store_ms", "ingest_ms", "cold_start_ms", "log_bytes", "vcpu_mib", "pollers", "queues"] {
        assert!(prices.assumed(name) > 0.0, "{name}");
    }
    let sources =
        [&prices.aws, &prices.gcp].map(|p| p.unverified().map(|price| price.source.clone()).collect::<Vec<_>>());
    assert!(sources.concat().iter().all(|source| source.starts_with("https://")), "{sources:?}");
}
