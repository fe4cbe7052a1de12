//! Repositories made with the git program, with fixed authors and times.

use std::path::{Path, PathBuf};
use std::process::Command;

/// A repository with a work tree.
pub struct Repository {
    pub path: PathBuf,
}

impl Repository {
    /// An empty one whose branch is `main`.
    pub fn create(path: &Path) -> Self {
        std::fs::create_dir_all(path).expect("makes a folder");
        let repository = Self { path: path.to_owned() };
        repository.git(&["init", "--quiet", "--initial-branch=main"]);
        repository
    }

    /// Commits these files and answers the commit.
    pub fn commit(&self, files: &[(&str, &str)]) -> String {
        for (name, text) in files {
            let path = self.path.join(name);
            std::fs::create_dir_all(path.parent().expect("has a folder")).expect("makes a folder");
            std::fs::write(path, text).expect("writes");
        }
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "--message", "Change something"]);
        self.git(&["rev-parse", "HEAD"])
    }

    /// Runs git here and answers what it says.
    pub fn git(&self, arguments: &[&str]) -> String {
        #[expect(clippy::disallowed_methods, reason = "test repositories are made with the real git")]
        let mut command = Command::new("git");
        let at = "2026-01-02T03:04:05Z";
        command.current_dir(&self.path).args(arguments);
        command.env("GIT_CONFIG_NOSYSTEM", "1").env("HOME", &self.path);
        for (who, name) in [("AUTHOR", "Ada"), ("COMMITTER", "Ada")] {
            command.env(format!("GIT_{who}_NAME"), name).env(format!("GIT_{who}_EMAIL"), "ada@acme.example");
            command.env(format!("GIT_{who}_DATE"), at);
        }
        let output = command.output().expect("git is installed");
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }
}

/// A service that serves one route.
pub fn service(route: &str) -> String {
    format!(
        "from fastapi import FastAPI\n\napp = FastAPI()\n\n\n@app.get(\"{route}\")\ndef health():\n    return {{\"status\": \"ok\"}}\n"
    )
}

/// A client that calls one route.
pub fn client(route: &str) -> String {
    format!("import requests\n\n\ndef up(base):\n    return requests.get(f\"{{base}}{route}\", timeout=2).ok\n")
}
