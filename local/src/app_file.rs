//! `<home>/github-app.env`: the App that `setup github` registered. Readable by its owner alone.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::exit::Failure;

/// A key, a secret and a comment are some thousand bytes.
const LARGEST: u64 = 64 << 10;
const HEAD: &str = "# A GitHub App of downstream's. Whoever has this file can act as the App.";

/// What the file holds. It does not print.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct SavedApp {
    /// `GITHUB_APP_ID`.
    pub app_id: Option<String>,
    /// `GITHUB_APP_PRIVATE_KEY`, as one line.
    pub private_key: Option<String>,
    /// `GITHUB_WEBHOOK_SECRET`.
    pub webhook_secret: Option<String>,
}

impl std::fmt::Debug for SavedApp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SavedApp(hidden)")
    }
}

/// Where it lies.
pub fn path(home: &Path) -> PathBuf {
    home.join("github-app.env")
}

/// What was saved, if anything was.
///
/// # Errors
/// [`Failure::Environment`] for a file that is there and cannot be read.
pub fn read(home: &Path) -> Result<Option<SavedApp>, Failure> {
    let path = path(home);
    let file = match File::open(&path) {
        Err(e) if matches!(e.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => return Ok(None),
        file => file.with_context(|| format!("cannot read {}", path.display()))?,
    };
    let mut text = String::new();
    file.take(LARGEST).read_to_string(&mut text).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(Some(parse(&text)))
}

/// Whether others than its owner may read it; no where it is not there.
pub fn is_open_to_others(home: &Path) -> bool {
    fs::metadata(path(home)).is_ok_and(|found| found.mode() & 0o077 != 0)
}

fn parse(text: &str) -> SavedApp {
    let mut saved = SavedApp::default();
    for line in text.lines() {
        let line = line.trim();
        let Some((name, value)) = line.strip_prefix("export ").unwrap_or(line).split_once('=') else { continue };
        let value = value.trim();
        let bare = ['"', '\''].iter().find_map(|q| value.strip_prefix(*q)?.strip_suffix(*q)).unwrap_or(value);
        let value = Some(bare.to_owned()).filter(|value| !value.is_empty());
        match name.trim() {
            "GITHUB_APP_ID" => saved.app_id = value,
            "GITHUB_APP_PRIVATE_KEY" => saved.private_key = value,
            "GITHUB_WEBHOOK_SECRET" => saved.webhook_secret = value,
            _ => {}
        }
    }
    saved
}

/// A file that is about to be the saved one: it can be written, which is known before GitHub is asked for a key that is
/// given once only. Gone again if nothing comes of it.
#[derive(Debug)]
pub struct Draft {
    file: File,
    draft: PathBuf,
    path: PathBuf,
}

impl Draft {
    /// Makes the file beside the saved one.
    ///
    /// # Errors
    /// [`Failure::Usage`] if an App is saved already and is not to be replaced; [`Failure::Environment`] if nothing can be
    /// written there.
    pub fn new(home: &Path, replace: bool) -> Result<Self, Failure> {
        let path = path(home);
        if path.exists() && !replace {
            let why = format!("{} holds a GitHub App already; replace it with --replace", path.display());
            return Err(Failure::Usage(why));
        }
        fs::create_dir_all(home).with_context(|| format!("cannot make the folder {}", home.display()))?;
        let draft = path.with_extension(format!("env.{}", std::process::id()));
        let file = OpenOptions::new().create_new(true).write(true).mode(0o600).open(&draft);
        let file = file.with_context(|| format!("cannot write {}", draft.display()))?;
        Ok(Self { file, draft, path })
    }

    /// Where it is going to be.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes it and puts it in place of the saved one.
    ///
    /// # Errors
    /// [`Failure::Environment`] if it cannot be written, or a value is not one line of text.
    pub fn save(&mut self, saved: &SavedApp) -> Result<(), Failure> {
        let text = print(saved)?;
        let mut write = || {
            self.file.write_all(text.as_bytes())?;
            self.file.sync_all()?;
            fs::rename(&self.draft, &self.path)
        };
        Ok(write().with_context(|| format!("cannot write {}", self.path.display()))?)
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // Saved under its own name, or not wanted.
        drop(fs::remove_file(&self.draft));
    }
}

fn print(saved: &SavedApp) -> Result<String, Failure> {
    let key = saved.private_key.as_ref().map(|key| key.trim().replace("\r\n", "\n").replace('\n', "\\n"));
    let mut text = format!("{HEAD}\n");
    let lines = [
        ("GITHUB_APP_ID", &saved.app_id),
        ("GITHUB_APP_PRIVATE_KEY", &key),
        ("GITHUB_WEBHOOK_SECRET", &saved.webhook_secret),
    ];
    for (name, value) in lines {
        let Some(value) = value else { continue };
        if value.chars().any(|c| c.is_control() || c == '"') {
            return Err(Failure::Environment(format!("{name} is not one line of text, so it is not saved")));
        }
        text += &format!("{name}=\"{value}\"\n");
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn saved(secret: Option<&str>) -> SavedApp {
        let key = "-----BEGIN X-----\nAAA=\n-----END X-----\n";
        let webhook_secret = secret.map(str::to_owned);
        SavedApp { app_id: Some("77".into()), private_key: Some(key.into()), webhook_secret }
    }

    #[test]
    fn what_is_saved_is_read_again_by_its_owner_alone() {
        let home = tempfile::tempdir().expect("a folder");
        let home = home.path().join("not there yet");
        assert!(read(&home).expect("reads").is_none());
        Draft::new(&home, false).expect("a draft").save(&saved(Some("s=3"))).expect("saves");
        let found = read(&home).expect("reads").expect("is there");
        assert_eq!(found.private_key.as_deref(), Some("-----BEGIN X-----\\nAAA=\\n-----END X-----"));
        assert_eq!((found.app_id.as_deref(), found.webhook_secret.as_deref()), (Some("77"), Some("s=3")));
        assert_eq!(fs::metadata(path(&home)).expect("is there").mode() & 0o777, 0o600);
        assert!(!is_open_to_others(&home));
        assert!(matches!(Draft::new(&home, false), Err(Failure::Usage(_))));
        // What comes to nothing leaves what was there.
        drop(Draft::new(&home, true).expect("a draft"));
        assert_eq!(read(&home).expect("reads"), Some(found));
        assert_eq!(fs::read_dir(&home).expect("lists").count(), 1);
    }

    #[test]
    fn a_value_that_is_no_line_is_not_written() {
        let home = tempfile::tempdir().expect("a folder");
        for bad in ["a\nGITHUB_APP_ID=1", "a\"b", "a\u{1b}b"] {
            let mut draft = Draft::new(home.path(), false).expect("a draft");
            assert!(draft.save(&saved(Some(bad))).is_err(), "{bad:?}");
        }
        assert!(read(home.path()).expect("reads").is_none());
    }

    #[test]
    fn a_file_that_a_person_wrote_is_understood() {
        let text = "# mine\nexport GITHUB_APP_ID='77'\n GITHUB_WEBHOOK_SECRET = a=b \nOTHER=1\nGITHUB_APP_PRIVATE_KEY=\nnonsense";
        let expected = SavedApp { app_id: Some("77".into()), private_key: None, webhook_secret: Some("a=b".into()) };
        assert!(parse(text) == expected);
    }
}
