//! Keeps notes: a page, a file in a directory that may be written, a health route.

mod notes;

use axum::{routing::get, Router};
use tokio::net::TcpListener;
use tokio::signal::unix::{signal, SignalKind};

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let port = std::env::var("PORT").unwrap_or_else(|_| "8088".to_string());
    let app = Router::new()
        .route("/", get(notes::page))
        .route("/notes", get(notes::kept).post(notes::keep))
        .route("/health", get(|| async { "ok" }));
    let listener = TcpListener::bind(format!("0.0.0.0:{port}")).await.expect("the port is free");
    let mut terminate = signal(SignalKind::terminate()).expect("signals can be handled");
    let stopped = async move {
        terminate.recv().await;
    };
    axum::serve(listener, app).with_graceful_shutdown(stopped).await.expect("serving");
}
