//! Names that compilers of protocol buffers make of a schema, in the language of the consumer.
//!
//! Go: <https://protobuf.dev/reference/go/go-generated/>, Java: <https://protobuf.dev/reference/java/java-generated/>,
//! Python: <https://protobuf.dev/reference/python/python-generated/>, Rust: <https://docs.rs/prost/latest/prost/>,
//! TypeScript: <https://github.com/stephenh/ts-proto>.

use contracts::analysis::Call;
use outline::code;

use super::Wanted;
use super::body::access::access;
use super::names::{is_common, is_telling, parts};
use crate::dependent::File;
use crate::uses::{Certainty, Use, text};

/// Lines of one file that name something generated; more are generated themselves.
const MAX_LINES: usize = 2_000;

const MADE: Certainty = Certainty::Likely("code that is generated from the schema no longer has this name");
const GIVEN: Certainty = Certainty::Likely("the field is given by name here, in a message that no longer has it");

/// A name in code.
#[derive(Debug, PartialEq, Eq)]
struct Name {
    text: String,
    /// It says by itself whose it is; any other stands in a file that names its owner or the provider.
    distinctive: bool,
    /// Only where it is called.
    called: bool,
}

/// Places that name what is generated from what is gone.
pub(super) fn find(wanted: &Wanted<'_, '_>, file: &File, near: bool) -> Vec<Use> {
    if file.is_data() || file.language() == "protobuf" || wanted.fact.rule == "spec.proto.field_renumbered" {
        return Vec::new();
    }
    let owned = !is_common(&wanted.owner.short)
        && is_telling(&wanted.owner.short)
        && file.text().contains(wanted.owner.short.as_str());
    if !near && !imports_generated(file) {
        return Vec::new();
    }
    let mut out = keywords(wanted, file);
    if !near && !wanted.is_whole() {
        out.extend(members(wanted, file, owned));
    }
    for name in names(wanted).iter().filter(|name| near || owned || name.distinctive) {
        let lines = file.lines_with(&name.text).take(MAX_LINES);
        let named = lines.filter(|(_, line)| {
            let mut found = code::words(line, &name.text).map(|at| &line[at + name.text.len()..]);
            found.any(|after| !name.called || after.starts_with('(')) && !text::is_comment(file, line)
        });
        out.extend(named.map(|(number, _)| Use::at(&file.path, number).but(MADE)));
    }
    out
}

/// An import whose path says that a compiler of messages wrote what is there.
fn imports_generated(file: &File) -> bool {
    let made = |path: &str| {
        let path = path.to_ascii_lowercase();
        let mut words = path.split(|c: char| !c.is_ascii_alphanumeric());
        words.any(|word| {
            matches!(word, "pb" | "pb2" | "grpc" | "proto" | "protos" | "protobuf" | "gen" | "generated" | "tonic")
                || (word.len() > 4 && word.ends_with("pb"))
        })
    };
    let imports = file.analysis.iter().flat_map(|analysis| &analysis.imports);
    imports.into_iter().any(|import| made(&import.module) || import.names.iter().any(|name| made(name)))
}

/// `line.UnitPrice`, `OrderLine { unit_price: … }` in a file that names the message, or where the name tells enough.
fn members(wanted: &Wanted<'_, '_>, file: &File, owned: bool) -> Vec<Use> {
    let long = parts(wanted.key).len() >= 3 && wanted.key.len() >= 12;
    if is_value(wanted.key) || !is_telling(wanted.key) || !(owned || long) {
        return Vec::new();
    }
    let spelt = [wanted.key.to_owned(), camel(wanted.key)];
    let named = spelt.iter().flat_map(|key| file.lines_with(key).take(MAX_LINES).map(move |found| (key, found)));
    let uses = named.filter(|(key, (_, line))| access(line, key).is_some() && !text::is_comment(file, line));
    uses.map(|(_, (number, _))| Use::at(&file.path, number).but(MADE)).collect()
}

/// `OrderLine(unit_price=…)` of Python.
fn keywords(wanted: &Wanted<'_, '_>, file: &File) -> Vec<Use> {
    if file.language() != "python" || wanted.is_whole() {
        return Vec::new();
    }
    let of_owner = |call: &&Call| {
        call.callee.rsplit('.').next() == Some(wanted.owner.short.as_str())
            && call.named.iter().any(|name| name == wanted.key)
    };
    let calls = file.analysis.iter().flat_map(|analysis| &analysis.calls).filter(of_owner);
    calls.map(|call| Use::at(&file.path, call.line).but(GIVEN)).collect()
}

fn names(wanted: &Wanted<'_, '_>) -> Vec<Name> {
    let (owner, key) = (wanted.owner.short.as_str(), wanted.key);
    let rule = wanted.fact.rule.as_str();
    match () {
        () if wanted.is_whole() => of_type(&wanted.owner.full, owner),
        () if rule.starts_with("spec.proto.rpc") => of_call(owner, key),
        () if is_value(key) => of_value(&wanted.owner.full, owner, key),
        () => of_field(owner, key),
    }
}

/// Values of enums are written in capitals: <https://protobuf.dev/programming-guides/style/#enums>.
fn is_value(key: &str) -> bool {
    key.contains(|c: char| c.is_ascii_uppercase()) && !key.contains(|c: char| c.is_ascii_lowercase())
}

