//! What a server's list of refs says.

use contracts::CommitId;
use gix::protocol::handshake::Ref;

/// The full names that git tries for a short one, in git's order.
pub(super) fn candidates(name: &str) -> [String; 4] {
    [name.to_owned(), format!("refs/{name}"), format!("refs/tags/{name}"), format!("refs/heads/{name}")]
}

/// The commit that a listed ref stands at.
pub(super) fn tip(refs: &[Ref], name: &str) -> Option<CommitId> {
    let found = refs.iter().find(|r| r.unpack().0 == name)?;
    let (_, target, peeled) = found.unpack();
    peeled.or(target)?.to_string().parse().ok()
}

pub(super) fn is_unborn(reference: &Ref) -> bool {
    matches!(reference, Ref::Unborn { .. })
}

pub(super) fn default_branch(refs: &[Ref]) -> Option<String> {
    refs.iter().find_map(|r| match r {
        Ref::Symbolic { full_ref_name, target, .. } | Ref::Unborn { full_ref_name, target }
            if full_ref_name == "HEAD" =>
        {
            let target = target.to_string();
            Some(target.strip_prefix("refs/heads/").unwrap_or(&target).to_owned())
        }
        _ => None,
    })
}

/// The refspecs that bring these commits and keep them from being forgotten.
pub(super) fn pins(commits: &[&CommitId]) -> Vec<String> {
    commits.iter().map(|id| format!("+{id}:refs/pin/{id}")).collect()
}
