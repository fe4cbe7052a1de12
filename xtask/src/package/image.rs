//! An image of all functions, as a folder that tools push as it is
//! (<https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md>). Nothing is in it but the programs, their
//! configuration, the libraries that they are linked to and the certificates of the authorities: no shell, no packages.
//!
//! A service names its program (`/app/<function>`); each has a layer of its own, so what did not change is not sent again.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use serde_json::{Value, json};

use crate::package::build::{Arch, Program};
use crate::package::layer::{File, Layer, digest, layer};
use crate::package::manifest::Manifest;
use crate::package::zip::CONFIGURATION;
use crate::package::{elf, root_certificates};

/// Not root, and the number that such images commonly use.
const NOBODY: &str = "65532";
const ACCOUNTS: &str = "root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/tmp:/sbin/nologin\n";
const GROUPS: &str = "root:x:0:\nnonroot:x:65532:\n";
/// Names are looked up in /etc/hosts, which the host writes, and by DNS.
const NAMES: &str = "hosts: files dns\n";
const CERTIFICATES: &str = "etc/ssl/certs/ca-certificates.crt";

/// Writes the layout for all platforms into `folder`.
pub fn write(
    root: &Path,
    folder: &Path,
    platforms: &[(Arch, Vec<Program>)],
    manifest: &mut Manifest,
) -> anyhow::Result<()> {
    let mut layout = Layout::default();
    for (arch, programs) in platforms {
        layout.add(root, *arch, programs, manifest)?;
    }
    let blobs = folder.join("blobs/sha256");
    std::fs::create_dir_all(&blobs).with_context(|| format!("cannot make {}", blobs.display()))?;
    for (digest, bytes) in &layout.blobs {
        let path = blobs.join(digest.trim_start_matches("sha256:"));
        std::fs::write(&path, bytes).with_context(|| format!("cannot write {}", path.display()))?;
    }
    std::fs::write(folder.join("oci-layout"), json!({ "imageLayoutVersion": "1.0.0" }).to_string())?;
    let media = "application/vnd.oci.image.index.v1+json";
    let index = json!({ "schemaVersion": 2, "mediaType": media, "manifests": layout.images });
    std::fs::write(folder.join("index.json"), index.to_string()).context("cannot write the index of the image")
}

#[derive(Default)]
struct Layout {
    /// Contents by their digest.
    blobs: BTreeMap<String, Vec<u8>>,
    /// What the index says of each platform.
    images: Vec<Value>,
}

impl Layout {
    fn add(&mut self, root: &Path, arch: Arch, programs: &[Program], manifest: &mut Manifest) -> anyhow::Result<()> {
        let mut layers = vec![("base", base(arch, programs)?), ("config", configuration(root)?)];
        for Program { name, bytes } in programs {
            layers.push((name, layer(&[File::new(format!("app/{name}"), 0o755, bytes.clone())])?));
        }
        let diff_ids: Vec<&String> = layers.iter().map(|(_, layer)| &layer.diff_id).collect();
        let image = json!({
            "created": "1980-01-01T00:00:00Z",
            "architecture": arch.of_images(),
            "os": "linux",
            "config": {
                "User": NOBODY,
                "WorkingDir": "/app",
                "Env": ["PATH=/app", "HOME=/tmp", format!("SSL_CERT_FILE=/{CERTIFICATES}")],
            },
            "rootfs": { "type": "layers", "diff_ids": diff_ids },
        });
        let image = self.keep("application/vnd.oci.image.config.v1+json", image.to_string().into_bytes());
        let mut kept = Vec::new();
        for (name, Layer { compressed, .. }) in layers {
            manifest.add(name, "layer", arch.name(), &compressed);
            kept.push(self.keep("application/vnd.oci.image.layer.v1.tar+gzip", compressed));
        }
        let media = "application/vnd.oci.image.manifest.v1+json";
        let whole = json!({ "schemaVersion": 2, "mediaType": media, "config": image, "layers": kept }).to_string();
        manifest.add("image", "image", arch.name(), whole.as_bytes());
        let mut whole = self.keep(media, whole.into_bytes());
        whole["platform"] = json!({ "architecture": arch.of_images(), "os": "linux" });
        self.images.push(whole);
        Ok(())
    }

    /// Keeps a content and answers how others name it.
    fn keep(&mut self, media: &str, bytes: Vec<u8>) -> Value {
        let (digest, size) = (digest(&bytes), bytes.len());
        self.blobs.insert(digest.clone(), bytes);
        json!({ "mediaType": media, "digest": digest, "size": size })
    }
}

fn configuration(root: &Path) -> anyhow::Result<Layer> {
    let read = |name: &str| -> anyhow::Result<File> {
        let bytes = std::fs::read(root.join(name)).with_context(|| format!("cannot read {name}"))?;
        Ok(File::new(format!("app/{name}"), 0o644, bytes))
    };
    let mut files = vec![File::folder("app", 0o755), File::folder("app/config", 0o755)];
    for name in CONFIGURATION {
        files.push(read(name)?);
    }
    layer(&files)
}

/// What every program needs beside itself.
fn base(arch: Arch, programs: &[Program]) -> anyhow::Result<Layer> {
    let mut files = vec![
        File::folder("etc", 0o755),
        File::new("etc/group", 0o644, GROUPS),
        File::new("etc/nsswitch.conf", 0o644, NAMES),
        File::new("etc/passwd", 0o644, ACCOUNTS),
        File::new(CERTIFICATES, 0o644, root_certificates::pem()),
        File::folder("tmp", 0o1777),
    ];
    files.extend(libraries(arch, programs)?);
    layer(&files)
}

/// The loader and all libraries, those of libraries included, where the loader looks for them: where they lie here.
fn libraries(arch: Arch, programs: &[Program]) -> anyhow::Result<Vec<File>> {
    let mut files = BTreeMap::new();
    let mut wanted = BTreeSet::new();
    for Program { name, bytes } in programs {
        let needs = elf::needs(bytes).with_context(|| format!("cannot read the program of {name}"))?;
        if let Some(loader) = needs.loader {
            let bytes = std::fs::read(&loader).with_context(|| missing(&loader, arch))?;
            files.insert(loader.trim_start_matches('/').to_owned(), bytes);
        }
        wanted.extend(needs.libraries);
    }
    let mut known = BTreeSet::new();
    while let Some(name) = wanted.pop_first() {
        if !known.insert(name.clone()) || files.keys().any(|path: &String| path.ends_with(&format!("/{name}"))) {
            continue;
        }
        let (path, bytes) = library(&name, arch)?;
        wanted.extend(elf::needs(&bytes).with_context(|| format!("cannot read {}", path.display()))?.libraries);
        files.insert(path.display().to_string().trim_start_matches('/').to_owned(), bytes);
    }
    Ok(files.into_iter().map(|(path, bytes)| File::new(path, 0o755, bytes)).collect())
}

fn library(name: &str, arch: Arch) -> anyhow::Result<(PathBuf, Vec<u8>)> {
    let several = format!("/lib/{}", arch.triple().replace("-unknown", ""));
    for folder in [several.as_str(), "/lib64", "/usr/lib64"] {
        let path = Path::new(folder).join(name);
        if let Ok(bytes) = std::fs::read(&path) {
            return Ok((path, bytes));
        }
    }
    bail!(missing(name, arch))
}

fn missing(name: &str, arch: Arch) -> String {
    let arch = arch.name();
    format!("the functions need {name}, and this machine has none for {arch}: package on a machine with that processor")
}