fn of_type(full: &str, short: &str) -> Vec<Name> {
    let long = |name: &str| parts(name).len() >= 3 || (parts(name).len() >= 2 && name.len() >= 16);
    let mut out = Vec::new();
    if is_telling(short) {
        out.push(Name { text: short.to_owned(), distinctive: long(short), called: false });
    }
    if full.contains('.') {
        // Go writes `Outer_Inner`, prost `outer::Inner`.
        let nested = full.replace('.', "_");
        out.push(Name { distinctive: long(&nested), text: nested, called: false });
        if let Some((outer, inner)) = full.rsplit_once('.') {
            let outer = snake(outer.rsplit('.').next().unwrap_or(outer));
            out.push(Name { text: format!("{outer}::{inner}"), distinctive: long(full), called: false });
        }
    }
    let low = snake(short);
    let of_service = [
        format!("New{short}Client"),
        format!("{short}Client"),
        format!("{short}Server"),
        format!("{short}Stub"),
        format!("{short}Servicer"),
        format!("{short}Grpc"),
        format!("{short}GrpcKt"),
        format!("{short}ImplBase"),
        format!("{short}BlockingStub"),
        format!("Register{short}Server"),
        format!("Unimplemented{short}Server"),
        format!("add_{short}Servicer_to_server"),
        format!("{low}_client"),
        format!("{low}_server"),
    ];
    out.extend(of_service.into_iter().map(|text| Name {
        distinctive: text.starts_with("add_") || (long(&text) && parts(short).len() >= 2),
        called: false,
        text,
    }));
    out
}

fn of_value(full: &str, short: &str, value: &str) -> Vec<Name> {
    let nested = full.replace('.', "_");
    let bare = value.strip_prefix(&format!("{}_", snake(short).to_ascii_uppercase())).unwrap_or(value);
    let mut texts = vec![
        format!("{nested}_{value}"),
        format!("{short}_{value}"),
        format!("{short}.{value}"),
        format!("{short}::{value}"),
        format!("{short}::{}", camel(value)),
        format!("{short}::{}", camel(bare)),
    ];
    if let Some((outer, _)) = nested.rsplit_once('_') {
        texts.push(format!("{outer}_{value}"));
    }
    if is_telling(value) {
        texts.push(value.to_owned());
    }
    texts.sort();
    texts.dedup();
    let long = |text: &str| parts(&text.to_ascii_lowercase()).len() >= 3 && text.len() >= 12;
    texts.into_iter().map(|text| Name { distinctive: long(&text), text, called: false }).collect()
}

fn of_field(owner: &str, key: &str) -> Vec<Name> {
    let (camel, low) = (camel(key), snake(key));
    let long = parts(&low).len() >= 3 && low.len() >= 12;
    // `getName()` is everybody's, unless the owner's name is beside it.
    if is_common(key) && !is_telling(owner) {
        return Vec::new();
    }
    let pairs = ["Get", "get", "Set", "set", "Has", "has", "Clear", "clear", "Add", "add", "addAll"];
    let mut texts: Vec<String> = pairs.iter().map(|verb| format!("{verb}{camel}")).collect();
    texts.extend(["get", "has", "set"].iter().map(|verb| format!("{verb}{camel}List")));
    texts.extend(["mutable", "set", "has", "clear", "add", "take"].iter().map(|verb| format!("{verb}_{low}")));
    let common = is_common(key);
    let name = |text: String| Name { text, distinctive: long, called: true };
    texts.into_iter().filter(|_| !common).map(name).collect()
}

fn of_call(service: &str, call: &str) -> Vec<Name> {
    let low = snake(call);
    if is_common(call) {
        return Vec::new();
    }
    let first = camel(call);
    let lower =
        first.char_indices().nth(1).map_or(first.to_lowercase(), |(at, _)| first[..at].to_lowercase() + &first[at..]);
    let long = parts(call).len() >= 3 && parts(service).len() >= 2;
    let mut texts = vec![first, lower, low];
    texts.sort();
    texts.dedup();
    texts.into_iter().map(|text| Name { text, distinctive: long, called: true }).collect()
}

/// `unit_price` and `UNIT_PRICE` as `UnitPrice`.
fn camel(name: &str) -> String {
    let whole = |part: &str| {
        let shout = !part.contains(|c: char| c.is_lowercase());
        let mut letters = part.chars();
        let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
        first + &if shout { letters.as_str().to_lowercase() } else { letters.as_str().to_owned() }
    };
    name.split('_').filter(|part| !part.is_empty()).map(whole).collect()
}

/// `UnitPrice` as `unit_price`.
fn snake(name: &str) -> String {
    if name.contains('_') {
        return name.to_lowercase();
    }
    parts(name).join("_").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(names: Vec<Name>) -> Vec<String> {
        names.into_iter().map(|name| name.text).collect()
    }

    #[test]
    fn what_compilers_write() {
        for (found, expected) in [
            (
                of_value("Order.State", "State", "STATE_ON_HOLD"),
                "Order_STATE_ON_HOLD State::OnHold State.STATE_ON_HOLD",
            ),
            (of_value("Ignore", "Ignore", "IGNORE_ALWAYS"), "Ignore_IGNORE_ALWAYS Ignore::Always Ignore::IgnoreAlways"),
            (
                of_field("OrderLine", "unit_price"),
                "GetUnitPrice getUnitPrice setUnitPrice mutable_unit_price has_unit_price",
            ),
            (
                of_type("OrderDesk", "OrderDesk"),
                "NewOrderDeskClient OrderDeskStub order_desk_client OrderDeskGrpc OrderDesk",
            ),
            (of_type("Order.Line", "Line"), "Order_Line order::Line"),
            (of_call("OrderDesk", "CancelOrder"), "CancelOrder cancelOrder cancel_order"),
        ] {
            let found = texts(found);
            for name in expected.split(' ') {
                assert!(found.iter().any(|text| text == name), "{name} in {found:?}");
            }
        }
        for odd in ["", "ä", "_", "Ä_Ö"] {
            let _ = (of_value(odd, odd, odd), of_field(odd, odd), of_type(odd, odd), of_call(odd, odd));
        }
    }
}
