//! Untrusted text made harmless: it shows what it is, and does nothing.
//!
//! GitHub looks for mentions, references and links in text, and never in code. So code goes into spans and fences that
//! nothing inside can close, and text outside code gets its markup escaped and its references broken by a zero-width
//! space.

const BREAK: char = '\u{200b}';

/// One line of prose whose `code spans` stay code; everything else is escaped. At most `most` characters are taken.
pub(crate) fn prose(text: &str, most: usize) -> String {
    let text = one_line(text, most);
    let mut parts = text.split('`');
    if text.matches('`').count() % 2 == 1 || text.contains("``") {
        return plain(&text, true);
    }
    let mut out = plain(parts.next().unwrap_or_default(), true);
    // After each odd backtick code begins, after each even one it ends.
    while let (Some(inside), Some(outside)) = (parts.next(), parts.next()) {
        out.push_str(&code(inside, most));
        out.push_str(&plain(outside, false));
    }
    out
}

/// The same for a cell of a table, where a bar would end the cell even inside code.
pub(crate) fn cell(text: &str, most: usize) -> String {
    let text = one_line(text, most);
    if text.contains(['|', '\\']) { plain(&text, true) } else { prose(&text, most) }
}

/// A code span, closed by more backticks than it contains. At most `most` characters.
pub(crate) fn code(text: &str, most: usize) -> String {
    let text = one_line(text, most);
    if text.trim().is_empty() {
        return "(empty)".to_owned();
    }
    let ticks = "`".repeat(longest_run(&text) + 1);
    let pad = if text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']) { " " } else { "" };
    format!("{ticks}{pad}{text}{pad}{ticks}")
}

/// The same for a cell of a table.
pub(crate) fn code_cell(text: &str, most: usize) -> String {
    let text = one_line(text, most);
    if text.contains(['|', '\\']) { plain(&text, true) } else { code(&text, most) }
}

/// A fenced block, closed by more backticks than any line contains. Ends with a line end.
pub(crate) fn fence(language: &str, text: &str) -> String {
    let text = lines(text);
    let ticks = "`".repeat(longest_run(&text).max(2) + 1);
    format!("{ticks}{language}\n{text}{ticks}\n")
}

/// A title: plain text on GitHub, but shown in many other places. At most 72 characters.
pub(crate) fn title(text: &str) -> String {
    let text = one_line(text, 72);
    let mut out = String::new();
    for (before, c) in neighbours(&text) {
        if breaks_here(before, c) {
            out.push(BREAK);
        }
        out.push(c);
    }
    if out.is_empty() { "a dependency changed".to_owned() } else { out }
}

/// Whether a character says something to a machine and nothing to a reader: controls, direction overrides, zero
/// widths, tags.
pub(crate) fn unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// White space folded to single spaces, unseen characters dropped, cut at a character.
pub(crate) fn one_line(text: &str, most: usize) -> String {
    let mut out = String::new();
    let mut count = 0;
    for word in text.split(|c: char| c.is_whitespace() || (c.is_control())) {
        let word: String = word.chars().filter(|&c| !unseen(c)).collect();
        if word.is_empty() {
            continue;
        }
        let gap = usize::from(!out.is_empty());
        let length = word.chars().count();
        if count + gap + length > most {
            let room = most.saturating_sub(count + gap + 1);
            out.extend((gap == 1).then_some(' '));
            out.extend(word.chars().take(room));
            out.push('…');
            return out;
        }
        out.extend((gap == 1).then_some(' '));
        out.push_str(&word);
        count += gap + length;
    }
    out
}

/// Lines that end in line feeds; what cannot be seen becomes visible.
fn lines(text: &str) -> String {
    let mut out = String::new();
    for line in text.replace("\r\n", "\n").lines() {
        out.extend(line.chars().map(|c| if c != '\t' && unseen(c) { '\u{fffd}' } else { c }));
        out.push('\n');
    }
    out
}

fn longest_run(text: &str) -> usize {
    let (mut longest, mut run) = (0, 0);
    for c in text.chars() {
        run = if c == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}

/// Text outside code: markup escaped, references broken. `first`: nothing of the same line stands before it.
fn plain(text: &str, first: bool) -> String {
    let mut out = String::new();
    for (before, c) in neighbours(text) {
        if breaks_here(before, c) {
            out.push(BREAK);
        }
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '|' => out.push_str("&#124;"),
            '$' => out.push_str("&#36;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '~' | '!' | '^' => out.extend(['\\', c]),
            // Only the start of a line gives these a meaning, and ours never follow anything but a space there.
            '#' | '+' | '-' | '=' | '.' | ')' | ':' if first && before.chars().all(|b| b.is_ascii_digit()) => {
                out.extend(['\\', c]);
            }
            c => out.push(c),
        }
    }
    out
}

/// Each character with what stands before it.
fn neighbours(text: &str) -> impl Iterator<Item = (&str, char)> {
    text.char_indices().map(|(at, c)| (&text[..at], c))
}

/// Whether a zero-width space must part this character from the one before, or a reference could come alive.
fn breaks_here(before: &str, c: char) -> bool {
    let Some(last) = before.chars().next_back() else { return false };
    match last {
        '@' => !c.is_whitespace(),
        '#' => c.is_ascii_alphanumeric(),
        '-' => c.is_ascii_digit() && before.trim_end_matches('-').ends_with(|c: char| c.is_ascii_alphabetic()),
        ':' => c == '/' || before.ends_with("mailto:") || before.ends_with("xmpp:"),
        'w' | 'W' => c == '.' && before.to_ascii_lowercase().ends_with("www"),
        _ => c.is_ascii_hexdigit() && ends_six_hex(before),
    }
}

/// After every sixth hexadecimal digit of a word: seven in a row are what GitHub takes for a commit.
fn ends_six_hex(before: &str) -> bool {
    let run = before.chars().rev().take_while(char::is_ascii_hexdigit).count();
    run > 0 && run % 6 == 0
}
