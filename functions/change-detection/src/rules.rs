//! Every rule, for people: what it sees, an example, how to silence it.

use crate::facts::{self, Rule};

/// How any finding is silenced; the same for every rule.
const SILENCE: &str = "close the issue as not planned and it is muted for good; or leave the rule's triggers out of the \
relationship's change_triggers in relationships.json";

/// A change that a rule sees, by the rule's id.
const EXAMPLES: &[(&str, &str)] = &[
    ("auth.header.removed", "x_api_key: str = Header(...)  →  (gone)"),
    ("auth.header.required", "(nothing)  →  x_api_key: str = Header(...)"),
    ("auth.public_access.removed", "gcloud run deploy --allow-unauthenticated  →  --no-allow-unauthenticated"),
    ("auth.route.protected", "@app.get(\"/jobs\")  →  @app.get(\"/jobs\", dependencies=[Depends(verify_key)])"),
    ("behaviour.cold_start.longer", "startupProbe: { failureThreshold: 30 }  →  { failureThreshold: 90 }"),
    ("behaviour.concurrency.lowered", "containerConcurrency: 80  →  containerConcurrency: 4"),
    ("behaviour.context.lowered", "--max-model-len 32768  →  --max-model-len 8192"),
    ("behaviour.model.changed", "MODEL_NAME=org/small-7b  →  MODEL_NAME=org/large-70b"),
    ("behaviour.readiness.changed", "readinessProbe: { httpGet: { path: /ready } }  →  (gone)"),
    ("behaviour.region.changed", "--region us-central1  →  --region europe-west1"),
    ("behaviour.resources.lowered", "--memory 8Gi  →  --memory 4Gi"),
    ("behaviour.retries.lowered", "max_attempts = 5  →  max_attempts = 1"),
    ("behaviour.scale_to_zero", "--min-instances 1  →  --min-instances 0"),
    ("behaviour.timeout.lowered", "--timeout 300  →  --timeout 60"),
    ("ci.input.added", "inputs: {}  →  inputs: { region: { default: eu } }"),
    ("ci.input.removed", "inputs: { python-version: … }  →  (gone)"),
    ("ci.input.required", "required: false  →  required: true"),
    ("ci.output.removed", "outputs: { digest: … }  →  (gone)"),
    ("ci.secret.removed", "secrets: { TOKEN: … }  →  (gone)"),
    ("ci.secret.required", "(nothing)  →  secrets: { TOKEN: { required: true } }"),
    ("ci.workflow.moved", ".github/workflows/build.yml  →  .github/workflows/build-python.yml"),
    ("ci.workflow.removed", "on: workflow_call  →  on: push"),
    ("config.flag.removed", "--endpoint  →  (gone)"),
    ("config.key.removed", "logging.level  →  (gone)"),
    ("config.unknown.refused", "struct Settings { … }  →  #[serde(deny_unknown_fields)] struct Settings { … }"),
    ("config.key.renamed", "db_url  →  database_url"),
    ("config.key.refused", "host = config.get(\"old_host\")  →  if config.get(\"old_host\"): raise ConfigError(…)"),
    ("config.name.removed", "runtime: docker  →  (gone)"),
    ("config.setting.removed", "Mirror string `yaml:\"mirror\"`  →  (gone)"),
    ("deploy.base_image.changed", "FROM python:3.9  →  FROM python:3.12"),
    ("deploy.command.changed", "CMD [\"serve\"]  →  CMD [\"serve\", \"--workers\", \"4\"]"),
    ("deploy.health_check.changed", "curl /health  →  curl /ready"),
    ("deploy.port.moved", "EXPOSE 8000  →  EXPOSE 8080"),
    ("deploy.port.removed", "EXPOSE 9090  →  (gone)"),
    ("deploy.published_port.moved", "ports: [\"8080:80\"]  →  ports: [\"9090:80\"]"),
    ("deploy.service.removed", "services: { llm: … }  →  services: { model-server: … }"),
    ("deploy.service_port.moved", "kind: Service, port: 80  →  port: 8080"),
    ("deploy.setting.changed", "--max-instances 5  →  --max-instances 1"),
    ("env.added", "os.environ.get(\"REGION\", \"eu\")"),
    ("env.default_changed", "getenv(\"PORT\", \"8000\")  →  getenv(\"PORT\", \"8080\")"),
    ("env.removed", "os.environ[\"MODEL\"]  →  (gone)"),
    ("env.renamed", "API_KEY  →  SERVICE_API_KEY"),
    ("env.value.removed", "case $DB in old | new) … *) exit 1  →  case $DB in new) … *) exit 1"),
    ("env.required", "(nothing)  →  os.environ[\"DATABASE_URL\"]"),
    ("fields.alias_removed", "name: str = Field(alias=AliasChoices(\"name\", \"title\"))  →  name: str"),
    (
        "env.required_for_requests",
        "(nothing)  →  if (!process.env.ALLOWED_HOSTS.split(\",\").includes(host)) return res.status(403)",
    ),
    ("fields.removed", "return {\"total\": …, \"items\": …}  →  return {\"items\": …}"),
    ("fields.renamed", "class Order(BaseModel): mail: str  →  email: str"),
    ("fields.required", "region: str = \"eu\"  →  region: str"),
    ("fields.unread", "request.json[\"note\"]  →  (gone)"),
    ("http.route.added", "(nothing)  →  @app.get(\"/v2/items\")"),
    ("http.route.method_changed", "@app.get(\"/jobs\")  →  @app.post(\"/jobs\")"),
    ("http.route.moved", "@app.get(\"/health\")  →  @app.get(\"/v1/health\")"),
    ("http.status.changed", "@app.post(\"/jobs\")  →  @app.post(\"/jobs\", status_code=202)"),
    ("http.route.removed", "@app.get(\"/export\")  →  (gone)"),
    ("metrics.removed", "Counter(\"jobs_done\", …)  →  Counter(\"jobs_finished\", …)"),
    ("package.entry.removed", "[project.scripts] tool = …  →  (gone)"),
    ("package.renamed", "name = \"acme-sdk\"  →  name = \"acme-client\""),
    ("shared.hook.removed", "- id: check-spaces  →  (gone)"),
    ("shared.preset.removed", "presets/strict.json  →  (gone)"),
    ("resource.renamed", "const daemonSet = \"pool\"  →  const daemonSet = \"pool-agent\""),
    ("spec.enum.value_removed", "enum: [fast, slow]  →  enum: [fast]"),
    ("spec.graphql.argument_removed", "orders(page: Int): [Order]  →  orders: [Order]"),
    ("spec.graphql.argument_required", "input NewOrder { region: String }  →  region: String!"),
    ("spec.graphql.enum_value_removed", "enum State { OPEN DONE }  →  enum State { OPEN }"),
    ("spec.graphql.field_nullable", "total: Int!  →  total: Int"),
    ("spec.graphql.field_removed", "type Order { total: Int }  →  type Order { }"),
    ("spec.graphql.field_type_changed", "lines: [Line]  →  lines: LineConnection"),
    ("spec.graphql.scalar_changed", "created: String  →  created: Date"),
    ("spec.graphql.type_removed", "type Order { … }  →  (gone)"),
    ("spec.operation.removed", "/jobs: { get: …, delete: … }  →  /jobs: { get: … }"),
    ("spec.parameter.removed", "parameters: [{ name: page, in: query }]  →  (gone)"),
    ("spec.parameter.required", "name: region, required: false  →  required: true"),
    ("spec.path.removed", "paths: { /export: … }  →  (gone)"),
    ("spec.property.type_changed", "price: { type: number }  →  price: { type: string }"),
    ("spec.proto.enum_value_removed", "enum State { OPEN = 0; DONE = 1; }  →  enum State { OPEN = 0; }"),
    ("spec.proto.field_removed", "string note = 3;  →  reserved 3;"),
    ("spec.proto.field_renamed", "string mail = 2;  →  string email = 2;"),
    ("spec.proto.field_renumbered", "string mail = 2;  →  string mail = 4;"),
    ("spec.proto.field_type_changed", "int32 total = 1;  →  string total = 1;"),
    ("spec.proto.file_removed", "shop/v1/order.proto  →  (gone)"),
    ("spec.proto.message_removed", "message Order { … }  →  (gone)"),
    ("spec.proto.rpc_removed", "rpc Cancel(Id) returns (Order);  →  (gone)"),
    ("spec.proto.rpc_type_changed", "rpc Get(Id) returns (Order);  →  rpc Get(GetRequest) returns (Order);"),
    ("spec.request.property_removed", "properties: { note: … }  →  (gone)"),
    ("spec.request.property_required", "required: [name]  →  required: [name, region]"),
    ("spec.response.property_removed", "properties: { total: … }  →  (gone)"),
    ("spec.response.status_removed", "responses: { 201: … }  →  responses: { 202: … }"),
    ("spec.schema.enum_value_removed", "enum: [debug, info]  →  enum: [info]"),
    ("spec.schema.property_removed", "properties: { host: … }  →  (gone)"),
    ("spec.schema.property_required", "required: []  →  required: [host]"),
    ("spec.schema.type_changed", "port: { type: string }  →  port: { type: integer }"),
    ("spec.sql.column_removed", "ALTER TABLE orders DROP COLUMN note"),
    ("spec.sql.column_renamed", "ALTER TABLE orders RENAME COLUMN mail TO email"),
    ("spec.sql.column_required", "ALTER TABLE orders ALTER COLUMN mail SET NOT NULL"),
    ("spec.sql.table_removed", "DROP TABLE orders"),
    ("spec.sql.table_renamed", "ALTER TABLE orders RENAME TO purchases"),
    ("symbol.default.removed", "export default run  →  export { run }"),
    ("symbol.disabled", "def connect(…): …  →  def connect(…): raise RuntimeError(\"use open\")"),
    ("package.require.removed", "\"main\": \"index.js\"  →  \"type\": \"module\", \"exports\": \"./index.js\""),
    ("symbol.export.removed", "from ._client import Client  →  (gone)"),
    ("symbol.private.removed", "_client.py: class Pool  →  (gone)"),
    ("symbol.member.required", "trait Store { fn get(&self); }  →  trait Store { fn get(&self); fn put(&self); }"),
    ("package.engine.raised", "\"engines\": { \"node\": \">=14\" }  →  { \"node\": \">=20\" }"),
    ("symbol.keyword.removed", "def connect(host, proxies=None)  →  def connect(host)"),
    ("symbol.attribute.removed", "class Call: args: dict = field()  →  (gone)"),
    (
        "symbol.field.added",
        "pub struct Event { pub code: Code }  →  pub struct Event { pub code: Code, pub kind: Kind }",
    ),
    ("symbol.member.removed", "const context = { getScope: () => … }  →  const context = { }"),
    ("symbol.module.removed", "pub mod distributions;  →  pub mod distr;"),
    ("symbol.moved", "from sdk.client import Client  →  from sdk.http import Client"),
    ("symbol.removed", "def connect(…)  →  (gone)"),
    ("symbol.renamed", "def connect(…)  →  def open(…)"),
    ("symbol.result.changed", "func NewID() ID  →  func NewID() (ID, error)"),
    ("symbol.signature.changed", "def send(to)  →  def send(to, subject)"),
    ("symbol.signature.widened", "def send(to)  →  def send(to, subject=None)"),
];

