//! The page with the button, and where GitHub leads back to: on loopback, for one browser.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Path, RawQuery, Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, COOKIE, HOST, REFERRER_POLICY, SET_COOKIE,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use super::desk::{Desk, Told};
use super::page;
use crate::exit::Failure;

const COOKIE_NAME: &str = "downstream_setup";
/// GitHub's code and our state are much shorter.
const LONGEST_QUERY: usize = 2_000;

/// How long answers that are under way are waited for.
const LINGER: Duration = Duration::from_secs(3);

type Shared = State<Arc<Desk>>;

/// Serves until `ended`, and then what is under way.
pub(super) async fn serve(
    listener: TcpListener,
    desk: Arc<Desk>,
    ended: impl Future<Output = ()>,
) -> Result<(), Failure> {
    let router = Router::new()
        .route("/start/{key}", get(start))
        .route("/callback", get(callback))
        .route("/style.css", get(style))
        .fallback(async || {
            page::message(StatusCode::NOT_FOUND, "Nothing here", "Open the address that the terminal shows.")
        })
        .layer(middleware::from_fn_with_state(desk.clone(), guard))
        .with_state(desk);
    let (stop, stopped) = oneshot::channel::<()>();
    let server = axum::serve(listener, router).with_graceful_shutdown(async move { drop(stopped.await) });
    tokio::select! {
        served = server.into_future() => served?,
        // A browser keeps connections open on which it says nothing.
        () = async { ended.await; drop(stop); tokio::time::sleep(LINGER).await } => {}
    }
    Ok(())
}

/// Only this server's own name is answered to, and every answer is shut tight.
async fn guard(State(desk): Shared, request: Request, next: Next) -> Response {
    let host = request.headers().get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let mut response = match desk.is_host(host) {
        true => next.run(request).await,
        false => {
            page::message(StatusCode::MISDIRECTED_REQUEST, "Wrong address", "Open the address that the terminal shows.")
        }
    };
    let policy = format!(
        "default-src 'none'; style-src 'self'; form-action {}; base-uri 'none'; frame-ancestors 'none'",
        desk.wish.web_url
    );
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.entry(name).or_insert(value);
        }
    };
    set(CONTENT_SECURITY_POLICY, &policy);
    set(CACHE_CONTROL, "no-store");
    set(REFERRER_POLICY, "no-referrer");
    set(HeaderName::from_static("x-content-type-options"), "nosniff");
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    response
}

async fn start(State(desk): Shared, Path(key): Path<String>) -> Response {
    if !desk.is_key(&key) {
        return page::message(StatusCode::NOT_FOUND, "Nothing here", "Open the address that the terminal shows.");
    }
    let cookie = format!("{COOKIE_NAME}={}; Path=/callback; HttpOnly; SameSite=Lax", desk.cookie);
    let mut response = page::start(&desk.action(), &desk.manifest());
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().insert(SET_COOKIE, cookie);
    }
    // GitHub wants to know where a form comes from; it learns the origin and no more.
    response.headers_mut().insert(REFERRER_POLICY, HeaderValue::from_static("origin"));
    response
}

/// Only the state, the code and the cookie count; whatever else the address says (an `installation_id`) is hearsay.
async fn callback(State(desk): Shared, headers: HeaderMap, RawQuery(query): RawQuery) -> Response {
    let query = query.filter(|query| query.len() <= LONGEST_QUERY).unwrap_or_default();
    let (Some(state), Some(code)) = (single(&query, "state"), single(&query, "code")) else {
        return page::told(&desk, &Told::NotOurs);
    };
    let told = desk.returned(&state, &code, &cookie(&headers)).await;
    page::told(&desk, &told)
}

/// A value that the address has once.
fn single(query: &str, name: &str) -> Option<String> {
    let mut found = url::form_urlencoded::parse(query.as_bytes()).filter(|(key, _)| key == name);
    let value = found.next()?.1.into_owned();
    found.next().is_none().then_some(value).filter(|value| !value.is_empty())
}

fn cookie(headers: &HeaderMap) -> String {
    let all = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok()).flat_map(|line| line.split(';'));
    let mut ours = all.filter_map(|pair| pair.trim().split_once('=')).filter(|(name, _)| *name == COOKIE_NAME);
    ours.next().map(|(_, value)| value.to_owned()).unwrap_or_default()
}

async fn style() -> Response {
    ([(CONTENT_TYPE, "text/css; charset=utf-8")], page::STYLE).into_response()
}
