//! Secrets that have a form, but no prefix: keys in armour, passwords in URLs, headers, webhooks, signed tokens.

use std::sync::LazyLock;

use regex::Regex;

use crate::redact::Span;
use crate::redact::value::{is_placeholder, is_sample};
use crate::redact::words::is_wordy;

/// How far a private key may reach, in bytes. RSA with 16,384 bits is 13 KB in PEM.
const LONGEST_KEY: usize = 32 << 10;
/// How far the name and password in a URL may reach, in bytes.
const LONGEST_USER: usize = 512;

/// Kind and pattern; what is secret is the group `s`, or else the whole match.
#[rustfmt::skip]
const SHAPES: &[(&str, &str)] = &[
    // RFC 7519: three parts of URL-safe base64, the first two of them JSON objects ("ey" is base64 for `{"`).
    ("signed token", r"\bey[A-Za-z0-9]{12,}\.ey[A-Za-z0-9/\\_-]{12,}\.(?:[A-Za-z0-9/\\_-]{10,}={0,2})?"),
    // RFC 9110 section 11: a header's scheme and credentials; SSWS is Okta's.
    ("authorization", r#"(?i)authori[sz]ation["']?\]?\s{0,4}[=:,]\s{0,4}["'`]?(?:(?:basic|bearer|token|ssws|apikey|api-key|digest|negotiate)[ :]\s{0,4})?(?P<s>[^\s"'`,;<>]{6,})"#),
    ("authorization", r"(?i)\b(?:bearer|basic)[ :]\s{0,2}(?P<s>[a-z0-9_.~+/=-]{16,})"),
    // https://curl.se/docs/manpage.html#-u
    ("password", r#"\bcurl\b(?:[^\n]|\\\n){0,200}?\s(?:-u|--user)[ =]?["']?[^\s"':]{0,128}:(?P<s>[^\s"']{3,256})"#),
    // https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
    ("webhook", r"hooks\.slack\.com/(?:services|workflows|triggers)/(?P<s>[A-Za-z0-9+/]{40,})"),
    // https://discord.com/developers/docs/resources/webhook
    ("webhook", r"discord(?:app)?\.com/api/(?:v\d+/)?webhooks/(?P<s>\d{15,}/[\w-]{50,})"),
    // https://learn.microsoft.com/en-us/microsoftteams/platform/webhooks-and-connectors
    ("webhook", r"office\.com/webhook(?:b2)?/(?P<s>[\w@/-]{60,})"),
    // https://core.telegram.org/bots/api#authorizing-your-bot
    ("Telegram token", r"\b(?:bot)?\d{5,16}:A[\w-]{33,35}"),
    // https://discord.com/developers/docs/reference#authentication
    ("Discord token", r"\b[MNO][A-Za-z0-9_-]{22,64}\.[\w-]{6}\.[\w-]{27,}"),
    // https://mailchimp.com/developer/marketing/guides/quick-start
    ("mail provider key", r"\b[0-9a-f]{32}-us\d{1,2}\b"),
    // https://learn.microsoft.com/en-us/entra/identity-platform (client secrets), /azure/devops (personal tokens)
    ("Azure secret", r"[A-Za-z0-9_~.]{3}\dQ~[A-Za-z0-9_~.-]{31,34}"),
    ("Azure secret", r"\b[A-Za-z0-9]{76}AZDO[A-Za-z0-9]{4}\b"),
    // https://learn.microsoft.com/en-us/azure/azure-app-configuration/howto-best-practices
    ("Azure secret", r"Id=[^;\s]{4,64};Secret=(?P<s>[A-Za-z0-9+/=]{20,})"),
    ("Azure secret", r"[?&;]sig=(?P<s>[A-Za-z0-9%+/=_-]{30,})"),
    // https://developer.hashicorp.com/terraform/cloud-docs/users-teams-organizations/api-tokens
    ("Terraform token", r"\b[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9=_-]{60,}"),
    // https://supabase.com/docs/guides/api/api-keys (legacy keys are signed tokens)
    ("Supabase key", r#"(?i)\bsupabase[\w.-]{0,20}(?:anon|service[_-]?role)[\w.-]{0,10}["']?\s{0,4}[=:]\s{0,4}["'`]?(?P<s>[\w-]{4,}\.[\w-]{4,}\.[\w-]{4,})"#),
    // https://developers.facebook.com/docs/facebook-login/guides/access-tokens
    ("Facebook token", r"\b\d{15,16}(?:\||%7C)[A-Za-z0-9_-]{27,40}"),
    // https://dev.maxmind.com (licence keys), https://airtable.com/developers/web/guides/personal-access-tokens
    ("licence key", r"\b\w{6}_\w{29}_mmk\b"),
    ("API token", r"\bpat[A-Za-z0-9]{14}\.[a-f0-9]{64}\b"),
    // https://developer.harness.io/docs/platform/automation/api/add-and-manage-api-keys
    ("API token", r"\b[ps]at\.[A-Za-z0-9]{22}\.[A-Za-z0-9]{24}\.[A-Za-z0-9]{20}\b"),
    // https://developer.salesforce.com/docs (session ids begin with the organisation's)
    ("Salesforce token", r"\b00D[A-Za-z0-9]{12}![A-Za-z0-9_.]{80,}"),
    // https://authress.io/knowledge-base (service client keys)
    ("API token", r"\b(?:sc|ext|scauth|authress)_[A-Za-z0-9]{5,30}\.[A-Za-z0-9]{4,6}\.acc[_-][A-Za-z0-9-]{10,32}\.[A-Za-z0-9+/_=-]{30,120}"),
    // https://bundler.io/man/bundle-config.1.html#CREDENTIALS-FOR-GEM-SOURCES
    ("gem source password", r#"\bBUNDLE_[A-Z0-9_]+__[A-Z0-9_]+["']?[ \t]*[=:][ \t]*["']?(?P<s>[A-Za-z0-9._-]{3,64}:[A-Za-z0-9._-]{6,128})"#),
    // https://learn.microsoft.com/en-us/nuget/reference/nuget-config-file#packagesourcecredentials
    ("NuGet password", r#"(?i)"ClearTextPassword"\s{1,8}value\s?=\s?"(?P<s>[^"\n]{3,256})""#),
    // https://developer.hashicorp.com/vault/docs/concepts/tokens (before 1.10)
    ("old Vault token", r"\bs\.(?P<s>[A-Za-z0-9]{24})\b"),
    // https://learn.microsoft.com/en-us/sql/connect/ado-net/connection-string-syntax
    ("connection string password", r#"(?i)[;"' ](?:password|pwd)\s?=\s?(?P<s>[^;"'\s]{3,128})\s?;"#),
    // https://learn.microsoft.com/en-us/sysinternals/downloads/psexec, sshpass(1), https://docs.docker.com/reference/cli/docker/login
    ("password of a command", r"(?i)\b(?:psexec(?:\.exe)?|sshpass|docker login)\b[^\n|;]{0,200}?\s-p\s?(?P<s>[^\s-][^\s]{2,128})"),
    // https://developer.hashicorp.com/vault/docs/concepts/seal
    ("unseal key", r"(?i)\bunseal key \d{1,2}:\s{0,4}(?P<s>[A-Za-z0-9+/=]{32,128})"),
    // https://docs.newrelic.com/docs/apis/intro-apis/new-relic-api-keys (licence keys)
    ("New Relic key", r"\b[a-z0-9]{36}NRAL\b"),
    // crypt(5), https://github.com/P-H-C/phc-string-format, https://hashcat.net/wiki/doku.php?id=example_hashes (Kerberos)
    ("password hash", r"\$(?:1|2[abxy]|5|6|7|8|9|y|argon2(?:id?|d)|scrypt|pbkdf2[a-z0-9-]*)\$[A-Za-z0-9./,=+$-]{20,256}"),
    ("password hash", r"\$krb5(?:asrep|tgs)\$\d{1,2}\$[^\s$]{0,200}\$?[^\s]{64,}"),
    // https://learn.microsoft.com/en-us/dotnet/api/system.net.networkcredential
    ("network credential", r#"NetworkCredential\(\s{0,4}"[^"\n]{1,128}"\s{0,4},\s{0,4}"(?P<s>[^"\n]{3,128})""#),
];

static COMPILED: LazyLock<Vec<(&'static str, Regex)>> =
    LazyLock::new(|| SHAPES.iter().filter_map(|(kind, pattern)| Some((*kind, Regex::new(pattern).ok()?))).collect());

/// Adds everything that has the form of a secret.
pub(super) fn find(text: &str, spans: &mut Vec<Span>) {
    private_keys(text, spans);
    passwords_in_urls(text, spans);
    for (kind, pattern) in &*COMPILED {
        for groups in pattern.captures_iter(text) {
            let Some(secret) = groups.name("s").or_else(|| groups.get(0)) else { continue };
            let free = matches!(*kind, "authorization" | "password" | "old Vault token");
            if if free { is_free(secret.as_str()) } else { !is_sample(secret.as_str()) } {
                spans.push(Span { start: secret.start(), end: secret.end(), kind });
            }
        }
    }
}

/// Whether what stands where a credential does is one, and no word, variable or placeholder.
fn is_free(value: &str) -> bool {
    !is_placeholder(value) && (!is_wordy(value) || value.contains('+')) && !value.contains(['(', '{'])
}

/// Armoured private keys: RFC 7468, RFC 4716's kin from OpenSSH, RFC 9580.
fn private_keys(text: &str, spans: &mut Vec<Span>) {
    let ends: Vec<usize> = text.match_indices("-----END").map(|(at, _)| at).collect();
    let mut from = 0;
    for (start, opening) in text.match_indices("-----BEGIN ") {
        let label = &text[start..text.floor_char_boundary(start + 64)];
        if start < from || !label.contains("PRIVATE KEY") {
            continue;
        }
        let window = &text[start..text.floor_char_boundary(start + LONGEST_KEY)];
        let ending = ends.get(ends.partition_point(|end| *end < start + opening.len())).map(|end| end - start);
        let end = armour_end(window, ending.filter(|end| end + 8 <= window.len()));
        // An armour that holds nothing, as in a test for the words themselves, is no key.
        if window[..end].split(|c: char| !in_base64(c)).skip(1).any(|run| run.len() >= 24) {
            spans.push(Span { start, end: start + end, kind: "private key" });
        }
        from = start + end;
    }
}

/// Where the key that `window` begins with ends: behind its last line, or where its lines stop to look like a key's.
fn armour_end(window: &str, ending: Option<usize>) -> usize {
    if let Some(end) = ending {
        let rest = &window[end + 8..];
        let line = rest.find(['\n', '\\', '"', '\'']).unwrap_or(rest.len());
        return end + 8 + rest[..line].find("-----").map_or(line, |dashes| dashes + 5);
    }
    let lines = window.split_inclusive('\n');
    let key = |line: &&str| {
        line.trim().is_empty() || line.contains(": ") || line.split(|c: char| !in_base64(c)).any(|run| run.len() >= 24)
    };
    let first = lines.clone().next().map_or(0, str::len);
    first + lines.skip(1).take_while(key).map(str::len).sum::<usize>()
}

fn in_base64(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=')
}

/// `scheme://name:password@host` (RFC 3986 section 3.2.1), and a token in place of the name.
fn passwords_in_urls(text: &str, spans: &mut Vec<Span>) {
    for (at, _) in text.match_indices("://") {
        let start = at + 3;
        let window = &text.as_bytes()[start..text.len().min(start + LONGEST_USER)];
        let stop = |byte: &u8| {
            matches!(byte, b'/' | b'?' | b'#' | b'@' | b'"' | b'\'' | b'`' | b'<' | b'>' | b'\\') || *byte <= b' '
        };
        let Some(end) = window.iter().position(stop).filter(|end| window[*end] == b'@') else { continue };
        let user = &text[start..start + end];
        let (from, secret) = user.split_once(':').map_or((start, user), |(name, word)| (start + name.len() + 1, word));
        let named = from > start;
        let is_word = matches!(secret.to_ascii_lowercase().as_str(), "pass" | "pwd" | "pw" | "passwd");
        if !is_placeholder(secret) && !is_word && (named || (secret.len() >= 16 && !is_wordy(secret))) {
            spans.push(Span { start: from, end: start + end, kind: "password in a URL" });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // One that does not would be left out, and its secrets would pass.
    #[test]
    fn every_pattern_compiles() {
        assert_eq!(COMPILED.len(), SHAPES.len());
    }
}
