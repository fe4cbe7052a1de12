//! Repositories to fetch from, made by the git program in a folder of their own.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use contracts::CommitId;

/// Bytes that do not compress, so that sizes on the wire mean something.
pub fn noise(seed: u64, bytes: usize) -> Vec<u8> {
    let mut n = seed;
    let next = |_| {
        n = n.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (n >> 56) as u8
    };
    (0..bytes).map(next).collect()
}

/// A repository with a work tree, gone when dropped.
pub struct Origin {
    home: tempfile::TempDir,
}

impl Origin {
    /// An empty repository whose branch is `main`.
    pub fn new() -> Self {
        let origin = Self { home: tempfile::tempdir().unwrap() };
        fs::create_dir(origin.path()).unwrap();
        origin.git(&["init", "--quiet", "--initial-branch=main"]);
        origin
    }

    /// A repository with one commit of these files.
    pub fn with(files: &[(&str, &str)]) -> Self {
        let origin = Self::new();
        origin.commit(files);
        origin
    }

    /// The work tree.
    pub fn path(&self) -> PathBuf {
        self.home.path().join("origin")
    }

    /// A folder beside it.
    pub fn beside(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    /// Writes files and commits everything.
    pub fn commit(&self, files: &[(&str, &str)]) -> CommitId {
        for (path, text) in files {
            self.write(path, text.as_bytes());
        }
        self.commit_all("change\n\nwith a body")
    }

    pub fn write(&self, path: &str, bytes: &[u8]) {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    pub fn commit_all(&self, message: &str) -> CommitId {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "-m", message]);
        self.head()
    }

    pub fn head(&self) -> CommitId {
        self.git(&["rev-parse", "HEAD"]).parse().unwrap()
    }

    /// Runs git in the work tree and answers what it printed.
    pub fn git(&self, args: &[&str]) -> String {
        self.git_in(&self.path(), args, b"")
    }

    /// Writes an object byte by byte, however wrong it is, and answers its id.
    pub fn write_object(&self, kind: &str, bytes: &[u8]) -> String {
        self.git_in(&self.path(), &["hash-object", "-t", kind, "-w", "--stdin", "--literally"], bytes)
    }

    /// A commit of a tree that was written by hand.
    pub fn commit_tree(&self, tree: &str) -> CommitId {
        self.git(&["commit-tree", tree, "-m", "by hand"]).parse().unwrap()
    }

    /// Forgets everything that no ref names.
    pub fn forget(&self) {
        self.git(&["reflog", "expire", "--expire=now", "--all"]);
        self.git(&["gc", "--quiet", "--prune=now"]);
    }

    #[expect(clippy::disallowed_methods, reason = "test repositories are made by the git program")]
    pub fn git_in(&self, folder: &Path, args: &[&str], input: &[u8]) -> String {
        let mut child = Command::new("git")
            .args(args)
            .current_dir(folder)
            .env_clear()
            .env("PATH", env!("PATH"))
            .env("HOME", self.home.path())
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_AUTHOR_NAME", "Ada")
            .env("GIT_AUTHOR_EMAIL", "ada@example.org")
            .env("GIT_AUTHOR_DATE", "2024-05-01T12:00:00Z")
            .env("GIT_COMMITTER_NAME", "Ada")
            .env("GIT_COMMITTER_EMAIL", "ada@example.org")
            .env("GIT_COMMITTER_DATE", "2024-05-01T12:00:00Z")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input).unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }
}
