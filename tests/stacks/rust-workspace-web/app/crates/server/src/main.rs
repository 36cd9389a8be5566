//! Greets over HTTP, and counts in a file.

use std::{env, fs};

fn main() {
    let port = env::var("PORT").ok().and_then(|port| port.parse::<u16>().ok()).unwrap_or(8181);
    let host = env::var("BIND_ADDR").unwrap_or_else(|_| "127.0.0.1".into());
    let server = tiny_http::Server::http((host.as_str(), port)).expect("the port is free");
    let name = env::var("NAME").unwrap_or_else(|_| "me".into());
    for (count, request) in server.incoming_requests().enumerate() {
        let counted = fs::write("/tmp/count", count.to_string()).is_ok();
        let (status, body) = match request.url() {
            "/" => (200, format!("{} ({counted})\n", greeting::greeting(&name))),
            "/healthz" => (200, "ok\n".to_owned()),
            _ => (404, "nothing here\n".to_owned()),
        };
        let _ = request.respond(tiny_http::Response::from_string(body).with_status_code(status));
    }
}
