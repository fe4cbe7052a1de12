//! Which workflow files may report.

/// `owner/name/path@ref`, where `*` is anything: within one part of the path, and anywhere in the ref.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pattern {
    path: Vec<String>,
    git_ref: String,
}

impl Pattern {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let wrong = || {
            let shown = oidc::quoted(text);
            let example = "acme/downstream/.github/workflows/notify.yml@refs/heads/main";
            format!("ORCHESTRATOR_ALLOWED_WORKFLOWS holds {shown}: expected something like {example}")
        };
        let (path, git_ref) = text.split_once('@').ok_or_else(wrong)?;
        let path: Vec<String> = path.split('/').map(str::to_owned).collect();
        let is_file = path.len() >= 3 && path.iter().all(|part| !part.is_empty());
        if is_file && !git_ref.is_empty() { Ok(Self { path, git_ref: git_ref.to_owned() }) } else { Err(wrong()) }
    }

    /// Whether it is this file, to the letter. The first `@` ends the path: a branch may have one in its name.
    pub(super) fn fits(&self, job_workflow_ref: &str) -> bool {
        let Some((path, git_ref)) = job_workflow_ref.split_once('@') else { return false };
        let parts: Vec<&str> = path.split('/').collect();
        parts.len() == self.path.len()
            && self.path.iter().zip(parts).all(|(pattern, part)| glob(pattern.as_bytes(), part.as_bytes()))
            && glob(self.git_ref.as_bytes(), git_ref.as_bytes())
    }
}

/// Whether `*` in the pattern can be read as some bytes each so that it is the text. In the time of one times the other.
fn glob(pattern: &[u8], text: &[u8]) -> bool {
    let (mut at, mut from) = (0, 0);
    // The newest star, and where in the text what comes after it was last tried.
    let mut retry: Option<(usize, usize)> = None;
    while from < text.len() {
        match (pattern.get(at), retry) {
            (Some(b'*'), _) => {
                retry = Some((at + 1, from));
                at += 1;
            }
            (Some(byte), _) if *byte == text[from] => (at, from) = (at + 1, from + 1),
            (_, Some((star, tried))) => {
                retry = Some((star, tried + 1));
                (at, from) = (star, tried + 1);
            }
            (_, None) => return false,
        }
    }
    pattern[at..].iter().all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_stay_where_they_are_written() {
        let main = "acme/ci/.github/workflows/notify.yml@refs/heads/main";
        let cases = [
            (main, main, true),
            (main, "acme/ci/.github/workflows/notify.yml@refs/heads/mainly", false),
            (main, "acme/ci/.github/workflows/notify.yml@refs/tags/main", false),
            (main, "Acme/ci/.github/workflows/notify.yml@refs/heads/main", false),
            (main, "evil/x/acme/ci/.github/workflows/notify.yml@refs/heads/main", false),
            (main, "", false),
            (main, "acme/ci/.github/workflows/notify.yml", false),
            ("acme/*/.github/workflows/notify.yml@refs/heads/main", main, true),
            ("acme/*/notify.yml@refs/heads/main", main, false),
            ("*/ci/.github/workflows/*.yml@refs/heads/main", main, true),
            ("acme/ci/.github/workflows/n*y.yml@*", main, true),
            ("acme/ci/.github/workflows/*@refs/tags/v*", "acme/ci/.github/workflows/a.yml@refs/tags/v1/x", true),
            // A branch called x@refs/heads/main.
            (
                "acme/ci/.github/workflows/*@refs/heads/main",
                "acme/ci/.github/workflows/a@refs/heads/x@refs/heads/main",
                false,
            ),
            ("acme/ci/*/workflows/a@refs/heads/*", "acme/ci/a/b/workflows/a@refs/heads/x", false),
            ("a/b/c@**x*", "a/b/c@yyxzz", true),
            ("a/b/c@**x*", "a/b/c@yyzz", false),
            ("a/b/*@d", "a/b/@d", true),
        ];
        for (pattern, file, fits) in cases {
            assert_eq!(Pattern::parse(pattern).unwrap().fits(file), fits, "{pattern} on {file}");
        }
        for bad in ["", "*", "@", "a@b", "a/b@c", "a/b/c", "a/b/c@", "a//c@d", "/b/c@d"] {
            assert!(Pattern::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn many_stars_do_not_take_for_ever() {
        let pattern = format!("a/b/c@{}x", "*a".repeat(100));
        let text = format!("a/b/c@{}", "a".repeat(10_000));
        assert!(!Pattern::parse(&pattern).unwrap().fits(&text));
    }
}
