//! Words and identifiers: what people write, and machines do not draw.

/// Whether every piece of a value is a word, a small number or both: what people name things, not what machines draw.
pub(super) fn is_wordy(value: &str) -> bool {
    let pieces = pieces(value);
    // Words are longer than what is left between the capitals of a random string.
    if value.len() >= 10 && value.len() < pieces.len() * 3 {
        return false;
    }
    if is_scrambled(value) {
        return false;
    }
    let mixed = value.bytes().any(|byte| byte.is_ascii_lowercase());
    pieces.iter().all(|piece| {
        // Among small letters, a long run of capitals is no abbreviation.
        if mixed && piece.len() > 6 && piece.bytes().filter(u8::is_ascii_uppercase).count() > 5 {
            return false;
        }
        let letters = piece.trim_end_matches(|c: char| c.is_ascii_digit());
        piece.len() - letters.len() <= 4 && (letters.is_empty() || is_word(letters))
    })
}

/// Small letters, capitals and at least three separate numbers within one unbroken dozen characters: no identifier.
fn is_scrambled(value: &str) -> bool {
    let bytes = value.as_bytes();
    let numbers = bytes.windows(2).filter(|two| two[0].is_ascii_alphabetic() && two[1].is_ascii_digit()).count();
    value.len() >= 12
        && numbers >= 3
        && bytes.iter().all(u8::is_ascii_alphanumeric)
        && bytes.iter().any(u8::is_ascii_lowercase)
        && bytes.iter().any(u8::is_ascii_uppercase)
}

/// A word can be pronounced: it has vowels, but not only those, and no six consonants in a row.
fn is_word(letters: &str) -> bool {
    let mut consonants = 0;
    let mut vowels = 0;
    for c in letters.chars() {
        match c.to_ascii_lowercase() {
            'a' | 'e' | 'i' | 'o' | 'u' | 'y' => (vowels, consonants) = (vowels + 1, 0),
            'a'..='z' => consonants += 1,
            _ => return false,
        }
        if consonants > 5 {
            return false;
        }
    }
    let length = letters.len();
    let abbreviation = length <= 5 && letters.bytes().all(|byte| byte.is_ascii_uppercase());
    abbreviation || length <= 3 || (length <= 20 && vowels * 6 >= length && vowels * 10 <= length * 8)
}

/// The parts of an identifier or a value, split where people split: at signs, and where a capital follows a small letter.
pub(super) fn pieces(value: &str) -> Vec<&str> {
    let bytes = value.as_bytes();
    let mut pieces = Vec::new();
    let mut start = 0;
    for at in 0..=bytes.len() {
        let ends = match (at.checked_sub(1).map(|before| bytes[before]), bytes.get(at)) {
            (_, None) => true,
            (_, Some(byte)) if !byte.is_ascii_alphanumeric() && byte.is_ascii() => true,
            (Some(before), Some(byte)) if byte.is_ascii_uppercase() => {
                before.is_ascii_lowercase()
                    || (!before.is_ascii_lowercase() && bytes.get(at + 1).is_some_and(u8::is_ascii_lowercase))
            }
            _ => false,
        };
        if ends {
            if start < at {
                pieces.push(&value[start..at]);
            }
            let sign = bytes.get(at).is_some_and(|byte| byte.is_ascii() && !byte.is_ascii_alphanumeric());
            start = at + usize::from(sign);
        }
    }
    pieces
}