/// What a person should know of a rule; none if there is no such rule.
pub fn explain(id: &str) -> Option<String> {
    let Rule { id, sees, impact, triggers } = facts::rules().find(|rule| rule.id == id)?;
    let example = EXAMPLES.iter().find(|(of, _)| of == id).map_or("none recorded", |(_, example)| example);
    let triggers = triggers.join(", ");
    let impact = format!("{impact:?}").to_lowercase();
    Some(format!(
        "{id}\n\nsees      {sees}\nexample   {example}\nimpact    {impact}\ntriggers  {triggers}\nsilence   {SILENCE}"
    ))
}

/// The ids of all rules.
pub fn rules() -> impl Iterator<Item = &'static str> {
    facts::rules().map(|rule| rule.id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_an_example_and_every_example_a_rule() {
        let mut ids: Vec<&str> = rules().collect();
        let mut examples: Vec<&str> = EXAMPLES.iter().map(|(id, _)| *id).collect();
        ids.sort_unstable();
        examples.sort_unstable();
        assert_eq!(ids, examples);
    }

    #[test]
    fn a_rule_explains_itself() {
        let text = explain("http.route.moved").expect("is a rule");
        assert!(text.contains("/v1/health") && text.contains("silence"), "{text}");
        assert_eq!(explain("http.route.mvoed"), None);
    }
}
