//! Amounts as configuration writes them: times, sizes of memory, shares of a processor.

/// A time in milliseconds: `30`, `1.5`, `30s`, `500ms`, `5m`, `2min`, `1h30m`. A number alone counts in seconds. None for
/// everything else, a variable among them.
pub fn milliseconds(text: &str) -> Option<u64> {
    let mut rest = text.trim();
    if rest.is_empty() {
        return None;
    }
    let mut sum: f64 = 0.0;
    while !rest.is_empty() {
        let (amount, tail) = leading(rest)?;
        let end = tail.find(|c: char| c.is_ascii_digit()).unwrap_or(tail.len());
        let unit = match tail[..end].trim().to_ascii_lowercase().as_str() {
            "" | "s" | "sec" | "secs" | "second" | "seconds" => 1_000.0,
            "ms" | "msec" | "millis" | "milliseconds" => 1.0,
            "m" | "min" | "mins" | "minute" | "minutes" => 60_000.0,
            "h" | "hour" | "hours" => 3_600_000.0,
            _ => return None,
        };
        sum += amount * unit;
        rest = &tail[end..];
    }
    whole(sum)
}

/// A size in bytes: `512Mi`, `2Gi`, `2G`, `512m`, `1073741824`. A small number alone is in MiB, as functions have it.
pub fn bytes(text: &str) -> Option<u64> {
    let (amount, unit) = leading(text.trim())?;
    let factor = match unit.trim().to_ascii_lowercase().as_str() {
        "" if amount < 100_000.0 => 1024.0 * 1024.0,
        "" | "b" => 1.0,
        "k" | "kb" => 1e3,
        "ki" | "kib" => 1024.0,
        "m" | "mb" | "mi" | "mib" => 1024.0 * 1024.0,
        "g" | "gb" | "gi" | "gib" => 1024.0 * 1024.0 * 1024.0,
        "t" | "tb" | "ti" | "tib" => 1024.0 * 1024.0 * 1024.0 * 1024.0,
        _ => return None,
    };
    whole(amount * factor)
}

/// Thousandths of a processor: `2`, `0.5`, `500m`.
pub fn millicores(text: &str) -> Option<u64> {
    let (amount, unit) = leading(text.trim())?;
    match unit.trim() {
        "" => whole(amount * 1_000.0),
        "m" => whole(amount),
        _ => None,
    }
}

/// A whole number, `_` between its digits or not; `8k` is 8,192 as lengths of contexts are counted.
pub fn count(text: &str) -> Option<u64> {
    let text = text.trim().replace('_', "");
    match text.strip_suffix(['k', 'K']) {
        Some(thousands) => thousands.parse::<u64>().ok()?.checked_mul(1_024),
        None => text.parse().ok(),
    }
}

/// The number at the beginning, and what follows it.
fn leading(text: &str) -> Option<(f64, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let digits = text.get(..end.min(18))?;
    Some((digits.parse().ok()?, &text[end..]))
}

fn whole(amount: f64) -> Option<u64> {
    // At most 18 digits times a TiB, so the question is only whether it is a number that we can compare.
    (amount.is_finite() && amount <= 9e15).then(|| {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "neither negative nor too large, as the line above and `leading` see to"
        )]
        let whole = amount.round() as u64;
        whole
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_as_they_are_written() {
        let mib = 1024 * 1024;
        let times = [
            ("300", Some(300_000)),
            ("300s", Some(300_000)),
            ("1.5", Some(1_500)),
            ("500ms", Some(500)),
            ("5m", Some(300_000)),
            ("1h30m", Some(5_400_000)),
            ("10 s", Some(10_000)),
            ("$T", None),
            ("", None),
            ("ä", None),
            ("5 apples", None),
            ("..", None),
        ];
        for (text, expected) in times {
            assert_eq!(milliseconds(text), expected, "{text}");
        }
        for (text, expected) in
            [("512Mi", Some(512 * mib)), ("2G", Some(2048 * mib)), ("256", Some(256 * mib)), ("x", None), ("1Qi", None)]
        {
            assert_eq!(bytes(text), expected, "{text}");
        }
        for (text, expected) in [("2", Some(2_000)), ("0.5", Some(500)), ("250m", Some(250)), ("2 cores", None)] {
            assert_eq!(millicores(text), expected, "{text}");
        }
        for (text, expected) in [("8k", Some(8_192)), ("32_768", Some(32_768)), ("-1", None), ("1.5", None)] {
            assert_eq!(count(text), expected, "{text}");
        }
        assert_eq!(bytes(&"9".repeat(400)), None);
    }
}
