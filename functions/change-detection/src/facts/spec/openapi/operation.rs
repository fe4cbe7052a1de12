//! The operations of a description, whatever version it is written in.

use std::collections::BTreeMap;

use serde_json::Value;

use super::super::document::step;
use super::super::shape::{Flow, Task, resolve};
use crate::facts::http;

const METHODS: &[&str] = &["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// Descriptions have fewer operations; what is beyond is not looked at.
const MAX_OPERATIONS: usize = 20_000;

/// Parameters of one operation that are looked at.
const MAX_PARAMETERS: usize = 500;

/// One method of one path.
#[derive(Debug)]
pub(super) struct Operation<'d> {
    /// `GET`, ….
    pub method: String,
    /// The path as written.
    pub path: &'d str,
    /// Its own name, where it has one.
    pub id: Option<&'d str>,
    /// Where it stands.
    pub pointer: String,
    /// By place (`query`, `header`, …) and name; the path's own parts are left out.
    pub parameters: BTreeMap<(String, String), Parameter>,
    /// Schemas of the body, by media type.
    pub request: BTreeMap<String, String>,
    /// Answers, by status.
    pub responses: BTreeMap<String, String>,
    /// Schemas of the answers, by status and media type.
    pub answers: BTreeMap<(String, String), String>,
}

/// What is given beside the body.
#[derive(Debug)]
pub(super) struct Parameter {
    pub pointer: String,
    pub required: bool,
}

impl Operation<'_> {
    /// `GET /orders/{id}`.
    pub(super) fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }
}

/// Every operation, by method and path with its parameters in one form.
pub(super) fn operations(root: &Value) -> BTreeMap<(String, String), Operation<'_>> {
    let mut out = BTreeMap::new();
    for (path, item) in root.get("paths").and_then(Value::as_object).into_iter().flatten() {
        let at = step("/paths", path);
        for method in METHODS.iter().filter(|method| item.get(**method).is_some_and(Value::is_object)) {
            if out.len() < MAX_OPERATIONS {
                let operation = operation(root, path, &at, method);
                out.insert((operation.method.clone(), http::normal(path)), operation);
            }
        }
    }
    out
}

fn operation<'d>(root: &'d Value, path: &'d str, item: &str, method: &str) -> Operation<'d> {
    let pointer = step(item, method);
    let own = root.pointer(&pointer);
    let mut out = Operation {
        method: method.to_ascii_uppercase(),
        path,
        id: own.and_then(|own| own.get("operationId")).and_then(Value::as_str),
        parameters: BTreeMap::new(),
        request: BTreeMap::new(),
        responses: BTreeMap::new(),
        answers: BTreeMap::new(),
        pointer,
    };
    let lists = [step(item, "parameters"), step(&out.pointer, "parameters")];
    lists.iter().for_each(|list| out.take_parameters(root, list));
    if let Some(body) = resolve(root, &step(&out.pointer, "requestBody")) {
        out.request = schemas(body.value, &body.pointer).into_iter().collect();
    }
    let responses = step(&out.pointer, "responses");
    for (status, _) in root.pointer(&responses).and_then(Value::as_object).into_iter().flatten() {
        let at = step(&responses, status);
        if let Some(answer) = resolve(root, &at) {
            let found = schemas(answer.value, &answer.pointer).into_iter();
            out.answers.extend(found.map(|(media, schema)| ((status.clone(), media), schema)));
        }
        out.responses.insert(status.clone(), at);
    }
    out
}

impl Operation<'_> {
    fn take_parameters(&mut self, root: &Value, list: &str) {
        let count = root.pointer(list).and_then(Value::as_array).map_or(0, Vec::len);
        for at in 0..count.min(MAX_PARAMETERS) {
            let Some(found) = resolve(root, &step(list, &at.to_string())) else { continue };
            let word = |key: &str| found.value.get(key).and_then(Value::as_str).unwrap_or("").to_owned();
            let (place, name) = (word("in"), word("name"));
            match place.as_str() {
                // Its name stands in no call.
                "path" | "" => {}
                "body" => {
                    self.request.insert(String::new(), step(&found.pointer, "schema"));
                }
                _ => {
                    let required = found.value.get("required").and_then(Value::as_bool).unwrap_or(false);
                    self.parameters.insert((place, name), Parameter { pointer: found.pointer, required });
                }
            }
        }
    }
}

/// The schemas of a body, by media type; OpenAPI 2 has one for all.
fn schemas(body: &Value, at: &str) -> Vec<(String, String)> {
    if body.get("schema").is_some() {
        return vec![(String::new(), step(at, "schema"))];
    }
    let content = body.get("content").and_then(Value::as_object).into_iter().flatten();
    let media = content.filter(|(_, media)| media.get("schema").is_some()).map(|(name, _)| name.clone());
    media.map(|name| (name.clone(), step(&step(&step(at, "content"), &name), "schema"))).collect()
}

/// What is to be compared of the bodies of two versions of an operation.
pub(super) fn bodies(before: &Operation<'_>, after: &Operation<'_>) -> Vec<Task> {
    let task = |flow, old: &String, new: &String| Task {
        owner: before.name(),
        name: String::new(),
        old: old.clone(),
        new: new.clone(),
        flow,
    };
    let requests =
        before.request.iter().filter_map(|(media, old)| Some(task(Flow::Request, old, after.request.get(media)?)));
    let is_success = |status: &str| status.starts_with('2') || status == "default";
    let answers = before.answers.iter().filter(|((status, _), _)| is_success(status));
    let answers = answers.filter_map(|(key, old)| Some(task(Flow::Response, old, after.answers.get(key)?)));
    requests.chain(answers).collect()
}
